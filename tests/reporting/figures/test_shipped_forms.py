"""The forms that come with the portal, from the register to paper and workbook."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from cdt_portal.lib.documents.parts import Heading
from reporting.definition import parse
from reporting.layouts.report import report_document
from reporting.layouts.report_sheet import write_report_sheets
from reporting.models import TeamFigures
from reporting.queries.figures import report_figures
from reporting.queries.sources import SOURCES, source_of
from tests.reporting.figures.makers import make_letter_campaign, make_period
from tests.reporting.reports.makers import make_report

SHIPPED = [json.loads(path.read_text()) for path in sorted((Path(settings.BASE_DIR) / "fixtures/forms").glob("*.json"))]
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
    form = next(each["definition"] for each in SHIPPED if each["slug"] == "hoat-dong-6-noi-dung")
    campaign = make_letter_campaign(hai_phong, form, starts_on=period.starts_on)
    document = report_document(report_figures(make_report(campaign, cat_hai)))
    said = ["".join(run.text for run in _runs(block)) for block in document.blocks]
    assert "- Số tổ đã có số liệu trong kỳ: 1/2 tổ." in said


def _runs(block) -> tuple:
    return getattr(block, "runs", ())
