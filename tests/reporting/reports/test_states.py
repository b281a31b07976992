"""The table of states is complete: what it allows moves, everything else is refused and writes nothing."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cdt_portal.notices.models import Notice
from cdt_portal.notices.services import mark_read, notices_of
from reporting.enums import CampaignState, ReportAction, ReportState
from reporting.models import Campaign, Report, ReportStep
from reporting.services.states import TRANSITIONS, is_open, move
from teams.access import Can
from teams.enums import UserRole
from tests.conftest import make_user
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import make_campaign, make_report

pytestmark = pytest.mark.django_db

A, S = ReportAction, ReportState
MOVES = sorted(TRANSITIONS)
WRITING = {A.START, A.ASK_APPROVAL, A.SUBMIT, A.WITHDRAW}
ALLOWED = {  # written down apart from the table: state -> action -> where it leads
    S.NOT_STARTED: {
        A.START: S.DRAFT,
        A.ASK_APPROVAL: S.AWAITING_APPROVAL,
        A.SUBMIT: S.SUBMITTED,
        A.REOPEN: S.NOT_STARTED,
    },
    S.DRAFT: {A.ASK_APPROVAL: S.AWAITING_APPROVAL, A.SUBMIT: S.SUBMITTED, A.REOPEN: S.DRAFT, A.LOCK: S.LOCKED},
    S.RETURNED: {A.ASK_APPROVAL: S.AWAITING_APPROVAL, A.SUBMIT: S.SUBMITTED, A.REOPEN: S.RETURNED, A.LOCK: S.LOCKED},
    S.AWAITING_APPROVAL: {
        A.SUBMIT: S.SUBMITTED,
        A.SEND_BACK: S.DRAFT,
        A.WITHDRAW: S.DRAFT,
        A.REOPEN: S.AWAITING_APPROVAL,
        A.LOCK: S.LOCKED,
    },
    S.SUBMITTED: {
        A.WITHDRAW: S.DRAFT,
        A.TAKE: S.UNDER_REVIEW,
        A.RETURN: S.RETURNED,
        A.ACCEPT: S.ACCEPTED,
        A.REOPEN: S.DRAFT,
    },
    S.UNDER_REVIEW: {A.RETURN: S.RETURNED, A.ACCEPT: S.ACCEPTED, A.REOPEN: S.DRAFT},
    S.ACCEPTED: {A.LOCK: S.LOCKED, A.REOPEN: S.DRAFT},
    S.LOCKED: {A.REOPEN: S.DRAFT},
}


@pytest.fixture
def people(officer, commune_leader, staff):
    return {
        Can.WRITE_REPORT: officer,
        Can.APPROVE: commune_leader,
        Can.REVIEW_REPORT: staff,
        Can.RUN_CAMPAIGNS: staff,
    }


def fitting(campaign: Campaign, commune, state: str, action: str) -> Report:
    """A report in `state`, with all else as the action needs it."""
    past = timezone.now() - timedelta(minutes=1)
    more = {}
    if action == A.LOCK and state != S.ACCEPTED:
        more = {"reopened_until": past, "accepted_at": past, "first_submitted_at": past, "on_time": True}
    if action == A.REOPEN and state not in (S.ACCEPTED, S.LOCKED):
        campaign.state = CampaignState.LOCKED
    campaign.leader_approves = action == A.ASK_APPROVAL
    campaign.save()
    return make_report(campaign, commune, state, **more)


def written() -> list:
    """All that a move could have written."""
    return [list(model.objects.order_by("pk").values()) for model in (Report, ReportStep, Notice)]


def test_the_table_is_what_was_agreed():
    assert {(state, action): move.to for (state, action), move in TRANSITIONS.items()} == {
        (state, action): to for state, actions in ALLOWED.items() for action, to in actions.items()
    }


@pytest.mark.parametrize(("state", "action"), MOVES)
def test_every_move_of_the_table_is_made_and_leaves_a_step(state, action, campaign, cat_hai, people):
    report = fitting(campaign, cat_hai, state, action)
    table = TRANSITIONS[state, action]
    moved = move(
        report=report, action=action, by=people[table.capability], note="vì thế", reasons=[{"code": "a", "text": "b"}]
    )
    assert (moved.state, moved.version) == (table.to, report.version + 1)
    step = ReportStep.objects.get()
    assert (step.from_state, step.to_state, step.action) == (state, table.to, action)
    assert (step.by, step.note, step.reasons) == (people[table.capability], "vì thế", [{"code": "a", "text": "b"}])
    assert step.commune_id == report.commune_id


@pytest.mark.parametrize(("state", "action"), sorted(set(product(ReportState, ReportAction)) - set(TRANSITIONS)))
def test_whatever_is_not_in_the_table_is_refused_and_writes_nothing(state, action, campaign, cat_hai, people):
    report = fitting(campaign, cat_hai, state, action)
    before = written()
    for user in [*people.values(), None]:
        with pytest.raises(ValidationError, match="trạng thái"):
            move(report=report, action=action, by=user)
    assert written() == before


@pytest.mark.parametrize(("state", "action"), MOVES)
def test_only_who_has_the_capability_there_may(
    state, action, campaign, cat_hai, people, neighbour, stranger, viewer, admin
):
    report = fitting(campaign, cat_hai, state, action)
    needed = TRANSITIONS[state, action].capability
    others = [user for can, user in people.items() if user != people[needed]]
    others.append(make_user("so.thanhhoa", UserRole.DEPARTMENT_STAFF, province=stranger.assignments.get().province))
    before = written()
    for user in [*others, neighbour, stranger, viewer, admin]:
        with pytest.raises(PermissionDenied):
            move(report=report, action=action, by=user)
    assert written() == before


@pytest.mark.parametrize(("state", "action"), [pair for pair in MOVES if pair[1] != A.LOCK])
def test_the_clock_only_locks(state, action, campaign, cat_hai):
    report = fitting(campaign, cat_hai, state, action)
    with pytest.raises(PermissionDenied):
        move(report=report, action=action, by=None)


def test_the_clock_does_not_lock_what_stands_accepted(campaign, cat_hai):
    with pytest.raises(PermissionDenied):
        move(report=make_report(campaign, cat_hai, S.ACCEPTED), action=A.LOCK, by=None)


@pytest.mark.parametrize(("state", "action"), [pair for pair in MOVES if pair[1] in WRITING | {A.RETURN}])
def test_in_a_locked_campaign_nothing_is_written_or_asked_back(state, action, campaign, cat_hai, people):
    report = fitting(campaign, cat_hai, state, action)
    Campaign.objects.update(state=CampaignState.LOCKED)
    before = written()
    with pytest.raises(ValidationError, match="mở lại"):
        move(report=report, action=action, by=people[TRANSITIONS[state, action].capability])
    assert written() == before
    Report.objects.update(reopened_until=timezone.now() + timedelta(days=1))
    move(report=report, action=action, by=people[TRANSITIONS[state, action].capability])


def test_a_reopened_report_is_open_until_its_date_and_closed_from_then_on(campaign, cat_hai):
    until = timezone.now()
    report = make_report(campaign, cat_hai, S.DRAFT, reopened_until=until)
    assert is_open(report, until - timedelta(microseconds=1))
    assert not is_open(report, until)


def test_what_is_open_needs_no_reopening(campaign, cat_hai, staff):
    report = make_report(campaign, cat_hai, S.DRAFT)
    with pytest.raises(ValidationError, match="không cần mở lại"):
        move(report=report, action=A.REOPEN, by=staff)


def test_a_draft_is_locked_by_nobody_before_its_date(campaign, cat_hai, staff):
    tomorrow = timezone.now() + timedelta(days=1)
    report = make_report(campaign, cat_hai, S.DRAFT, reopened_until=tomorrow, accepted_at=timezone.now())
    with pytest.raises(ValidationError, match="mới khóa được"):
        move(report=report, action=A.LOCK, by=staff)


def test_where_the_leader_approves_the_officer_asks_and_does_not_submit(campaign, cat_hai, officer, commune_leader):
    report = make_report(campaign, cat_hai, S.DRAFT)
    with pytest.raises(ValidationError, match="không cần lãnh đạo"):
        move(report=report, action=A.ASK_APPROVAL, by=officer)
    Campaign.objects.update(leader_approves=True)
    with pytest.raises(ValidationError, match="trình lãnh đạo"):
        move(report=report, action=A.SUBMIT, by=officer)
    move(report=report, action=A.ASK_APPROVAL, by=officer)
    with pytest.raises(PermissionDenied):
        move(report=report, action=A.SUBMIT, by=officer)
    assert move(report=report, action=A.SUBMIT, by=commune_leader).state == S.SUBMITTED


@pytest.mark.parametrize(
    ("state", "action", "told"),
    [
        (S.NOT_STARTED, A.START, set()),
        (S.DRAFT, A.ASK_APPROVAL, {"lanhdao.cathai"}),
        (S.AWAITING_APPROVAL, A.SEND_BACK, {"canbo.cathai", "canbo2.cathai"}),
        (S.AWAITING_APPROVAL, A.WITHDRAW, {"lanhdao.cathai"}),
        (S.DRAFT, A.SUBMIT, {"so.haiphong"}),
        (S.SUBMITTED, A.WITHDRAW, {"so.haiphong"}),
        (S.SUBMITTED, A.TAKE, set()),
        (S.SUBMITTED, A.RETURN, {"canbo.cathai", "canbo2.cathai"}),
        (S.SUBMITTED, A.ACCEPT, {"canbo.cathai", "canbo2.cathai"}),
        (S.ACCEPTED, A.LOCK, {"canbo.cathai", "canbo2.cathai"}),
        (S.ACCEPTED, A.REOPEN, {"canbo.cathai", "canbo2.cathai"}),
    ],
)
def test_those_concerned_are_told_and_nobody_else(
    state, action, told, campaign, cat_hai, people, neighbour, stranger, viewer, admin
):
    make_user("canbo2.cathai", UserRole.COMMUNE_OFFICER, commune=cat_hai)
    gone = make_user("nghi.cathai", UserRole.COMMUNE_OFFICER, commune=cat_hai)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    report = fitting(campaign, cat_hai, state, action)
    move(report=report, action=action, by=people[TRANSITIONS[state, action].capability], note="Sửa mục II.")
    assert set(Notice.objects.values_list("user__username", flat=True)) == told
    page = f"/bao-cao/tham-dinh/?tinh=31&dot={campaign.pk}" if action == A.SUBMIT else f"/bao-cao/xa/{report.pk}/"
    assert set(Notice.objects.values_list("url", flat=True)) <= {page}


def test_reviewers_have_one_notice_a_campaign_that_counts_up_until_they_read_it(campaign, hai_phong, staff):
    def told() -> list[str]:
        return list(Notice.objects.filter(user=staff).order_by("pk").values_list("text", flat=True))

    an, binh, cuong, dinh = make_communes(hai_phong, "Xã An", "Xã Bình", "Xã Cường", "Xã Định")
    waiting = f"báo cáo “{campaign.title}” đang chờ thẩm định, mới nhất của"
    send(campaign, an)
    assert told() == [f"Xã An đã nộp báo cáo “{campaign.title}”."]
    send(campaign, binh)
    send(campaign, cuong)
    assert told() == [f"3 {waiting} xã Cường."]
    mark_read(notices_of(staff))
    Report.objects.filter(commune=an).update(state=S.ACCEPTED)
    send(campaign, dinh)
    assert told()[1:] == [f"3 {waiting} xã Định."]
    send(make_campaign(hai_phong, version=campaign.form_version, slug="khac", title="Đợt khác"), an)
    assert told()[2:] == ["Xã An đã nộp báo cáo “Đợt khác”."]


def test_an_unread_notice_counts_down_and_is_gone_with_the_last_report(campaign, hai_phong, staff):
    reviewer = make_user("so2.haiphong", UserRole.DEPARTMENT_STAFF, province=hai_phong)
    an, binh, cuong = (send(campaign, each) for each in make_communes(hai_phong, "Xã An", "Xã Bình", "Xã Cường"))
    other = send(make_campaign(hai_phong, version=campaign.form_version, slug="khac", title="Đợt khác"), an.commune)
    mark_read(notices_of(reviewer))
    kept = [row.text for row in notices_of(reviewer)]
    move(report=an, action=A.ACCEPT, by=reviewer)
    waiting = f"2 báo cáo “{campaign.title}” đang chờ thẩm định."
    assert [row.text for row in notices_of(staff)] == ["Xã An đã nộp báo cáo “Đợt khác”.", waiting]
    move(report=binh, action=A.TAKE, by=reviewer)
    move(report=cuong, action=A.RETURN, by=reviewer, note="Sửa mục II.")
    assert [row.text for row in notices_of(staff)] == ["Xã An đã nộp báo cáo “Đợt khác”."]
    move(report=other, action=A.ACCEPT, by=reviewer)
    assert not notices_of(staff).exists()
    assert [row.text for row in notices_of(reviewer)] == kept  # what was read once stays as it was read


def test_who_acts_is_not_told_of_it(campaign, cat_hai, officer):
    """One person may hold both posts of a small commune."""
    campaign.leader_approves = True
    campaign.save()
    officer.assignments.create(role=UserRole.COMMUNE_LEADER, province_id=cat_hai.province_id, commune=cat_hai)
    move(report=make_report(campaign, cat_hai, S.DRAFT), action=A.ASK_APPROVAL, by=officer)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("note", "text"), [("Sửa mục II.", "4675”: Sửa mục II."), ("", "4675”")])
def test_the_notice_says_why(note, text, campaign, cat_hai, officer, staff):
    move(report=make_report(campaign, cat_hai, S.SUBMITTED), action=A.RETURN, by=staff, note=note)
    assert Notice.objects.get().text.endswith(text)
