"""The queue is ordered by what was counted at each submission, as it would be from what the reports say."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from reporting.models import Campaign, Report, ReportSnapshot
from reporting.queries import review as queries
from reporting.queries.figures import checks_of, frozen_figures
from reporting.queries.reports import campaign_lines
from reporting.services import reports as services
from teams.models import Commune
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.province.makers import officer_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(campaign, sent, staff) -> Campaign:
    """Beside the three, of which one was sent again: one late, one in work, one returned often, one like none."""
    services.return_(report=sent[0], by=staff, note="Sửa.")
    services.submit(report=sent[0], by=officer_of(sent[0].commune))
    communes = [
        make_commune(f"8000{number}", f"Xã Dương {number}", "rural_commune", campaign.province) for number in range(4)
    ]
    late, taken, often, _ = [send(campaign, commune, people="2000") for commune in communes]
    Report.objects.filter(pk=late.pk).update(on_time=False)
    Report.objects.filter(pk=often.pk).update(returns=3)
    services.take(report=taken, by=staff)
    return campaign


def read_anew(campaign: Campaign) -> list[tuple[int, int, bool]]:
    """(report, risk, whether it is clean) of all that wait, worked out from every word that was sent."""
    found = []
    for report in Report.objects.filter(campaign=campaign, state__in=queries.WAITING):
        figures = frozen_figures(report.snapshots.order_by("-number").first())
        told = {finding.code for finding in checks_of(figures)}
        lines = list(figures.lines())
        risk = len(checks_of(figures)) + report.returns + (report.on_time is False)
        risk += sum(line.indicator.code not in told and queries.jumps_far(line) for line in lines)
        risk += sum(line.indicator.is_numeric and line.is_overridden for line in lines)
        risk += timezone.localdate(report.submitted_at) <= figures.as_of
        found.append((-risk, report.submitted_at, report.pk, not risk and report.state == "submitted"))
    return [(pk, -risk, is_clean) for risk, _, pk, is_clean in sorted(found)]


def counted(campaign: Campaign) -> list[tuple[int, int, bool]]:
    rows = queries.queue(queries.waiting_reports(campaign.province, campaign.pk))
    return [(row.report.pk, row.risk, row.is_clean) for row in rows]


def test_the_order_is_that_of_what_was_sent(waiting, django_assert_num_queries):
    expected = read_anew(waiting)
    with django_assert_num_queries(1):
        assert counted(waiting) == expected
    assert len(expected) == 7
    assert len({risk for _, risk, _ in expected}) > 2
    Report.objects.filter(pk=expected[-1][0]).update(returns=9)
    assert counted(waiting) == read_anew(waiting) != expected


def test_of_a_commune_that_had_ended_before_the_cutoff_nothing_waits(waiting):
    everything = counted(waiting)
    commune, day = Report.objects.get(pk=everything[0][0]).commune, waiting.ends_on
    Commune.objects.filter(pk=commune.pk).update(ended_on=day + timedelta(days=1))
    assert counted(waiting) == everything
    Commune.objects.filter(pk=commune.pk).update(ended_on=day)
    assert counted(waiting) == everything[1:]
    assert campaign_lines([waiting])[0].waiting == len(everything) - 1


def test_the_queue_reads_nothing_of_what_reports_say(waiting):
    [row, *_] = queries.queue(queries.waiting_reports(waiting.province, waiting.pk))
    assert row.snapshot.get_deferred_fields() == {"content", "roster"}


def test_a_page_knows_its_neighbours_at_the_cost_of_one_query(waiting, staff):
    rows = [row.report.pk for row in queries.queue(queries.waiting_reports(waiting.province, waiting.pk))]
    client, few = client_of(staff), Report.objects.filter(pk__in=rows[3:])
    here = f"/bao-cao/tham-dinh/{rows[1]}/?dot={waiting.pk}"
    shown = client.get(here).content.decode()
    assert f'rel="prev" href="/bao-cao/tham-dinh/{rows[0]}/' in shown
    assert f'rel="next" href="/bao-cao/tham-dinh/{rows[2]}/' in shown
    many = count_queries(client, here)
    few.update(state="accepted", accepted_at=timezone.now())
    assert count_queries(client, here) == many


def test_what_was_sent_before_is_counted_by_the_migration(waiting):
    expected = counted(waiting)
    ReportSnapshot.objects.update(findings=0, jumps=0, overridden=0)
    assert counted(waiting) != expected
    import_module("reporting.migrations.0002_kept_province_papers").weigh_snapshots(apps, None)
    assert counted(waiting) == expected
