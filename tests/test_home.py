"""The first page says to each role what to do, by when, how far it is; what is done is gone from it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from cdt_portal.lib.dates import format_date
from reporting.enums import CampaignState, PeriodKind, ReportState, SubmissionState
from reporting.models import Campaign, Report, ReportingPolicy, TeamSubmission
from reporting.queries.periods import next_opening
from reporting.services.team_links import send
from teams.access import scope_for
from teams.enums import FindingState, ImportState, MemberRole, UserRole
from teams.models import Assignment, DataFinding, RosterImport
from teams.services.officers import add_officer
from teams.services.tasks import Task, awaiting
from tests.conftest import client_of, make_commune, make_user
from tests.queries import count_queries
from tests.reporting.reports.makers import make_campaign, make_report
from tests.reporting.team_figures.makers import make_figures, make_link, make_period
from tests.teams.makers import make_member, make_team, make_units
from tests.training.makers import make_call, make_class, make_topic, make_venue, reply_of, seat
from training.enums import CallState, ClassState, ReplyState
from training.models import NeedReply, TrainingCall, TrainingClass

pytestmark = pytest.mark.django_db


def page_of(user) -> dict:
    return client_of(user).get("/").context


def todo(user) -> list[Task]:
    page = page_of(user)
    return [*page["first"], *page["others"]]


def going_on(user) -> list[Task]:
    page = page_of(user)
    return [*page["going_on"], *page["also_going_on"]]


def told(tasks: list[Task], words: str) -> list[tuple[str, str]]:
    """(state, label) of the tasks that hold the words."""
    return [(task.state, task.label) for task in tasks if words in task.text]


@pytest.fixture
def report(hai_phong, cat_hai) -> Report:
    return make_report(make_campaign(hai_phong), cat_hai)


# Communes -------------------------------------------------------------------------------------------------------------


def test_an_officer_has_to_write_and_a_leader_to_approve(report, officer, commune_leader):
    assert told(todo(officer), "4675") == [("Chưa bắt đầu", "Bắt đầu soạn")]
    assert (todo(commune_leader), told(going_on(commune_leader), "4675")) == ([], [("Chưa bắt đầu", "Xem")])
    Report.objects.update(state=ReportState.AWAITING_APPROVAL)
    assert told(todo(commune_leader), "4675") == [("Chờ lãnh đạo xã duyệt", "Xem và duyệt")]
    assert told(todo(officer), "4675") == []
    Report.objects.update(state=ReportState.SUBMITTED)
    assert told(todo(commune_leader) + going_on(officer), "4675") == []


def test_figures_of_teams_are_to_be_typed_and_those_sent_to_be_taken(cat_hai, hai_phong, officer):
    village = make_units(cat_hai, "Thôn 1", by=officer)
    team, period = make_team(cat_hai, "Tổ Thôn 1", *village, by=officer), make_period(hai_phong)
    assert told(todo(officer), "Quý I/2026") == [("Đã có 0/1 tổ", "Nhập số liệu")]
    send(link=make_link(period, team, officer), raw={"vneid": "25"}, sender="Nguyễn Văn An")
    assert ("Chờ xã nhận", "Xem và nhận") in told(todo(officer), "Quý I/2026")
    TeamSubmission.objects.update(state=SubmissionState.TAKEN)
    make_figures(period, team, vneid=25)
    assert told(todo(officer), "Quý I/2026") == []


def test_needs_are_owed_while_the_call_is_open(cat_hai, hai_phong, officer):
    call = make_call(hai_phong, make_topic(), state=CallState.OPEN)
    reply_of(call, cat_hai.pk, ReplyState.NOT_STARTED)
    assert told(todo(officer), call.title) == [("Chưa bắt đầu", "Bắt đầu đăng ký")]
    NeedReply.objects.update(state=ReplyState.SUBMITTED)
    assert told(todo(officer), call.title) == []


def test_a_commune_knows_of_the_classes_of_its_people(cat_hai, officer, commune_leader, neighbour, staff):
    team = make_team(cat_hai, "Tổ 1", by=officer)
    soon = timezone.now() + timedelta(days=3)
    row = make_class(make_venue(cat_hai), make_topic(), starts_at=soon, ends_at=soon + timedelta(hours=4))
    seat(row, [make_member(team, "Nguyễn Văn An", MemberRole.LEADER)], staff)
    assert told(going_on(officer), row.title) == []  # nobody is invited yet
    TrainingClass.objects.update(state=ClassState.INVITED)
    for user in (officer, commune_leader):
        assert told(going_on(user), row.title) == [("1 người được mời", "Xem lớp")]
    assert told(going_on(neighbour), row.title) == []
    TrainingClass.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    assert told(going_on(officer), row.title) == []


def test_an_import_waits_for_a_word(cat_hai, officer, neighbour, staff):
    fields = {"province_id": cat_hai.province_id, "owner": officer, "state": ImportState.REHEARSED}
    RosterImport.objects.create(commune=cat_hai, filename="to.xlsx", **fields)
    RosterImport.objects.create(filename="tinh.xlsx", **fields)
    assert told(todo(officer), "to.xlsx") == [("Chờ xác nhận", "Xem và xác nhận")]
    assert told(todo(officer), "tinh.xlsx") == []
    assert told(todo(staff), "tinh.xlsx") == [("Chờ xác nhận", "Xem và xác nhận")]
    assert told(todo(neighbour), ".xlsx") == []
    RosterImport.objects.update(state=ImportState.APPLIED)
    assert told(todo(officer) + todo(staff), ".xlsx") == []


def test_what_the_register_lacks_is_to_be_mended(cat_hai, officer):
    assert ("", "Thêm thôn, tổ dân phố") in told(todo(officer), "Chưa có danh sách thôn")
    team = make_team(cat_hai, "Tổ Thôn 1", *make_units(cat_hai, "Thôn 1", by=officer), by=officer)
    texts = [task.text for task in todo(officer)]
    assert "1 tổ chưa có thành viên" in texts
    assert "Chưa có danh sách thôn, tổ dân phố" not in texts
    for number in range(3):
        make_member(
            team, f"Người Thứ {number}", MemberRole.LEADER if not number else MemberRole.MEMBER, phone="0912345678"
        )
    add_officer(commune=cat_hai, fields={"full_name": "Lê Thị Bình"}, by=officer)
    assert [task.text for task in todo(officer)] == ["1 tổ chưa có quyết định"]


def test_findings_are_counted_for_the_commune_and_for_the_department(cat_hai, tran_lieu, officer, staff, viewer):
    for commune in (cat_hai, tran_lieu):
        seen = {"text": "…", "first_seen": timezone.now(), "province_id": commune.province_id}
        DataFinding.objects.create(rule="commune_without_officer", commune=commune, **seen)
    assert told(todo(officer), "1 điều cần xem lại") == [("", "Xem lại")]
    assert told(todo(staff), "2 điều cần xem lại ở 2 xã") == [("", "Xem chất lượng dữ liệu")]
    assert told(todo(viewer) + going_on(viewer), "cần xem lại") == []
    DataFinding.objects.update(state=FindingState.FIXED)
    assert told(todo(officer) + todo(staff), "cần xem lại") == []


# The department -------------------------------------------------------------------------------------------------------


def test_a_campaign_is_opened_followed_reviewed_and_put_together(report, staff, viewer):
    Campaign.objects.update(state=CampaignState.DRAFT)
    assert (told(todo(staff), "4675"), told(going_on(viewer), "4675")) == ([("Chưa mở", "Xem và mở")], [])
    Campaign.objects.update(state=CampaignState.OPEN)
    assert told(todo(staff), "4675") == [("Còn 1/1 xã chưa nộp", "Xem và đôn đốc")]
    assert told(going_on(viewer), "4675") == [("Còn 1/1 xã chưa nộp", "Xem")]
    sent = {"first_submitted_at": timezone.now(), "submitted_at": timezone.now(), "on_time": True}
    Report.objects.update(state=ReportState.SUBMITTED, **sent)
    assert told(todo(staff), "4675: 1 báo cáo chờ thẩm định") == [("", "Thẩm định")]
    assert todo(viewer) == []
    Report.objects.update(state=ReportState.ACCEPTED)
    assert told(todo(staff), "4675") == [("Đủ báo cáo đã duyệt", "Tổng hợp và chốt")]
    Campaign.objects.update(state=CampaignState.LOCKED)
    assert told(todo(staff) + going_on(staff), "4675") == []


def test_before_the_deadline_who_owes_is_only_followed(report, staff):
    Campaign.objects.update(commune_due_at=timezone.now() + timedelta(days=1))
    assert (told(todo(staff), "4675"), len(told(going_on(staff), "4675"))) == ([], 1)


def test_replies_are_accepted_and_a_call_is_closed(hai_phong, cat_hai, staff, viewer):
    call = make_call(hai_phong, make_topic(), state=CallState.OPEN, due_at=timezone.now() - timedelta(hours=1))
    reply_of(call, cat_hai.pk, ReplyState.SUBMITTED)
    assert told(todo(staff), f"{call.title}: 1 đăng ký chờ duyệt") == [("", "Xem và duyệt")]
    assert told(todo(viewer), call.title) == []
    NeedReply.objects.update(state=ReplyState.DRAFT)
    assert told(todo(staff), call.title) == [("Còn 1/1 xã chưa nộp", "Xem và đôn đốc")]
    NeedReply.objects.update(state=ReplyState.ACCEPTED)
    assert told(todo(staff), call.title) == [("Đủ đăng ký đã duyệt", "Xếp lớp và chốt")]
    TrainingCall.objects.update(state=CallState.CLOSED)
    assert told(todo(staff), call.title) == []


@pytest.mark.parametrize(
    ("state", "begins_in", "expected"),
    [
        (ClassState.PLANNED, timedelta(days=2), ("Chưa mời học viên", "Mời học viên")),
        (ClassState.INVITED, timedelta(hours=-1), ("Đang học", "Điểm danh")),
        (ClassState.INVITED, timedelta(days=-2), ("Đã học xong, chưa kết thúc lớp", "Điểm danh và kết thúc")),
        (ClassState.FINISHED, timedelta(days=-2), None),
        (ClassState.PROPOSED, timedelta(days=2), None),
    ],
)
def test_a_class_is_invited_to_run_and_finished(cat_hai, staff, viewer, state, begins_in, expected):
    begin = timezone.now() + begins_in
    row = make_class(
        make_venue(cat_hai), make_topic(), state=state, starts_at=begin, ends_at=begin + timedelta(hours=4)
    )
    assert told(todo(staff), row.title) == ([expected] if expected else [])
    assert told(todo(viewer), row.title) == []
    assert told(going_on(viewer), row.title) == ([(expected[0], "Xem")] if expected else [])


def test_units_without_an_account_are_told_to_those_who_give_them(
    cat_hai, tran_lieu, hac_thanh, staff, admin, officer, viewer
):
    assert told(todo(staff), "1 xã chưa có tài khoản cán bộ") == [("", "Giao tài khoản")]
    assert told(todo(admin), "1 tỉnh chưa có tài khoản của Sở") == [("", "Giao tài khoản")]
    assert told(todo(officer) + todo(viewer), "tài khoản") == []
    make_user("canbo.moi", UserRole.COMMUNE_OFFICER, commune=tran_lieu)
    make_user("so.thanhhoa", UserRole.DEPARTMENT_STAFF, province=hac_thanh.province)
    assert told(todo(staff) + todo(admin), "tài khoản") == []


@pytest.mark.parametrize("sign", ["date_joined", "last_seen_at", "reopened_at"])
def test_accounts_that_closed_unused_are_to_be_looked_at(hai_phong, officer, staff, admin, sign):
    long_ago = timezone.now() - timedelta(days=settings.UNUSED_DAYS + 1)
    User.objects.filter(pk=officer.pk).update(date_joined=long_ago, last_seen_at=long_ago, reopened_at=None)
    assert User.objects.get(pk=officer.pk).is_unused
    for user in (staff, admin):
        assert told(todo(user), "1 tài khoản đã khóa vì lâu không dùng") == [("", "Xem các tài khoản")]
    User.objects.filter(pk=officer.pk).update(**{sign: timezone.now()})
    assert not User.objects.get(pk=officer.pk).is_unused
    assert told(todo(staff), "lâu không dùng") == []


# Everybody ------------------------------------------------------------------------------------------------------------


def test_a_job_that_failed_is_to_be_tried_again(officer, neighbour):
    now = timezone.now()
    fields = {"kind": "x", "title": "Xuất danh sách", "owner": officer, "state": JobState.FAILED}
    Job.objects.create(**fields, finished_at=now)
    Job.objects.create(**fields, finished_at=now - timedelta(days=4))
    assert told(todo(officer), "Xuất danh sách") == [("Không thành công", "Xem và thử lại")]
    assert told(todo(neighbour), "Xuất danh sách") == []
    Job.objects.update(state=JobState.DONE)
    assert told(todo(officer), "Xuất danh sách") == []


def test_the_most_urgent_is_first_and_the_many_fold_away(hai_phong, cat_hai, officer):
    late = make_report(make_campaign(hai_phong), cat_hai)
    soon = make_campaign(hai_phong, version=late.campaign.form_version, slug="sau", title="Đợt sau")
    Campaign.objects.filter(pk=soon.pk).update(commune_due_at=timezone.now() + timedelta(days=3))
    make_report(soon, cat_hai)
    page = page_of(officer)
    assert [task.text for task in page["first"]][:2] == ["Báo cáo theo Công văn số 4675", "Đợt sau"]
    assert [task.is_late for task in page["first"]][:2] == [True, False]
    assert [task.text for task in awaiting(scope_for(officer), [cat_hai])] == [task.text for task in todo(officer)]


def test_who_has_nothing_to_do_learns_what_comes_next(hai_phong, cat_hai, commune_leader):
    ReportingPolicy.objects.create(province=hai_phong, kinds=[PeriodKind.QUARTER])
    response = client_of(commune_leader).get("/")
    opening = next_opening(hai_phong.pk, timezone.localdate())
    text = response.content.decode()
    assert "Không còn việc nào đang chờ" in text
    assert f"kỳ {opening.span.name} mở ngày <strong>{format_date(opening.opens_on)}</strong>" in text
    assert opening.opens_on > timezone.localdate()


def test_people_of_two_communes_are_told_which_one_it_is(report, tran_lieu, officer):
    Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_OFFICER, province=tran_lieu.province, commune=tran_lieu
    )
    make_report(report.campaign, tran_lieu)
    assert {task.place for task in todo(officer)} == {"Đặc khu Cát Hải", "Phường Trần Liễu"}


def test_the_number_of_queries_grows_neither_with_tasks_nor_with_communes(report, hai_phong, staff, officer):
    few = [count_queries(client_of(user), "/") for user in (staff, officer)]
    for number in range(5):
        commune = make_commune(f"1200{number}", f"Xã {number}", "rural_commune", hai_phong)
        Assignment.objects.create(user=officer, role=UserRole.COMMUNE_OFFICER, province=hai_phong, commune=commune)
        make_report(report.campaign, commune)
        RosterImport.objects.create(
            commune=commune, province=hai_phong, owner=officer, filename="a.xlsx", state=ImportState.REHEARSED
        )
    many = [count_queries(client_of(user), "/") for user in (staff, officer)]
    assert many == few
