"""The rules about the register itself. What they say of one member stands in `queries.findings`, beside the row too."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from django.urls import reverse

from cdt_portal.lib.dates import format_date
from teams.enums import MemberRole, TeamKind
from teams.models import DataFinding, Decision, Team
from teams.queries import findings
from teams.queries.quality.picture import Picture
from teams.queries.quality.registry import Base, Fault, fault, rule

LONGEST = DataFinding._meta.get_field("text").max_length

# Where a finding is mended ------------------------------------------------------------------------------------------


def at_commune(name: str, query: str = "") -> Callable[[DataFinding], str]:
    return lambda found: reverse(f"teams:{name}", args=[found.commune_id]) + query


def at_team(found: DataFinding) -> str:
    return reverse("teams:team", args=[found.team_id])


def at_team_form(found: DataFinding) -> str:
    return reverse("teams:team_edit", args=[found.team_id])


def at_decision(found: DataFinding) -> str:
    return reverse("teams:decision_edit", args=[found.decision_id])


def at_unit(found: DataFinding) -> str:
    return reverse("teams:unit_edit", args=[found.unit_id])


def at_new_team(found: DataFinding) -> str:
    return f"{reverse('teams:team_add', args=[found.commune_id])}?thon={found.unit_id}"


# Communes and villages ----------------------------------------------------------------------------------------------


@rule(
    title="Chưa có danh sách thôn, tổ dân phố",
    weight=3,
    base=Base.COMMUNE,
    advice="Thêm các thôn, tổ dân phố của xã: tỷ lệ bao phủ được tính trên danh sách này.",
    label="Thêm thôn, tổ dân phố",
    mend=at_commune("unit_add"),
)
def commune_without_units(picture: Picture) -> Iterator[Fault]:
    listed = {unit.commune_id for unit in picture.units}
    for code, commune in picture.communes.items():
        if code not in listed:
            yield fault(commune, "Chưa có thôn, tổ dân phố nào trong danh sách.")


@rule(
    title="Chưa có cán bộ phụ trách",
    weight=2,
    base=Base.COMMUNE,
    advice="Ghi người của xã chịu trách nhiệm về các tổ.",
    label="Thêm cán bộ",
    mend=at_commune("officer_add"),
)
def commune_without_officer(picture: Picture) -> Iterator[Fault]:
    for code, commune in picture.communes.items():
        if code not in picture.supervised:
            yield fault(commune, "Chưa ghi cán bộ phụ trách các tổ.")


@rule(
    title="Thôn, tổ dân phố chưa có tổ",
    weight=3,
    base=Base.UNIT,
    advice="Lập tổ cho thôn, hoặc ghi thôn vào địa bàn của một tổ đang có.",
    label="Lập tổ",
    mend=at_new_team,
)
def unit_without_team(picture: Picture) -> Iterator[Fault]:
    covered = {row.unit_id for row in picture.coverages if picture.teams[row.team_id].kind == TeamKind.VILLAGE_TEAM}
    for unit in picture.units:
        if unit.pk not in covered:
            yield fault(unit, f"{unit.name} chưa có tổ nào phụ trách.", unit=unit.pk)


@rule(
    title="Thôn, tổ dân phố chưa ghi số hộ",
    weight=1,
    base=Base.UNIT,
    advice="Ghi số hộ: tỷ lệ hộ được hướng dẫn được tính trên số này.",
    label="Ghi số hộ",
    mend=at_unit,
)
def unit_without_households(picture: Picture) -> Iterator[Fault]:
    for unit in picture.units:
        if not unit.households:
            yield fault(unit, f"{unit.name} chưa ghi số hộ.", unit=unit.pk)


# Teams --------------------------------------------------------------------------------------------------------------


@rule(
    title="Thôn đã kết thúc vẫn có tổ phụ trách",
    weight=2,
    base=Base.TEAM,
    advice="Bỏ thôn cũ khỏi địa bàn của tổ, ghi thôn mới thay vào.",
    label="Sửa địa bàn",
    mend=at_team_form,
)
def ended_unit_covered(picture: Picture) -> Iterator[Fault]:
    for row in picture.coverages:
        if row.unit.ended_on and row.unit.ended_on <= picture.day:
            name, ended = picture.teams[row.team_id].name, format_date(row.unit.ended_on)
            text = f"{name} còn phụ trách {row.unit.name}, đã kết thúc từ {ended}."
            yield fault(row, text, team=row.team_id, unit=row.unit_id)


@rule(
    title="Tổ không còn địa bàn",
    weight=2,
    base=Base.TEAM,
    advice="Ghi thôn mà tổ phụ trách. Tổ không còn hoạt động thì giải thể.",
    label="Ghi địa bàn",
    mend=at_team_form,
)
def team_without_unit(picture: Picture) -> Iterator[Fault]:
    placed = {row.team_id for row in picture.coverages if not row.unit.ended_on or row.unit.ended_on > picture.day}
    for team in picture.teams.values():
        if team.kind == TeamKind.VILLAGE_TEAM and team.pk not in placed:
            yield fault(team, f"{team.name} không phụ trách thôn, tổ dân phố nào đang có.", team=team.pk)


def lacking(picture: Picture, key: str) -> Iterator[Team]:
    """The teams whose line on the commune's page says that they lack it."""
    return (team for team in picture.teams.values() if key in picture.lacks(team))


@rule(
    title="Tổ chưa có thành viên",
    weight=3,
    base=Base.TEAM,
    advice="Ghi các thành viên theo quyết định. Tổ không còn hoạt động thì giải thể.",
    label="Thêm thành viên",
    mend=at_team,
)
def team_without_members(picture: Picture) -> Iterator[Fault]:
    for team in lacking(picture, "members"):
        yield fault(team, f"{team.name} chưa có thành viên nào.", team=team.pk)


@rule(
    title="Tổ chưa có tổ trưởng",
    weight=3,
    base=Base.TEAM,
    advice="Chọn chức vụ Tổ trưởng cho một thành viên.",
    label="Chọn tổ trưởng",
    mend=at_team,
)
def team_without_leader(picture: Picture) -> Iterator[Fault]:
    for team in lacking(picture, "leader"):
        if not picture.past_leaders[team.pk]:
            yield fault(team, f"{team.name} chưa có tổ trưởng.", team=team.pk)


@rule(
    title="Tổ trưởng đã thôi, chưa có người thay",
    weight=3,
    base=Base.TEAM,
    advice="Chọn chức vụ Tổ trưởng cho người thay theo quyết định kiện toàn.",
    label="Chọn tổ trưởng",
    mend=at_team,
)
def leader_not_followed(picture: Picture) -> Iterator[Fault]:
    for team in lacking(picture, "leader"):
        for leader in picture.past_leaders[team.pk][-1:]:
            left = f"đã thôi từ {format_date(leader.left_on)}"
            yield fault(team, f"{team.name}: {leader.full_name} {left}, chưa có tổ trưởng mới.", team=team.pk)


@rule(
    title="Hai tổ trưởng cùng một lúc",
    weight=2,
    base=Base.TEAM,
    advice="Sửa ngày tham gia của người sau: không sớm hơn ngày người trước thôi.",
    label="Xem tổ",
    mend=at_team,
)
def leaders_overlap(picture: Picture) -> Iterator[Fault]:
    """On a past day: the database allows one active leader. A day that nobody knows is not held against anybody."""
    for pk, former in picture.past_leaders.items():
        led = [*former, *(member for member in picture.members[pk] if member.role == MemberRole.LEADER)]
        for earlier, later in pairwise(sorted(led, key=lambda each: (each.left_on or date.max, each.pk))):
            if later.joined_on and later.joined_on < earlier.left_on and earlier.person != later.person:
                days = f"từ {format_date(later.joined_on)} đến {format_date(earlier.left_on)}"
                text = f"{later.team.name}: {earlier.full_name} và {later.full_name} cùng là tổ trưởng {days}."
                yield fault(later, text, team=pk, member=later.pk, basis=days)


@rule(
    title="Tổ chưa có quyết định",
    weight=3,
    base=Base.TEAM,
    advice="Ghi quyết định thành lập hoặc kiện toàn của tổ.",
    label="Ghi quyết định",
    mend=at_commune("decisions"),
)
def team_without_decision(picture: Picture) -> Iterator[Fault]:
    for team in lacking(picture, "decision"):
        yield fault(team, f"{team.name} chưa có quyết định.", team=team.pk)


@rule(
    title="Tổ ít thành viên hơn mức quy định",
    weight=2,
    base=Base.TEAM,
    advice="Bổ sung thành viên bằng quyết định kiện toàn. Đã đúng với quyết định thì chấp nhận, nêu lý do.",
    label="Xem tổ",
    mend=at_team,
)
def team_below_norm(picture: Picture) -> Iterator[Fault]:
    for team in lacking(picture, "norm"):
        size, norm = len(picture.members[team.pk]), picture.norm_of(team)
        yield fault(team, f"{team.name} có {size} thành viên, ít hơn {norm}.", team=team.pk, basis=f"{size}/{norm}")


# Decisions ----------------------------------------------------------------------------------------------------------


@rule(
    title="Quyết định chưa có ngày",
    weight=2,
    base=Base.DECISION,
    advice="Ghi ngày ban hành theo bản giấy.",
    label="Ghi ngày",
    mend=at_decision,
)
def decision_without_date(picture: Picture) -> Iterator[Fault]:
    for decision in picture.decisions:
        if not decision.issued_on:
            yield fault(decision, f"{decision} chưa có ngày ban hành.", decision=decision.pk)


@rule(
    title="Số quyết định dùng hai lần",
    weight=2,
    base=Base.DECISION,
    advice="Xem lại số và ngày: mỗi năm một số, ký hiệu chỉ dùng một lần. Ghi trùng thì gộp về một.",
    label="Sửa quyết định",
    mend=at_decision,
)
def decision_number_reused(picture: Picture) -> Iterator[Fault]:
    """The same number and symbol on two days of one year (numbers restart each year), or dated and undated."""
    same: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in picture.decisions:
        same[decision.commune_id, decision.match_key].append(decision)
    for (_, key), twins in same.items():
        for earlier, later in pairwise(twins) if key else ():
            if not later.issued_on or earlier.issued_on.year == later.issued_on.year:
                text = f"{later} và {earlier} cùng một số, ký hiệu."
                yield fault(later, text, decision=later.pk, basis=str(earlier.pk))


# Members ------------------------------------------------------------------------------------------------------------


def each_member(picture: Picture, check: findings.Check) -> Iterator[Fault]:
    for pk, members in picture.members.items():
        for member in members:
            if found := check(member, picture.surroundings[pk]):
                text = f"{member.full_name} ({member.team.name}): {found.text}"
                yield fault(member, text[:LONGEST], team=pk, member=member.pk)


@rule(
    title="Một người ở hai tổ",
    weight=1,
    base=Base.MEMBER,
    advice="Người đã chuyển tổ thì ghi thôi ở tổ cũ. Tham gia cả hai tổ thì chấp nhận, nêu lý do.",
    label="Xem tổ",
    mend=at_team,
)
def member_in_two_teams(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.in_two_teams)


@rule(
    title="Một số điện thoại của nhiều người",
    weight=2,
    base=Base.MEMBER,
    advice="Hỏi lại từng người và ghi số riêng. Cả nhà dùng chung một số thì chấp nhận, nêu lý do.",
    label="Sửa số",
    mend=at_team,
)
def phone_shared(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.shared_phone)


@rule(
    title="Số điện thoại không dùng được",
    weight=2,
    base=Base.MEMBER,
    advice="Ghi lại số theo 10 chữ số.",
    label="Sửa số",
    mend=at_team,
)
def phone_invalid(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.invalid_phone)


@rule(
    title="Thành viên thiếu số điện thoại",
    weight=1,
    base=Base.MEMBER,
    advice="Ghi số để tổ viên nhận được thông báo, giấy mời.",
    label="Ghi số",
    mend=at_team,
)
def phone_missing(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.missing_phone)


@rule(
    title="Họ tên cần xem lại",
    weight=1,
    base=Base.MEMBER,
    advice="Ghi đủ họ, tên đệm và tên; ghi chú khác để ở cột Ghi chú.",
    label="Sửa họ tên",
    mend=at_team,
)
def name_odd(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.odd_name)


@rule(
    title="Hai dòng cùng họ tên trong một tổ",
    weight=1,
    base=Base.MEMBER,
    advice="Ghi trùng thì nói “Là một người” ở trang Cùng một người. Hai người trùng tên thì chấp nhận, nêu lý do.",
    label="Xem hai dòng",
    mend=at_commune("pairs"),
)
def name_twice(picture: Picture) -> Iterator[Fault]:
    return each_member(picture, findings.same_name)
