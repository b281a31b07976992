"""The computed columns of the register: one place that says by which keys rows are matched, sorted and searched."""

from functools import lru_cache

from cdt_portal.lib import text
from teams import naming


def commune_keys(name: str) -> dict[str, str]:
    """Communes sort by their own name: Phường Đông Tiến among the Đ, beside Xã Đông Sơn."""
    own_name = name.removeprefix("Phường ").removeprefix("Xã ").removeprefix("Đặc khu ")
    return {"match_key": text.match_key(name), "sort_key": text.natural_key(own_name)}


def unit_keys(name: str) -> dict[str, str]:
    """Villages match on their full local name (KP1 = Khu phố 1) and sort naturally: 1, 1A, 2, 10."""
    return {"match_key": naming.unit_key(name), "sort_key": text.natural_key(name)}


def team_keys(name: str) -> dict[str, str]:
    """Teams match on what is left of the name without "Tổ công nghệ số cộng đồng"."""
    return {"match_key": naming.unit_key(name), "sort_key": text.natural_key(naming.team_core(name))}


def member_keys(full_name: str) -> dict[str, str]:
    return _member_keys(full_name).copy()


@lru_cache(maxsize=16384)  # many people share a name
def _member_keys(full_name: str) -> dict[str, str]:
    return {
        "match_key": text.match_key(full_name),
        "sort_key": text.name_sort_key(full_name),
        "search_key": text.fold(full_name),
    }
