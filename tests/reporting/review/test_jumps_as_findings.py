"""Figures that jump stand among what a commune is to look at again, while the report that counts says them."""

import pytest

from reporting.models import ReportSnapshot
from teams.models import DataFinding
from teams.services.quality import check

pytestmark = pytest.mark.django_db


def found(codes: list[str]) -> dict[str, str]:
    """Commune code -> text of its open finding."""
    check(codes)
    rows = DataFinding.objects.filter(rule="figures_jump", state="open")
    return dict(rows.values_list("commune", "text"))


def test_the_latest_report_that_stands_sent_is_looked_at(sent):
    ReportSnapshot.objects.update(jumps=0)
    codes = [report.commune_id for report in sent]
    assert found(codes) == {}
    ReportSnapshot.objects.filter(report=sent[0]).update(jumps=2)
    told = found(codes)
    assert set(told) == {sent[0].commune_id}
    assert told[sent[0].commune_id].endswith(": 2 số liệu thay đổi lớn so với kỳ trước.")
    sent[0].state = "returned"
    sent[0].save()
    assert found(codes) == {}
