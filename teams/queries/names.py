"""Names as people write them, held against the register's keys."""

from teams.keys import team_keys


def team_key(name: str) -> str:
    """What `Team.match_key` is compared with: "Tổ CNSCĐ KP1" and "Khu phố 1" are one."""
    return team_keys(name)["match_key"]
