"""What a report says: computed, written over, drafted, compared with the last one."""

from dataclasses import replace
from datetime import date

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.definition import Severity
from reporting.figures import ReportFigures, from_json, frozen, to_json
from reporting.models import FormVersion, ReportAnswer
from reporting.queries.differences import changes_since
from reporting.queries.figures import checks_of, frozen_figures, report_figures, reports_figures
from reporting.services.snapshots import freeze
from teams.enums import UnitKind
from teams.models import ResidentialUnit
from tests.reporting.figures.makers import ABOUT, CUT_OFF, DECISION, LETTER, ZALO, make_letter_campaign, make_register
from tests.reporting.figures.makers import write as answer
from tests.reporting.reports.makers import make_report
from tests.teams.makers import make_member


def values(figures: ReportFigures) -> dict[str, object]:
    return {line.indicator.code: line.value for line in figures.lines()}


def messages(figures: ReportFigures) -> list[str]:
    return [finding.message for finding in checks_of(figures)]


def test_a_report_is_drafted_from_the_register(report, teams):
    figures = report_figures(report)
    assert (figures.commune, figures.as_of) == ("Đặc khu Cát Hải", CUT_OFF)
    assert values(figures) == {
        "documents": [{"text": "Quyết định số 1907", "date": "2025-10-31", "subject": ABOUT}],
        "villages": 3,
        "covered": 2,
        "members": 4,
        "coverage": pytest.approx(200 / 3),
        "decision": {
            "text": DECISION, "number": "1907", "symbol": "", "issued_on": "2025-10-31", "subject": ABOUT,
        },
        "zalo": ZALO,
        "people": None,
        "training": "<p>đặc khu Cát Hải có 4 thành viên thuộc 3 thôn; … người dự thi.</p>",
    }  # fmt: skip
    assert figures.line("villages").door == "/xa/11914/?ngay=31/12/2025#thon"
    assert not any(line.is_overridden or line.version for line in figures.lines())


def test_what_the_officer_wrote_stands_over_what_was_computed(report, teams):
    answer(report, members=5, covered=3, people=1440, zalo=None, training="<p>Lời của xã.</p>")
    ReportAnswer.objects.filter(code="members").update(note="Một người chưa vào danh sách", version=4)
    figures = report_figures(report)
    line = figures.line("members")
    assert (line.value, line.computed, line.is_overridden, line.version) == (5, 4, True, 4)
    assert line.note == "Một người chưa vào danh sách"
    assert figures.line("coverage").value == 100  # of what stands in the report
    assert figures.line("zalo").is_empty  # emptied on purpose
    assert figures.line("zalo").computed == ZALO
    assert figures.line("training").value == "<p>Lời của xã.</p>"


def test_a_rate_is_never_what_somebody_wrote(report, teams):
    answer(report, coverage=12.0)
    assert report_figures(report).line("coverage").value == pytest.approx(200 / 3)


def test_the_paper_answers_the_letter(report):
    paper = report_figures(report).paper
    letter = f"Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở Khoa học và Công nghệ về việc {LETTER}"
    assert paper.opening == (
        f"Thực hiện {letter}, Ủy ban nhân dân đặc khu Cát Hải báo cáo kết quả đến hết ngày 31/12/2025 như sau:"
    )
    assert (paper.issuer, paper.issuer_parent) == (("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"), ())
    assert (paper.symbol, paper.place) == ("BC-UBND", "Cát Hải")
    assert paper.addressees == ("Sở Khoa học và Công nghệ",)


def test_a_plan_that_asks_is_no_letter(report):
    letter = report.campaign.letter
    letter.raw_text, letter.number, letter.symbol = "Kế hoạch số 45/KH-UBND ngày 02/3/2026", "45", "KH-UBND"
    letter.issued_on = date(2026, 3, 2)
    letter.save()
    assert "Thực hiện Kế hoạch số 45/KH-UBND ngày 02/3/2026 của" in report_figures(report).paper.opening


def test_villages_are_called_what_the_commune_has(report, cat_hai, teams):
    opening = report.campaign.form_version.definition | {"opening": "Toàn xã có {villages} {units}."}
    with pgtrigger.ignore("reporting.FormVersion:published"):
        FormVersion.objects.filter(pk=report.campaign.form_version_id).update(definition=opening)
    assert report_figures(report).paper.opening == "Toàn xã có 3 thôn."
    unit = ResidentialUnit.objects.filter(commune=cat_hai).first()
    ResidentialUnit.objects.filter(pk=unit.pk).update(kind=UnitKind.RESIDENTIAL_GROUP)
    assert report_figures(report).paper.opening == "Toàn xã có 3 thôn, tổ dân phố."
    ResidentialUnit.objects.filter(commune=cat_hai).update(kind=UnitKind.RESIDENTIAL_GROUP)
    assert report_figures(report).paper.opening == "Toàn xã có 3 tổ dân phố."


def test_what_the_letter_says_is_no_template(report):
    letter = report.campaign.letter
    letter.subject = "rà soát {members} và {value}"
    letter.save()
    assert "rà soát {members} và {value}" in report_figures(report).paper.opening


def test_one_report_and_three_take_the_same_queries(campaign, cat_hai, tran_lieu, hac_thanh, officer, teams):
    make_register(tran_lieu, officer, teams=3)
    reports = [make_report(campaign, commune) for commune in (tran_lieu, cat_hai, hac_thanh)]
    answer(reports[0], people=10)
    answer(reports[1], people=20)
    with CaptureQueriesContext(connection) as one:
        reports_figures(reports[:1], roster=True)
    with CaptureQueriesContext(connection) as three:
        found = reports_figures(reports, roster=True)
    assert len(one) == len(three)
    assert [(each.commune, values(each)["villages"], values(each)["people"]) for each in found] == [
        ("Phường Trần Liễu", 4, 10),
        ("Đặc khu Cát Hải", 3, 20),
        ("Phường Hạc Thành", None, None),
    ]
    assert [len(each.roster) for each in found] == [4, 3, 0]


def test_the_roster_lists_names_and_roles_the_leader_first(report, teams):
    make_member(teams[0], "Phạm Thị Hà", "deputy_leader", phone="0914994123")
    figures = report_figures(report, roster=True)
    assert [team.team for team in figures.roster] == ["Tổ Thôn 1", "Tổ Thôn 2", "Đội 1"]
    first = figures.roster[0]
    assert first.members == (("Nguyễn Văn An", "Tổ trưởng"), ("Phạm Thị Hà", "Tổ phó"), ("Lê Thị Hoa", "Thành viên"))
    assert (first.units, first.decision) == (("Thôn 1",), DECISION)
    assert "0914994123" not in str(to_json(figures))
    assert report_figures(report).roster == ()


def test_figures_come_back_from_json_as_they_were(report, teams):
    answer(report, people=1440, members=None)
    figures = frozen(report_figures(report, roster=True))
    assert from_json(to_json(figures)) == figures
    assert not any(line.door or line.saved_at or line.version for line in figures.lines())


# What is wrong or odd ------------------------------------------------------------------------------------------------


def test_what_is_required_and_empty_is_an_error_zero_is_not(report, teams):
    missing = checks_of(report_figures(report))
    assert [(each.code, each.severity) for each in missing] == [
        ("people", Severity.ERROR),
        ("training", Severity.WARNING),
    ]
    assert [each.message for each in missing] == ["Chưa có “Số người dự thi”.", "“Lực lượng” còn chỗ trống (…)."]
    answer(report, people=0)
    assert messages(report_figures(report)) == []


def test_figures_that_contradict_each_other_are_found(report, teams):
    answer(report, people=5001, covered=4)
    ReportAnswer.objects.filter(code="covered").update(note="Thôn mới")
    assert messages(report_figures(report)) == [
        "“Số thôn có tổ” (4) lớn hơn “Số thôn” (3).",
        "Quá nhiều người dự thi.",
    ]
    ReportAnswer.objects.filter(code="covered").update(value=3)
    ReportAnswer.objects.filter(code="people").update(value=5000)
    assert messages(report_figures(report)) == []


def test_a_figure_that_is_not_reported_breaks_no_rule(report):
    answer(report, people=1, covered=4, training="<p>Lời của xã.</p>")
    ReportAnswer.objects.filter(code="covered").update(note="Chưa nhập danh sách")
    assert messages(report_figures(report)) == []


def test_another_figure_than_the_register_has_wants_a_word(report, teams):
    answer(report, people=1, members=5)
    found = checks_of(report_figures(report))
    assert [(each.code, each.severity) for each in found] == [("members", Severity.ERROR)]
    assert found[0].message == "“Số thành viên” khác với số liệu trên hệ thống (4). Hãy ghi lý do."
    ReportAnswer.objects.filter(code="members").update(note="Một người chưa vào danh sách")
    assert messages(report_figures(report)) == []
    answer(report, documents=[{"text": "Kế hoạch số 5", "date": "", "subject": ""}])  # lists are there to be completed
    assert messages(report_figures(report)) == []


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        (4, 5, "“Số thành viên” tăng 25% so với kỳ trước (4 → 5). Hãy kiểm tra lại."),
        (5, 4, "“Số thành viên” giảm 20% so với kỳ trước (5 → 4). Hãy kiểm tra lại."),
        (0, 1, "“Số thành viên” tăng so với kỳ trước (0 → 1). Hãy kiểm tra lại."),
        (100, 119, ""),
        (0, 0, ""),
        (None, 4, ""),
        (4, None, ""),
    ],
)
def test_a_jump_against_the_last_period_is_asked_about(report, before, now, says):
    figures = report_figures(report)
    line = replace(figures.line("members"), value=now, computed=now, previous=before)
    sections = (replace(figures.sections[0], lines=(replace(figures.line("people"), value=1), line)),)
    rest = tuple(check for check in figures.checks if check.left == "members")
    assert messages(replace(figures, sections=sections, checks=rest)) == ([says] if says else [])


def test_the_last_submitted_report_stands_beside_the_new_one(report, hai_phong, cat_hai, officer, teams):
    answer(report, people=1440)
    freeze(report=report, by=officer)
    ReportAnswer.objects.filter(code="people").update(value=1500)
    freeze(report=report, by=officer)
    report.campaign.form_version.form.slug = "mau-truoc"
    report.campaign.form_version.form.save()
    later = make_letter_campaign(hai_phong, slug="dot-sau", previous=report.campaign)
    figures = report_figures(make_report(later, cat_hai))
    assert (figures.line("people").value, figures.line("people").previous) == (None, 1500)
    assert "4 thành viên" in figures.line("training").previous


# What was submitted stays --------------------------------------------------------------------------------------------


def test_what_was_submitted_does_not_change_with_the_register(report, officer, teams):
    answer(report, people=1440)
    snapshot = freeze(report=report, by=officer)
    before = frozen_figures(snapshot)
    assert changes_since(snapshot) == []
    make_member(teams[0], "Vào Thêm")
    for name in ("Phạm Thị Hà", "Đỗ Thu Giang"):
        make_member(teams[1], name)
    teams[1].name, teams[1].zalo_url = "Tổ mới", ""
    teams[1].save()
    ReportAnswer.objects.all().update(value=7)
    snapshot.refresh_from_db()
    assert frozen_figures(snapshot) == before
    assert before.roster[1].team == "Tổ Thôn 2"
    assert report_figures(report).line("members").computed == 7
    assert changes_since(snapshot) == ["+3 thành viên"]


def test_fewer_teams_and_another_group_are_told_as_changes(report, officer, teams):
    answer(report, people=1440)
    snapshot = freeze(report=report, by=officer)
    for team in teams[:1]:
        team.dissolved_on = CUT_OFF
        team.save()
    type(teams[0]).objects.update(zalo_url="")
    assert changes_since(snapshot) == ["−1 thôn", "−2 thành viên", "nhóm Zalo: đã thay đổi"]
