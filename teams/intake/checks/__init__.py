"""Questions asked of all rows. One question, one function: it takes the roster, yields findings, stops no other."""

from collections.abc import Callable, Iterable, Sequence

from teams.intake.checks import cells, decisions, members, names, phones, roles, teams
from teams.intake.checks.keys import Roster
from teams.intake.reading import Finding, RosterRow

Check = Callable[[Roster], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    cells.broken_cell,
    cells.hidden_row,
    names.name_missing,
    names.name_unclear,
    names.name_too_long,
    names.name_with_digits,
    roles.role_missing,
    roles.role_same_as_leader,
    roles.unknown_role,
    phones.phone_invalid,
    phones.phone_masked,
    phones.phone_same_as_above,
    phones.phone_repaired,
    phones.phone_shared,
    decisions.decision_odd,
    members.duplicate_member,
    members.same_name,
    members.member_of_two_teams,
    teams.team_missing,
    teams.team_too_long,
    teams.team_in_two_blocks,
    teams.second_leader,
    teams.no_leader,
    teams.several_decisions,
)


def all_findings(rows: Sequence[RosterRow]) -> list[Finding]:
    roster = Roster(rows)
    return [finding for check in CHECKS for finding in check(roster)]
