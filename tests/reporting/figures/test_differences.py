"""What differs between two versions, and between what was sent and what the portal says today."""

from datetime import date

import pytest

from reporting.figures import TeamRoster
from reporting.models import TeamFigures
from reporting.queries import differences
from reporting.queries.differences import changes_since, compare_rosters, roster_words
from reporting.services.snapshots import freeze
from teams.enums import MemberRole
from teams.models import Member
from tests.reporting.figures.makers import FORM, make_letter_campaign, make_period
from tests.reporting.reports.makers import make_report
from tests.teams.makers import make_member

LATER = date(2026, 2, 1)


def team(name: str, *members: tuple[str, str]) -> TeamRoster:
    return TeamRoster(name, (name,), "01/QĐ-UBND", members)


def test_rosters_tell_who_came_who_left_and_whose_role_is_another():
    old = [
        team("Tổ 1", ("An", "Tổ trưởng"), ("Hoa", "Thành viên"), ("Hoa", "Thành viên"), ("Bình", "Thành viên")),
        team("Tổ 2", ("Giang", "Tổ trưởng")),
    ]
    new = [
        team("Tổ 3", ("Sơn", "Tổ trưởng")),
        team("Tổ 1", ("Bình", "Tổ trưởng"), ("An", "Tổ trưởng"), ("Hoa", "Thành viên")),
    ]
    changes = compare_rosters(old, new)
    assert [(each.team, each.name, each.old, each.new) for each in changes] == [
        ("Tổ 3", "Sơn", "", "Tổ trưởng"),
        ("Tổ 1", "Bình", "Thành viên", "Tổ trưởng"),
        ("Tổ 1", "Hoa", "Thành viên", ""),
        ("Tổ 2", "Giang", "Tổ trưởng", ""),
    ]
    assert roster_words(changes) == "1 người vào, 2 người thôi, 1 người đổi chức vụ"
    assert compare_rosters(old, old) == []
    assert roster_words([]) == ""


def lead(team, name: str) -> None:
    """Somebody else leads from `LATER` on."""
    Member.objects.filter(team=team, role=MemberRole.LEADER).update(left_on=LATER, left_reason="resigned")
    make_member(team, name, MemberRole.LEADER, joined_on=LATER)


def test_a_leader_replaced_by_another_is_told_though_the_number_is_the_same(report, officer, teams):
    snapshot = freeze(report=report, by=officer)
    lead(teams[1], "Đỗ Thu Giang")
    assert changes_since(snapshot) == ["Tổ Thôn 2: tổ trưởng Nguyễn Văn An → Đỗ Thu Giang"]
    Member.objects.filter(team=teams[0], role=MemberRole.LEADER).update(role=MemberRole.MEMBER)
    assert changes_since(snapshot)[0] == "Tổ Thôn 1: tổ trưởng Nguyễn Văn An → chưa có"


def test_of_many_replaced_leaders_a_few_are_named(report, officer, teams, monkeypatch):
    monkeypatch.setattr(differences, "NAMED", 1)
    snapshot = freeze(report=report, by=officer)
    lead(teams[0], "Đỗ Thu Giang")
    lead(teams[1], "Vũ Minh")
    assert changes_since(snapshot) == [
        "Tổ Thôn 1: tổ trưởng Nguyễn Văn An → Đỗ Thu Giang",
        "1 tổ khác đã đổi tổ trưởng",
    ]


def test_figures_with_one_unit_are_told_apart_and_none_twice(hai_phong, cat_hai, officer, teams):
    asked = [
        {"code": "villages", "label": "Số thôn", "source": "register.villages", "unit": "thôn"},
        {"code": "covered", "label": "Số thôn có tổ", "source": "register.covered", "unit": "thôn"},
        {"code": "again", "label": "Số thôn đã có tổ", "source": "register.covered", "unit": "thôn"},
        {"code": "members", "label": "Số thành viên", "source": "register.members", "unit": "thành viên"},
    ]
    form = FORM | {"roster_appendix": False, "sections": [FORM["sections"][0] | {"indicators": asked}], "checks": []}
    snapshot = freeze(report=make_report(make_letter_campaign(hai_phong, form), cat_hai), by=officer)
    teams[0].coverages.update(ended_on=LATER)
    unit = teams[0].coverages.get().unit
    unit.ended_on = LATER
    unit.save()
    assert changes_since(snapshot) == ["số thôn: −1", "số thôn có tổ: −1"]
    make_member(teams[1], "Vào Thêm")
    assert changes_since(snapshot)[-1] == "+1 thành viên"


FLOWS = [
    {"code": "guided", "label": "Số hộ", "source": "teams.guided", "unit": "hộ", "nature": "flow"},
    {"code": "asked", "label": "Số tổ được hỏi", "source": "teams.asked", "unit": "tổ"},
    {"code": "reported", "label": "Số tổ đã có số liệu", "source": "teams.reported", "unit": "tổ"},
]


@pytest.mark.parametrize(
    ("day", "told"), [(LATER, []), (date(2025, 12, 1), ["−10 hộ", "số tổ được hỏi", "số tổ đã có số liệu"])]
)
def test_what_teams_did_in_a_closed_quarter_stays_when_one_is_dissolved_later(
    day, told, hai_phong, cat_hai, officer, teams
):
    period = make_period(hai_phong)
    for each in teams:
        units = {"province": hai_phong, "commune": cat_hai}
        TeamFigures.objects.create(period=period, team=each, values={"guided": 10, "households": 20}, **units)
    form = FORM | {"sections": [FORM["sections"][0] | {"indicators": FLOWS}], "checks": [], "roster_appendix": False}
    campaign = make_letter_campaign(hai_phong, form, starts_on=period.starts_on)
    snapshot = freeze(report=make_report(campaign, cat_hai), by=officer)
    teams[0].dissolved_on = day
    teams[0].save()
    assert [text.partition(":")[0] for text in changes_since(snapshot)] == told
