"""Writing, sending, returning: what the services of a report do to its rows."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from reporting import tasks
from reporting.definition import Severity
from reporting.enums import CampaignState, ReportAction, ReportState
from reporting.figures import Finding
from reporting.models import Campaign, Report, ReportAnswer, ReportSnapshot, ReportStep
from reporting.services import reports
from reporting.services.reports import save_answer, submit, use_computed
from teams.services.concurrency import Conflict
from tests.reporting.reports.makers import DUE, make_report, ready

pytestmark = pytest.mark.django_db


def save(report: Report, by, code: str = "people", raw: object = "1.440", note: str = "", version: int = 0):
    return save_answer(report=report, code=code, raw=raw, note=note, version=version, by=by)


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: from now on it is `moment`."""
    return lambda moment: monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


# Writing


def test_the_first_answer_starts_the_report(report, officer):
    answer = save(report, officer)
    assert (answer.value, answer.version, answer.commune_id) == (1440, 1, report.commune_id)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    assert [step.action for step in report.steps.all()] == [ReportAction.START]
    save(report, officer, "helped", "12")
    assert report.steps.count() == 1


def test_an_answer_is_changed_by_who_saw_it(report, officer):
    save(report, officer)
    assert save(report, officer, raw="1.441", note="đếm lại", version=1).version == 2
    with pytest.raises(Conflict) as conflict:
        save(report, officer, raw="7", version=1)
    assert (conflict.value.current.value, conflict.value.current.note) == (1441, "đếm lại")
    assert ReportAnswer.objects.get().value == 1441


def test_who_saw_none_does_not_write_over_one(report, officer):
    save(report, officer)
    with pytest.raises(Conflict):
        save(report, officer, raw="7", version=0)
    with pytest.raises(Conflict):
        save(report, officer, "helped", "7", version=3)
    assert list(ReportAnswer.objects.values_list("code", "value")) == [("people", 1440)]


def test_a_save_whose_answer_was_lost_may_be_repeated(report, officer):
    first = save(report, officer)
    again = save(report, officer)
    assert (again.pk, again.version) == (first.pk, 1)
    assert first.events.count() == 1


def test_emptied_is_kept_as_empty_not_as_zero(report, officer):
    save(report, officer)
    assert save(report, officer, raw="", version=1).value is None
    assert save(report, officer, raw="0", version=2).value == 0


@pytest.mark.parametrize(
    ("code", "raw", "place"),
    [
        ("people", "nhiều", "value"),
        ("share", "50", "value"),
        ("unknown", "1", "value"),
        ("skill", "Xuất sắc", "value"),
    ],
)
def test_what_can_not_be_read_is_refused_beside_its_field(code, raw, place, report, officer):
    with pytest.raises(ValidationError) as refusal:
        save(report, officer, code, raw)
    assert list(refusal.value.message_dict) == [place]
    assert not ReportAnswer.objects.exists()
    report.refresh_from_db()
    assert report.state == ReportState.NOT_STARTED


@pytest.mark.parametrize(("length", "fits"), [(500, True), (501, False)])
def test_a_note_has_a_limit(length, fits, report, officer):
    if fits:
        assert save(report, officer, note="x" * length).note == "x" * length
        return
    with pytest.raises(ValidationError) as refusal:
        save(report, officer, note="x" * length)
    assert list(refusal.value.message_dict) == ["note"]


@pytest.mark.parametrize("state", ReportState)
def test_only_what_is_the_communes_to_write_is_written(state, campaign, cat_hai, officer):
    report = make_report(campaign, cat_hai, state)
    if state in (ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.RETURNED):
        assert save(report, officer).value == 1440
        return
    with pytest.raises(ValidationError, match="không sửa được"):
        save(report, officer)
    assert not ReportAnswer.objects.exists()


@pytest.mark.parametrize(("hours", "open_"), [(1, True), (-1, False)])
def test_a_reopened_report_closes_by_its_date_alone(hours, open_, campaign, cat_hai, officer):
    until = timezone.now() + timedelta(hours=hours)
    report = make_report(campaign, cat_hai, ReportState.DRAFT, reopened_until=until)
    if open_:
        assert save(report, officer).value == 1440
        return
    with pytest.raises(ValidationError, match="mở lại"):
        save(report, officer)


def test_a_late_report_is_still_written_and_a_locked_campaign_takes_none(report, officer, clock):
    clock(DUE + timedelta(days=30))
    save(report, officer)
    Campaign.objects.update(state=CampaignState.LOCKED)
    with pytest.raises(ValidationError, match="mở lại"):
        save(report, officer, raw="5", version=1)


def test_the_registers_own_figure_can_be_taken_back(report, officer):
    save(report, officer, "villages", "59", note="một thôn mới")
    with pytest.raises(Conflict):
        use_computed(report=report, code="villages", version=2, by=officer)
    use_computed(report=report, code="villages", version=1, by=officer)
    assert not ReportAnswer.objects.exists()
    use_computed(report=report, code="villages", version=1, by=officer)  # a repeat


# Sending


def test_submitting_freezes_and_gives_a_receipt(report, officer, clock):
    moment = DUE - timedelta(seconds=1)
    report = ready(report, officer)
    clock(moment)
    sent = submit(report=report, by=officer)
    snapshot = ReportSnapshot.objects.get()
    assert (sent.state, sent.submitted_at, sent.first_submitted_at, sent.on_time) == ("submitted", moment, moment, True)
    assert sent.receipt == f"11914-{report.pk}-01"
    assert (snapshot.report_id, snapshot.number, snapshot.made_by) == (report.pk, 1, officer)
    assert ReportStep.objects.get(action=ReportAction.SUBMIT).snapshot == snapshot


@pytest.mark.parametrize(("seconds", "on_time"), [(-1, True), (0, False)])
@pytest.mark.parametrize("extended", [False, True])
def test_late_is_late_by_the_deadline_in_force(seconds, on_time, extended, report, officer, clock):
    """The deadline is the first moment that is too late: 06/01/2026 00:00 in Việt Nam, or what it was extended to."""
    report = ready(report, officer)
    until = DUE + timedelta(days=3)
    if extended:
        Report.objects.update(extended_until=until, extension_reason="bão")
    clock((until if extended else DUE) + timedelta(seconds=seconds))
    assert submit(report=report, by=officer).on_time is on_time


def test_the_evening_of_the_last_day_is_on_time_by_the_clock_of_viet_nam(report, officer, clock):
    report = ready(report, officer)
    evening = timezone.make_aware(timezone.datetime(2026, 1, 5, 23, 59, 59))
    assert evening.utcoffset() == timedelta(hours=7)
    clock(evening)
    assert submit(report=report, by=officer).on_time is True


def test_what_misses_an_answer_is_not_sent(report, officer):
    save(report, officer)
    with pytest.raises(reports.NotReady) as refusal:
        submit(report=report, by=officer)
    assert [finding.code for finding in refusal.value.findings] == ["helped"]
    with pytest.raises(reports.NotReady):
        Campaign.objects.update(leader_approves=True)
        reports.ask_approval(report=report, by=officer)
    assert not ReportSnapshot.objects.exists()
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_another_figure_than_the_registers_is_not_sent_unexplained(report, officer):
    ready(report, officer, villages="59")
    with pytest.raises(reports.NotReady, match="Hãy ghi lý do"):
        submit(report=report, by=officer)
    save(report, officer, "villages", "59", note="một thôn mới", version=1)
    assert submit(report=report, by=officer).state == ReportState.SUBMITTED


def test_a_warning_does_not_stop_it(report, officer, monkeypatch):
    report = ready(report, officer)
    monkeypatch.setattr(reports, "checks_of", lambda figures: [Finding("people", Severity.WARNING, "Tăng nhiều.")])
    assert submit(report=report, by=officer).state == ReportState.SUBMITTED
    monkeypatch.setattr(reports, "checks_of", lambda figures: [Finding("people", Severity.ERROR, "Sai.")])
    reports.withdraw(report=report, by=officer)
    with pytest.raises(reports.NotReady, match="Sai"):
        submit(report=report, by=officer)


def test_a_second_submission_has_its_own_snapshot_and_keeps_the_first_time(report, officer, staff, clock):
    report = ready(report, officer)
    clock(DUE - timedelta(hours=1))
    submit(report=report, by=officer)
    clock(DUE + timedelta(days=1))
    reports.return_(report=report, by=staff, note="Thiếu quyết định.")
    again = submit(report=report, by=officer)
    assert (again.first_submitted_at, again.on_time) == (DUE - timedelta(hours=1), True)
    assert (again.submitted_at, again.returns, again.receipt) == (DUE + timedelta(days=1), 1, f"11914-{report.pk}-02")
    assert list(ReportSnapshot.objects.values_list("number", flat=True).order_by("number")) == [1, 2]


def test_what_the_leader_refuses_goes_back_with_a_reason(report, officer, commune_leader):
    Campaign.objects.update(leader_approves=True)
    report = ready(report, officer)
    reports.ask_approval(report=report, by=officer)
    with pytest.raises(ValidationError):
        reports.send_back(report=report, by=commune_leader, note=" ")
    assert reports.send_back(report=report, by=commune_leader, note="Thêm số lớp.").state == ReportState.DRAFT
    reports.ask_approval(report=report, by=officer)
    with pytest.raises(PermissionDenied):
        submit(report=report, by=officer)
    sent = submit(report=report, by=commune_leader)
    assert (sent.state, ReportSnapshot.objects.get().made_by) == (ReportState.SUBMITTED, commune_leader)


# Taking back


def test_withdrawing_a_submission_nobody_touched_undoes_its_time(report, officer, clock):
    report = ready(report, officer)
    clock(DUE - timedelta(hours=1))
    submit(report=report, by=officer)
    back = reports.withdraw(report=report, by=officer)
    assert (back.state, back.first_submitted_at, back.on_time) == (ReportState.DRAFT, None, None)
    clock(DUE + timedelta(hours=1))
    assert submit(report=report, by=officer).on_time is False


def test_once_the_department_has_judged_it_a_withdrawal_keeps_its_time(report, officer, staff, clock):
    report = ready(report, officer)
    clock(DUE - timedelta(hours=1))
    submit(report=report, by=officer)
    reports.return_(report=report, by=staff, note="Sửa.")
    submit(report=report, by=officer)
    back = reports.withdraw(report=report, by=officer)
    assert (back.first_submitted_at, back.on_time) == (DUE - timedelta(hours=1), True)


def test_under_review_it_is_not_withdrawn(report, officer, staff):
    report = ready(report, officer)
    submit(report=report, by=officer)
    reports.take(report=report, by=staff)
    with pytest.raises(ValidationError, match="Đang thẩm định"):
        reports.withdraw(report=report, by=officer)


# The department


def test_reasons_are_kept_by_indicator(report, officer, staff):
    report = ready(report, officer)
    submit(report=report, by=officer)
    reasons = [{"code": "helped", "text": " Thiếu số liệu tháng 12. "}, {"code": "people", "text": " "}]
    back = reports.return_(report=report, by=staff, note="", reasons=reasons)
    assert (back.state, back.returns) == (ReportState.RETURNED, 1)
    step = back.steps.get(action=ReportAction.RETURN)
    assert step.reasons == [{"code": "helped", "text": "Thiếu số liệu tháng 12."}]


@pytest.mark.parametrize(
    ("note", "reasons"),
    [("", []), (" ", [{"code": "helped", "text": ""}]), ("Sửa.", [{"code": "unknown", "text": "Sửa."}])],
)
def test_a_return_without_words_or_for_no_field_is_refused(note, reasons, report, officer, staff):
    report = ready(report, officer)
    submit(report=report, by=officer)
    with pytest.raises(ValidationError):
        reports.return_(report=report, by=staff, note=note, reasons=reasons)
    report.refresh_from_db()
    assert (report.state, report.returns) == (ReportState.SUBMITTED, 0)


def test_accepted_then_locked_then_reopened_then_locked_again_by_the_clock(report, officer, staff, clock):
    report = ready(report, officer)
    start = timezone.now()
    submit(report=report, by=officer)
    assert reports.accept(report=report, by=staff).accepted_at is not None
    assert reports.lock(report=report, by=staff).state == ReportState.LOCKED
    until = start + timedelta(days=2)
    back = reports.reopen(report=report, by=staff, until=until, note="Bổ sung số liệu.")
    assert (back.state, back.reopened_until) == (ReportState.DRAFT, until)
    assert reports.lock_lapsed() == 0
    clock(until)
    with pytest.raises(ValidationError, match="mở lại"):
        save(report, officer)
    assert tasks.lock_lapsed_reports() == 1
    report.refresh_from_db()
    assert report.state == ReportState.LOCKED
    assert ReportStep.objects.latest("pk").by is None
    assert reports.lock_lapsed() == 0


def test_what_is_sent_again_in_time_is_not_locked_by_the_clock(report, officer, staff, clock):
    report = ready(report, officer)
    submit(report=report, by=officer)
    reports.accept(report=report, by=staff)
    until = timezone.now() + timedelta(days=2)
    reports.reopen(report=report, by=staff, until=until, note="Bổ sung.")
    again = submit(report=report, by=officer)
    assert again.accepted_at is None
    clock(until)
    assert reports.lock_lapsed() == 0


@pytest.mark.parametrize(("days", "note", "field"), [(-1, "Bổ sung.", "until"), (1, " ", "note")])
def test_reopening_needs_a_date_to_come_and_a_reason(days, note, field, campaign, cat_hai, staff):
    report = make_report(campaign, cat_hai, ReportState.LOCKED)
    with pytest.raises(ValidationError) as refusal:
        reports.reopen(report=report, by=staff, until=timezone.now() + timedelta(days=days), note=note)
    assert list(refusal.value.message_dict) == [field]
    report.refresh_from_db()
    assert (report.state, report.reopened_until) == (ReportState.LOCKED, None)
