"""Several people act on one report at the same moment: one is written, the others are told."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from cdt_portal.jobs.models import Job
from reporting.enums import ReportAction, ReportState
from reporting.models import Report, ReportAnswer, ReportSnapshot, ReportStep
from reporting.services import reports, snapshots, states
from teams.services.concurrency import Conflict
from tests.reporting.reports.makers import make_campaign, make_report, ready

PEOPLE = 4


@pytest.fixture
def report(transactional_db, hai_phong, cat_hai, officer) -> Report:
    return ready(make_report(make_campaign(hai_phong), cat_hai), officer)


def all_at_once(act: Callable[[int], object]) -> Counter:
    """What came of `act(number)` in each thread: "written", or the name of what was raised."""
    gate = Barrier(PEOPLE)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            act(number)
        except (Conflict, ValidationError, IntegrityError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(PEOPLE) as threads:
        return Counter(threads.map(one, range(PEOPLE)))


def test_of_many_submissions_at_once_one_is_frozen_and_gets_a_receipt(report, officer):
    outcomes = all_at_once(lambda number: reports.submit(report=report, by=officer))
    assert outcomes == {"written": 1, "ValidationError": PEOPLE - 1}
    assert ReportSnapshot.objects.get().number == 1
    assert ReportStep.objects.filter(action=ReportAction.SUBMIT).count() == 1
    assert Job.objects.filter(kind="report.pdf").count() == 1
    report.refresh_from_db()
    assert report.receipt == f"11914-{report.pk}-01"


def test_without_the_lock_they_all_freeze_and_only_the_database_stops_them(report, officer, monkeypatch):
    """The control: nobody is told, they break on the number of the snapshot."""
    meet = Barrier(PEOPLE)

    def not_locked(report: Report) -> Report:
        return Report.objects.select_related("campaign", "commune").get(pk=report.pk)

    def checksum_together(*given):
        meet.wait(timeout=30)  # each has counted the snapshots by now
        return checksum(*given)

    checksum = snapshots.checksum
    monkeypatch.setattr(reports, "locked", not_locked)
    monkeypatch.setattr(snapshots, "checksum", checksum_together)
    assert all_at_once(lambda number: reports.submit(report=report, by=officer))["IntegrityError"] == PEOPLE - 1


def test_an_answer_and_a_submission_at_once_leave_no_answer_behind_the_snapshot(report, officer):
    def act(number: int) -> None:
        if number == 0:
            reports.submit(report=report, by=officer)
        else:
            reports.save_answer(
                report=report,
                code=f"{'people' if number == 1 else 'zalo'}",
                raw="",
                note=str(number),
                version=0,
                by=officer,
            )

    all_at_once(act)
    said = {
        line["indicator"]["code"]: line.get("note", "")
        for section in ReportSnapshot.objects.get().content["sections"]
        for line in section["lines"]
    }
    for answer in ReportAnswer.objects.all():
        assert said[answer.code] == answer.note


def test_of_many_first_answers_one_is_written(report, officer):
    def save(number: int) -> None:
        reports.save_answer(report=report, code="people", raw=str(100 + number), note="", version=0, by=officer)

    assert all_at_once(save) == {"written": 1, "Conflict": PEOPLE - 1}


def test_a_return_and_an_acceptance_at_once_do_not_both_count(report, officer, staff):
    reports.submit(report=report, by=officer)

    def judge(number: int) -> None:
        if number % 2:
            reports.accept(report=report, by=staff)
        else:
            reports.return_(report=report, by=staff, note="Sửa.")

    assert all_at_once(judge) == {"written": 1, "ValidationError": PEOPLE - 1}
    report.refresh_from_db()
    assert (report.state, report.returns) in {(ReportState.ACCEPTED, 0), (ReportState.RETURNED, 1)}


def test_without_the_lock_an_acceptance_and_a_return_both_count(report, officer, staff, monkeypatch):
    """The control."""
    reports.submit(report=report, by=officer)
    meet = Barrier(PEOPLE)

    def not_locked(report: Report) -> Report:
        seen = Report.objects.select_related("campaign", "commune").get(pk=report.pk)
        meet.wait(timeout=30)
        return seen

    monkeypatch.setattr(states, "locked", not_locked)
    assert all_at_once(lambda number: reports.accept(report=report, by=staff)) == {"written": PEOPLE}
    assert ReportStep.objects.filter(action=ReportAction.ACCEPT).count() == PEOPLE
