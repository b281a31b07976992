"""What is worth a second look in one team's roster: findings that stand beside a row and never refuse it.

One rule, one function of a member and what surrounds them; `queries.quality` asks the same rules of whole communes. The
number of queries does not grow with the team.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from cdt_portal.lib import phones
from teams.access import Scope
from teams.models import Member, Team

ODD_IN_NAME = re.compile(r"[0-9@#$%^*_=+<>\[\]{}|\\/]")


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable, `text` is for the reader."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who shares a name or a phone with whom: in the team, and in other teams that the reader may see."""

    by_name: dict[str, list[Member]]
    by_phone: dict[str, list[Member]]
    by_person: dict[object, list[Member]]


Check = Callable[[Member, Surroundings], Finding | None]


def findings_for_team(team: Team, scope: Scope) -> dict[int, list[Finding]]:
    """Member id -> findings of the team's active members; members without findings are absent."""
    members = list(Member.objects.filter(team=team, left_on=None).order_by("position", "pk"))
    around = surroundings_of(team, members, scope)
    found = {member.pk: [one for rule in RULES if (one := rule(member, around))] for member in members}
    return {pk: findings for pk, findings in found.items() if findings}


def as_json(findings: dict[int, list[Finding]]) -> dict[int, list[dict]]:
    return {pk: [asdict(one) for one in those] for pk, those in findings.items()}


def surroundings_of(team: Team, members: list[Member], scope: Scope) -> Surroundings:
    numbers = {number for member in members for number in numbers_of(member)}
    elsewhere = scope.narrow(Member.objects.filter(left_on=None).exclude(team=team).select_related("team", "commune"))
    # Two queries rather than one OR: each has its own index.
    sharing = elsewhere.filter(phone__in=numbers).exclude(phone="")
    persons = elsewhere.filter(commune=team.commune_id, person__in=[member.person for member in members])
    others = {member.pk: member for member in [*sharing, *persons]}.values()
    return Surroundings(
        by_name=grouped(members, lambda member: [member.match_key]),
        by_phone=grouped([*members, *others], numbers_of),
        by_person=grouped(others, lambda member: [member.person]),
    )


def grouped(members: Iterable[Member], keys: Callable[[Member], list]) -> dict:
    groups = defaultdict(list)
    for member in members:
        for key in keys(member):
            groups[key].append(member)
    return groups


def numbers_of(member: Member) -> list[str]:
    return [number for number in (member.phone, member.other_phone) if number]


def same_person(one: Member, other: Member) -> bool:
    """Tied by the register, or the same name behind the same phone."""
    return one.person == other.person or one.match_key == other.match_key


def missing_phone(member: Member, around: Surroundings) -> Finding | None:
    return None if member.phone else Finding("missing_phone", "Chưa có số điện thoại.")


def invalid_phone(member: Member, around: Surroundings) -> Finding | None:
    for number in numbers_of(member):
        reading = phones.parse_phone(number)
        if reading.problem or reading.numbers != (number,) or len(set(number[1:])) == 1:
            return Finding("invalid_phone", f"{phones.mask_phone(number)} không phải số điện thoại dùng được.")
    return None


def odd_name(member: Member, around: Surroundings) -> Finding | None:
    name = member.full_name
    if ODD_IN_NAME.search(name):
        return Finding("odd_name", "Họ tên có chữ số hoặc ký hiệu lạ.")
    if " " not in name:
        return Finding("odd_name", "Họ tên chỉ có một chữ, có thể thiếu họ.")
    return None


def same_name(member: Member, around: Surroundings) -> Finding | None:
    if len(around.by_name[member.match_key]) < 2:
        return None
    return Finding("same_name", "Trùng họ tên với một dòng khác trong tổ.")


def shared_phone(member: Member, around: Surroundings) -> Finding | None:
    """The same number for another person, in this team or in one that the reader may see."""
    sharing = ((number, other) for number in numbers_of(member) for other in around.by_phone[number] if other != member)
    for number, other in sharing:
        if other.team_id == member.team_id:
            return Finding("shared_phone", f"{phones.mask_phone(number)} trùng số của {other.full_name}.")
        if not same_person(member, other):
            return Finding("shared_phone", f"Trùng số của {other.full_name}, {where(member, other)}.")
    return None


def in_two_teams(member: Member, around: Surroundings) -> Finding | None:
    sharing = [other for number in numbers_of(member) for other in around.by_phone[number]]
    for other in [*around.by_person[member.person], *sharing]:
        if other.team_id != member.team_id and same_person(member, other):
            return Finding("in_two_teams", f"Cũng đang ở {where(member, other)}.")
    return None


def where(member: Member, other: Member) -> str:
    same_commune = other.commune_id == member.commune_id
    return other.team.name if same_commune else f"{other.team.name} ({other.commune.name})"


RULES: tuple[Check, ...] = (odd_name, same_name, in_two_teams, shared_phone, invalid_phone, missing_phone)
