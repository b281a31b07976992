"""The story of the demo data: the letter of December 2025, Cát Hải's report, other communes in every other state."""

from collections import Counter
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from docx.oxml.ns import qn

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from reporting.enums import CampaignState, ReportState
from reporting.models import Campaign, Report, ReportAnswer, ReportStep
from reporting.queries.differences import changes_since
from reporting.queries.figures import checks_of, frozen_figures
from reporting.queries.overview import province_overview
from teams.enums import PlanState
from teams.models import Province, Team, UnitPlan
from teams.queries.unit_plans import preview
from tests.lib.documents.reading import plain_text

ZALO = "https://zalo.me/g/xuubpv554"
TOLD = [  # what the commune wrote in December 2025
    "trên địa bàn: 58 thôn.", "58 tổ", "386 thành viên", "100%", ZALO, "1.440 người",
    "Quyết định số 1907 ngày 31/10/2025", "phản ứng nhanh Ủy ban nhân dân đặc khu Cát Hải",
    "tham gia Cuộc thi “Công dân số Hải Phòng – Sử dụng thông minh, sống an toàn”.", "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH", "Nguyễn Minh Hải", "C, PCVP HĐND và UBND Đặc khu",
    "Công văn số 1643/UBND-VHXH", "Công văn số 1688/VHXH", "Công văn số 2086/UBND-VHXH",
]  # fmt: skip


def tell(**options) -> None:
    call_command("seed_demo", story="cat-hai", communes=30, teams=80, members=500, verbosity=0, **options)


@pytest.fixture
def units(db) -> None:
    call_command("load_units", verbosity=0)


@pytest.fixture
def campaign(units) -> Campaign:
    tell()
    return Campaign.objects.get(slug="cv-4675")


def reports_of(campaign: Campaign, *fields: str) -> list[tuple]:
    return list(campaign.reports.order_by("commune_id").values_list("commune_id", *fields))


def test_the_campaign_has_a_report_in_every_state_but_locked(campaign):
    states = Counter(state for _, state in reports_of(campaign, "state"))
    assert set(states) == set(ReportState.values) - {ReportState.LOCKED}
    assert states[ReportState.NOT_STARTED] >= 3
    assert (campaign.state, str(campaign.letter.raw_text)) == (
        CampaignState.OPEN,
        "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025",
    )
    late = campaign.reports.filter(on_time=False)
    assert late.count() == 2 and not late.filter(first_submitted_at__lte=campaign.commune_due_at).exists()
    assert campaign.reports.exclude(extended_until=None).count() == 1
    assert campaign.reports.exclude(reopened_until=None).count() == 1
    returned = ReportStep.objects.filter(report__campaign=campaign, action="return")
    assert returned.count() == 3 and all(step.reasons for step in returned)
    days = ReportStep.objects.filter(report__campaign=campaign).values_list("at__date", flat=True)
    assert date(2025, 12, 22) <= min(days) and max(days) <= date(2026, 1, 9)


def test_what_was_sent_was_ready_and_the_register_still_says_the_same(campaign):
    sent = campaign.reports.exclude(first_submitted_at=None)
    assert sent.count() == 17
    for report in sent:
        snapshot = report.snapshots.first()
        assert [each for each in checks_of(frozen_figures(snapshot)) if each.severity == "error"] == []
        assert changes_since(snapshot) == []


def test_cat_hai_reported_what_it_reported(campaign):
    report = campaign.reports.get(commune="11914")
    assert (report.state, report.on_time, report.returns) == (ReportState.ACCEPTED, True, 0)
    figures = frozen_figures(report.snapshots.get())
    values = {line.indicator.code: line.value for line in figures.lines()}
    expected = {"villages": 58, "teams": 58, "members": 386, "coverage": 100, "contest_people": 1440, "zalo": ZALO}
    assert values.items() >= expected.items()
    assert [(row["text"], row["date"]) for row in values["decision"]] == [("Quyết định số 1907", "2025-10-31")]
    assert len(figures.roster) == 58
    assert sum(len(team.members) for team in figures.roster) == 386
    assert len(values["documents"]) == 4


def test_its_report_is_rendered_by_the_command(campaign, tmp_path):
    command = ["report_render", "--campaign", "cv-4675", "--commune", "11914"]
    for format in ("pdf", "docx", "xlsx"):
        call_command(*command, "--format", format, "--output", str(tmp_path / f"report.{format}"), verbosity=0)
    for said in (plain_text((tmp_path / "report.pdf").read_bytes()), words_of_docx(tmp_path / "report.docx")):
        assert [words for words in TOLD if unbroken(words) not in unbroken(said)] == []
        assert said.count("về việc thúc đẩy, phát huy") == 1 and "{" not in said
    wanted = {58, 386, 100, 1440, ZALO, "Quyết định số 1907 ngày 31/10/2025"}
    assert wanted - cells_of_xlsx(tmp_path / "report.xlsx") == set()


def unbroken(words: str) -> str:
    """Paper breaks lines within the sign of a document."""
    return words.replace(" ", "")


def words_of_docx(path: Path) -> str:
    return "".join(each.text for each in docx.Document(path).element.body.iter(qn("w:t")))


def cells_of_xlsx(path: Path) -> set:
    book = openpyxl.load_workbook(path)
    return {value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}


def test_a_quarter_is_running_and_one_commune_has_a_roster_to_import_first(campaign):
    quarter = Campaign.objects.exclude(pk=campaign.pk).get()
    assert quarter.state == CampaignState.OPEN and quarter.period.team_form is not None
    assert quarter.reports.filter(state=ReportState.NOT_STARTED).count() == 114
    assert not Team.objects.filter(commune="10729").exists()
    assert campaign.reports.get(commune="10729").state == ReportState.NOT_STARTED
    look_back(campaign.province)
    look_ahead()


def look_back(province: Province) -> None:
    trend = province_overview(province, timezone.localdate()).trend
    assert len(trend) >= 3 and [point.day for point in trend[:2]] == [date(2025, 9, 14), date(2025, 12, 14)]
    assert 0 < trend[0].figures.teams < trend[1].figures.teams == trend[2].figures.teams


def look_ahead() -> None:
    """A merger stands as a draft."""
    plan = UnitPlan.objects.get()
    assert (plan.state, plan.commune_id, plan.effective_on > timezone.localdate()) == (PlanState.DRAFT, "11914", True)
    shown = preview(plan)
    assert (shown.ended, shown.begun, len(shown.teams)) == (2, 1, 2)


def test_the_same_seed_tells_the_same(units):
    told = []
    for _ in range(2):
        with transaction.atomic():
            tell(seed=7)
            answers = ReportAnswer.objects.order_by("report__commune_id", "code").values_list("code", "value")
            told.append((reports_of(Campaign.objects.get(slug="cv-4675"), "state", "submitted_at"), list(answers)))
            transaction.set_rollback(True)
    assert told[0] == told[1] and len(told[0][1]) > 20


def test_a_province_without_cat_hai_has_no_such_story(units):
    with pytest.raises(CommandError, match="Cát Hải"):
        call_command("seed_demo", story="cat-hai", province="38", verbosity=0)
    assert not (Report.objects.exists() or User.objects.exists() or Job.objects.exists())
