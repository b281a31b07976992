"""The forms that come with the portal, from the register to paper and workbook."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from cdt_portal.lib import richtext
from cdt_portal.lib.documents.parts import Heading
from reporting.definition import parse
from reporting.layouts.report import report_document
from reporting.layouts.report_sheet import write_report_sheets
from reporting.models import TeamFigures
from reporting.queries.figures import report_figures
from reporting.queries.sources import SOURCES, source_of
from tests.reporting.figures.makers import make_letter_campaign, make_period
from tests.reporting.reports.makers import make_report

FORMS = Path(settings.BASE_DIR) / "fixtures/forms"
SHIPPED = [json.loads(path.read_text()) for path in sorted(FORMS.glob("*.json"))]
ASKED = [pytest.param(each["definition"], id=each["slug"]) for each in SHIPPED if each["audience"] == "commune"]


def test_the_report_of_the_letter_and_three_others_are_shipped():
    assert len(ASKED) == 4


@pytest.mark.parametrize("form", ASKED)
def test_a_shipped_form_is_drafted_and_written(form, hai_phong, cat_hai, teams):
    figures = report_figures(make_report(make_letter_campaign(hai_phong, form), cat_hai), roster=True)
    for line in figures.lines():
        source = source_of(line.indicator.source)
        assert bool(source) == bool(line.indicator.source)
        known = SOURCES.get(line.indicator.source)  # of the teams' the kind is what their form makes it
        assert known is None or known.kind == line.indicator.kind
    document = report_document(figures)
    said = "".join(run.text for block in document.blocks if not isinstance(block, Heading) for run in _runs(block))
    assert "{" not in said + document.subject
    assert "Cát Hải" in said
    assert bool(document.appendices) == parse(form).roster_appendix
    write_report_sheets(BytesIO(), figures)


def test_the_paper_says_how_many_of_the_teams_its_sums_speak_for(hai_phong, cat_hai, teams):
    period = make_period(hai_phong)
    units = {"province": hai_phong, "commune": cat_hai}
    TeamFigures.objects.create(period=period, team=teams[0], values={"households": 40}, **units)
    campaign = make_letter_campaign(hai_phong, form_of("hoat-dong-6-noi-dung"), starts_on=period.starts_on)
    document = report_document(report_figures(make_report(campaign, cat_hai)))
    said = ["".join(run.text for run in _runs(block)) for block in document.blocks]
    assert "- Số tổ đã có số liệu trong kỳ: 1/2 tổ." in said


def form_of(slug: str) -> dict:
    return next(each["definition"] for each in SHIPPED if each["slug"] == slug)


TOLD = {
    "people_online_services": 30, "online_services": 12, "people_shopping": 5, "people_cashless": 7, "cashless": 4,
    "people_safety": 0, "sessions": 3,
}  # fmt: skip


def test_the_quarters_narratives_start_from_what_the_teams_told(hai_phong, cat_hai, teams):
    """A line of which no figure is known is left out: nobody sends "…"; zero is known."""
    period = make_period(hai_phong, json.loads((FORMS / "so-lieu-to-hang-quy.json").read_text())["definition"])
    units = {"province": hai_phong, "commune": cat_hai}
    TeamFigures.objects.create(period=period, team=teams[0], values=TOLD, **units)
    campaign = make_letter_campaign(hai_phong, form_of("hoat-dong-6-noi-dung"), starts_on=period.starts_on)
    figures = report_figures(make_report(campaign, cat_hai))
    written = {line.indicator.code: richtext.plain(line.value or "") for line in figures.lines()
               if line.indicator.kind == "text"}  # fmt: skip
    assert "hướng dẫn 30 người sử dụng dịch vụ công trực tuyến" in written["about_online_services"]
    assert "12 hồ sơ" in written["about_online_services"]
    assert "VNeID" not in written["about_online_services"]
    assert "4 người mở tài khoản" in written["about_cashless"]
    assert "hướng dẫn 0 người tự bảo vệ" in written["about_safety"]
    assert (written["about_platforms"], written["about_business"], written["training_text"]) == ("", "", "")
    assert not [each for each in written.values() if "…" in each]
    assert figures.line("sessions").value == 3


def test_the_five_skills_say_how_many_teams_their_sums_speak_for(hai_phong, cat_hai, teams):
    period = make_period(hai_phong)
    units = {"province": hai_phong, "commune": cat_hai}
    TeamFigures.objects.create(period=period, team=teams[0], values={"households": 40}, **units)
    campaign = make_letter_campaign(hai_phong, form_of("hoat-dong-5-ky-nang"), starts_on=period.starts_on)
    document = report_document(report_figures(make_report(campaign, cat_hai)))
    said = ["".join(run.text for run in _runs(block)) for block in document.blocks]
    assert "- Số tổ đã có số liệu trong kỳ: 1/2 tổ." in said


def _runs(block) -> tuple:
    return getattr(block, "runs", ())
