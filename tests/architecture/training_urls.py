"""The URLs of training, and who may what there: sections of `url_table`."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from cdt_portal.lib.periods import due_after, spell_deadline
from tests.architecture.grids import (
    A_USER,
    ADDS_VENUES,
    ANYBODY,
    BACK_OFFICE,
    BACK_OFFICE_ROW,
    CHANGES_VENUES,
    COUNTS,
    EDITS_ROSTER,
    NOT_SO,
    NOT_SO_EVEN_IN_PUBLIC,
    OFFICERS_BY_WORKBOOK,
    READ_ONLY_ROW,
    READS_COUNTS,
    REVIEWS,
    RUNS_CAMPAIGNS,
    RUNS_OF_PROVINCE,
    SEES,
    SEES_CAMPAIGN,
    SEES_FORM,
    SEES_OF_PROVINCE,
    SEES_WHOLE_PROVINCE,
    SOME_RUN_CAMPAIGNS,
    SOME_SEE_PROVINCES,
    WRITES_REPORTS,
    back_office_says,
    everybody,
)
from tests.architecture.pages import Door, Page, act, asked, form, only_read, read
from tests.architecture.places import Place
from tests.architecture.report_urls import NOBODY, OF_PROVINCE, SURE
from tests.architecture.training_places import DUE, LET_GO, TODAY
from tests.training.makers import MONDAY
from training.enums import FileShape, Outcome
from training.models import TrainingClass
from training.queries.attendance import successors

OPEN, UNOPENED, CONTEST = "training.open.pk", "training.unopened.pk", "training.contest.pk"


def new_call(at: Place) -> dict:
    told = {"title": "Đợt mới", "topics": [at.training.topic.pk], "roles": ["leader"], "version": 0}
    return told | {"due_at": spell_deadline(DUE)}


def changed(at: Place) -> dict:
    row = at.training.open
    return {"title": "Đợt đổi tên", "due_at": spell_deadline(DUE), "version": row.version}


def longer(at: Place) -> dict:
    return {"until": spell_deadline(due_after(TODAY + timedelta(days=40)))}


CALLS = {
    "training:home": only_read(A_USER),
    "training:call_add": read(SOME_RUN_CAMPAIGNS),
    "training:call_add to one province": asked(form(RUNS_CAMPAIGNS, new_call), OF_PROVINCE),
    "training:call": only_read(SEES_OF_PROVINCE, OPEN),
    "training:call that is a draft": only_read(SEES_WHOLE_PROVINCE, UNOPENED),
    "training:call_edit": form(RUNS_OF_PROVINCE, changed, OPEN),
    "training:call_edit of a draft": form(
        RUNS_CAMPAIGNS, lambda at: new_call(at) | {"version": at.training.unopened.version}, UNOPENED
    ),
    "training:call_open": act(RUNS_CAMPAIGNS, UNOPENED, payload=lambda at: {"version": at.training.unopened.version}),
    "training:call_drop": act(RUNS_CAMPAIGNS, UNOPENED),
    "training:call_close": form(RUNS_OF_PROVINCE, lambda at: SURE | {"version": at.training.open.version}, OPEN),
    "training:call_extend": form(RUNS_OF_PROVINCE, longer, OPEN, "replies.writing.pk"),
    "training:call_remind": act(RUNS_OF_PROVINCE, OPEN),
    "training:call_needs": Page(Door(SEES_OF_PROVINCE, writes=True), only_read(A_USER).post, (OPEN,)),
    "training:needs": Page(
        Door(SEES),
        Door(WRITES_REPORTS, 302, writes=True),
        ("replies.writing.pk",),
        lambda at: {"nothing_needed": "on", "version": at.replies.writing.version},
    ),
    "training:needs of what was sent": Page(Door(SEES), Door(WRITES_REPORTS, 422), ("replies.sent.pk",)),
    "training:needs_withdraw": act(WRITES_REPORTS, "replies.sent.pk"),
    "training:needs_accept": act(REVIEWS, "replies.sent.pk", payload=lambda at: {"version": at.replies.sent.version}),
    "training:needs_return": form(REVIEWS, lambda at: {"note": "Thiếu người."}, "replies.sent.pk"),
}


def new_contest(at: Place) -> dict:
    return {"name": "Cuộc thi mới", "starts_on": "1/1/2026", "ends_on": "1/6/2026", "version": 0}


def contest_details(at: Place) -> dict:
    return new_contest(at) | {"version": at.training.contest.version}


def counts_file(at: Place) -> dict:
    lines = f"Mã xã,Số người đăng ký (lũy kế),Đến hết ngày\n{at.commune.pk},120,{TODAY:%d/%m/%Y}\n"
    return {"file": SimpleUploadedFile("so-lieu.csv", lines.encode())}


CONTESTS = {
    "training:contests": only_read(A_USER),
    "training:contest_add": read(SOME_RUN_CAMPAIGNS),
    "training:contest_add to one province": asked(form(RUNS_CAMPAIGNS, new_contest), OF_PROVINCE),
    "training:contest": Page(
        Door(SEES_FORM), Door(COUNTS, 302, writes=True), (CONTEST,), lambda at: {f"p{at.commune.pk}": "120"}
    ),
    "training:contest_edit": form(RUNS_OF_PROVINCE, contest_details, CONTEST),
    "training:contest_file": only_read(SEES_FORM, CONTEST),
    "training:contest_upload": act(READS_COUNTS, CONTEST, payload=counts_file, status=200, writes=False),
}


# Classes and plans ----------------------------------------------------------------------------------------------------

PROPOSED, PLANNED, PLANNED_CALL = "replies.proposed.pk", "replies.planned.pk", "replies.planned_call.pk"


def new_class(at: Place) -> dict:
    about = {"topic": at.training.topic.pk, "title": "Lớp bổ sung", "venue": at.replies.venue.pk}
    return about | {"sessions": f"{MONDAY + timedelta(days=3):%d/%m/%Y} 7:30 - 11:30", "hours": "4", "capacity": "30"}


def changed_class(at: Place) -> dict:
    return new_class(at) | {"version": at.replies.planned.version}


def whole_class(row: TrainingClass) -> dict:
    return {"nguoi": [each.pk for each in row.enrolments.all()]}


def moved(at: Place) -> dict:
    return whole_class(at.replies.planned) | {"lop": at.replies.roomy.pk}


def order(at: Place) -> dict:
    """For a whole week, as the Monday may be a day off."""
    return {
        "first": f"{MONDAY:%d/%m/%Y}",
        "last": f"{MONDAY + timedelta(days=4):%d/%m/%Y}",
        "weekdays": ["0", "1", "2", "3", "4"],
        "parts": ["morning"],
        "at_once": "1",
        "least": "1",
        f"cum-{at.commune.pk}": "1",
    }


CLASSES = {
    "training:classes": only_read(A_USER),
    "training:class_add": read(SOME_RUN_CAMPAIGNS),
    "training:class_add to one province": asked(form(RUNS_CAMPAIGNS, new_class), OF_PROVINCE),
    "training:class": only_read(SEES_FORM, PLANNED),
    "training:class that is proposed": only_read(SEES_WHOLE_PROVINCE, PROPOSED),
    "training:class_edit": form(RUNS_OF_PROVINCE, changed_class, PLANNED),
    "training:class_accept": act(RUNS_CAMPAIGNS, PROPOSED),
    "training:class_invite": act(RUNS_OF_PROVINCE, PLANNED),
    "training:class_cancel": form(RUNS_OF_PROVINCE, lambda at: {"reason": "Bão số 5"}, PLANNED),
    "training:class_enrol": asked(
        form(RUNS_OF_PROVINCE, lambda at: {"member": at.member.pk}, PLANNED), "?q=nguyen+van+an"
    ),
    "training:class_move": act(RUNS_OF_PROVINCE, PLANNED, payload=moved),
    "training:class_let_go": act(RUNS_OF_PROVINCE, PLANNED, payload=lambda at: {"xa": LET_GO}),
    "training:class_withdraw": act(RUNS_OF_PROVINCE, PLANNED, payload=lambda at: whole_class(at.replies.planned)),
    "training:class_roster": Page(Door(SEES_FORM, writes=True), Door(NOT_SO), (PLANNED, "replies.xlsx")),
    "training:class_roster that is proposed": Page(
        Door(SEES_WHOLE_PROVINCE, writes=True), Door(NOT_SO), (PROPOSED, "replies.xlsx")
    ),
    "training:class_letter": Page(Door(SEES_OF_PROVINCE, writes=True), Door(NOT_SO), (PLANNED, "replies.docx")),
    "training:plan": only_read(SEES_OF_PROVINCE, PLANNED_CALL),
    "training:plan of a draft": only_read(SEES_WHOLE_PROVINCE, UNOPENED),
    "training:plan_ask": form(RUNS_OF_PROVINCE, order, PLANNED_CALL),
    "training:plan_decide": act(RUNS_OF_PROVINCE, PLANNED_CALL, payload=lambda at: {"tat-ca": "1"}),
    "training:plan_invite": act(RUNS_OF_PROVINCE, PLANNED_CALL),
    "training:plan_letter": Page(Door(SEES_OF_PROVINCE, writes=True), Door(NOT_SO), (PLANNED_CALL, "replies.docx")),
}

# A class that is held -------------------------------------------------------------------------------------------------

OVER = "replies.over.pk"


def ticks(at: Place) -> dict:
    session = at.replies.over.sessions.get()
    return {f"c{each.pk}-{session.pk}": "x" for each in at.replies.over.enrolments.all()} | {"way": "paper", "seen": ""}


def ticks_file(at: Place) -> dict:
    place = at.replies.over.enrolments.select_related("member").first()
    lines = f"Họ và tên,Mã dòng\n{place.member.full_name},{place.pk}\n"
    return {"file": SimpleUploadedFile("diem-danh.csv", lines.encode())}


def another(at: Place) -> dict:
    return {"member": successors(at.replies.place).first().pk}


HELD = {
    "training:attendance": Page(Door(SEES), Door(RUNS_OF_PROVINCE, 302, writes=True), (OVER,), ticks),
    "training:attendance of what is proposed": Page(Door(SEES_WHOLE_PROVINCE), Door(RUNS_CAMPAIGNS, 422), (PROPOSED,)),
    "training:attendance_file": Page(Door(SEES_CAMPAIGN, writes=True), Door(NOT_SO), (OVER, "replies.xlsx")),
    "training:attendance_upload": act(RUNS_OF_PROVINCE, OVER, payload=ticks_file, status=200, writes=False),
    "training:class_finish": form(RUNS_OF_PROVINCE, lambda at: {}, OVER),
    "training:class_reopen": act(RUNS_OF_PROVINCE, "replies.finished.pk"),
    "training:class_replace": form(EDITS_ROSTER, another, "replies.place.pk"),
}

# After a class --------------------------------------------------------------------------------------------------------

CERTIFICATE, EXTERNAL = "replies.certificate.pk", "replies.external.pk"


def none_completed_it(at: Place) -> dict:
    """All results as they stand, but for the one on which no certificate stands yet."""
    typed = {}
    for each in at.replies.over.enrolments.select_related("result"):
        kept = each.pk == at.replies.certificate.enrolment_id
        outcome = Outcome.COMPLETED if kept else Outcome.NOT_COMPLETED
        typed |= {f"{each.pk}-outcome": outcome, f"{each.pk}-version": each.result.version}
    return typed


def a_zip(at: Place) -> dict:
    return {"shape": FileShape.ZIP}


def course(at: Place) -> dict:
    about = {"title": "An toàn thông tin", "provider": "Bình dân học vụ số", "finished_on": f"{TODAY:%d/%m/%Y}"}
    return about | {"evidence": SimpleUploadedFile("minh-chung.pdf", b"%PDF-1.7")}


def changed_course(at: Place) -> dict:
    return course(at) | {"version": at.replies.external.version}


AFTER = {
    "training:class_results": Page(Door(SEES), Door(RUNS_OF_PROVINCE, 302, writes=True), (OVER,), none_completed_it),
    "training:class_results of what is proposed": Page(
        Door(SEES_WHOLE_PROVINCE), Door(RUNS_CAMPAIGNS, 422), (PROPOSED,)
    ),
    "training:certificates": only_read(SEES, OVER),
    "training:certificates of what is proposed": only_read(SEES_WHOLE_PROVINCE, PROPOSED),
    "training:certificates_issue": act(RUNS_OF_PROVINCE, OVER),
    "training:certificates_reissue": act(RUNS_OF_PROVINCE, OVER),
    "training:certificates_files": act(SEES_CAMPAIGN, OVER, payload=a_zip),
    "training:commune_files": act(SEES, "commune.pk", payload=a_zip),
    "training:certificate_file": only_read(SEES, CERTIFICATE),
    "training:certificate_revoke": form(REVIEWS, lambda at: SURE, CERTIFICATE),
    "training:lookup": Page(Door(ANYBODY), Door(NOT_SO_EVEN_IN_PUBLIC)),
    "training:lookup of a code": asked(
        Page(Door(ANYBODY, 302), Door(NOT_SO_EVEN_IN_PUBLIC)), "?ma={0.replies.certificate.code}"
    ),
    "training:certificate": Page(Door(ANYBODY), Door(NOT_SO_EVEN_IN_PUBLIC), ("replies.certificate.code",)),
    "training:certificate of nobody": Page(Door(NOBODY), Door(NOT_SO_EVEN_IN_PUBLIC), ("replies.unknown_code",)),
    "training:member": only_read(SEES, "member.pk"),
    "training:leaders": only_read(SOME_SEE_PROVINCES),
    "training:leaders of one province": asked(only_read(SEES_WHOLE_PROVINCE), OF_PROVINCE),
    "training:trained": only_read(SEES, "commune.pk"),
    "training:externals": only_read(SEES, "commune.pk"),
    "training:external_add": form(WRITES_REPORTS, lambda at: course(at) | {"members": [at.member.pk]}, "commune.pk"),
    "training:external_edit": form(WRITES_REPORTS, changed_course, EXTERNAL),
    "training:external_remove": form(
        WRITES_REPORTS, lambda at: SURE | {"version": at.replies.external.version}, EXTERNAL
    ),
    "training:external_evidence": only_read(SEES, EXTERNAL),
    "training:external_evidence that is a link": only_read(everybody("404"), "replies.external_by_link.pk"),
}

# Topics ---------------------------------------------------------------------------------------------------------------

OWN_TOPIC, MATERIAL = "training.own_topic.pk", "training.material.pk"


def a_link(at: Place) -> dict:
    return {"title": "Bài 2", "url": "https://vidu.vn/bai-2"}


TOPICS = {
    "training:topics": only_read(A_USER),
    "training:topic": only_read(SEES_FORM, OWN_TOPIC),
    "training:topic that is shipped": only_read(A_USER, "training.topic.pk"),
    "training:material_add to one province": asked(form(RUNS_CAMPAIGNS, a_link, OWN_TOPIC), OF_PROVINCE),
    "training:material_edit": form(RUNS_OF_PROVINCE, a_link, MATERIAL),
    "training:material_remove": form(RUNS_OF_PROVINCE, lambda at: {}, MATERIAL),
    "training:material_file": only_read(SEES_FORM, MATERIAL),
}

# Without an account ---------------------------------------------------------------------------------------------------

CHECK_IN = {
    "training:check_in": Page(
        Door(ANYBODY), Door(ANYBODY, writes=True), ("replies.token",), lambda at: {"phone": at.replies.phone}
    ),
    "training:check_in that is over": Page(
        Door(ANYBODY), Door(ANYBODY, 422, writes=True), ("replies.token_of_over",), lambda at: {"phone": "0912345678"}
    ),  # what it writes is the count of attempts
    "training:check_in that is forged": read(NOBODY, "replies.unknown_code"),
    "training:check_in_offline": Page(Door(ANYBODY), Door(NOT_SO_EVEN_IN_PUBLIC)),
    "training:check_in_worker": Page(Door(ANYBODY), Door(NOT_SO_EVEN_IN_PUBLIC)),
}

# The back office ------------------------------------------------------------------------------------------------------

VENUE = "replies.venue.pk"


def typed_venue(at: Place) -> dict:
    return {"commune": at.commune.pk, "name": "Nhà văn hóa", "address": "", "capacity": "45"}


VENUES = {
    "admin:training_venue_changelist": read(BACK_OFFICE),
    "admin:training_venue_add": Page(
        Door(OFFICERS_BY_WORKBOOK), Door(ADDS_VENUES, 302, writes=True), payload=typed_venue
    ),
    "admin:training_venue_change": Page(
        Door(BACK_OFFICE_ROW), Door(CHANGES_VENUES, 302, writes=True), (VENUE,), typed_venue
    ),
    "admin:training_venue_history": read(BACK_OFFICE_ROW, VENUE),
    "admin:training_venue_delete": read(READ_ONLY_ROW, VENUE),
    "admin:training_venue_import": read(OFFICERS_BY_WORKBOOK),
    "admin:training_venue_process_import": Page(Door(back_office_says("405")), Door(OFFICERS_BY_WORKBOOK)),
    "admin:training_venue_export": read(BACK_OFFICE),
    "quan-tri/training/venue/<path:object_id>/": read(BACK_OFFICE, VENUE, status=302),
}

BY_WORKBOOK = {}
for model, row in {"topic": OWN_TOPIC, "result": "replies.certificate.enrolment.result.pk"}.items():
    BY_WORKBOOK |= {
        f"admin:training_{model}_changelist": read(BACK_OFFICE),
        f"admin:training_{model}_add": read(back_office_says("403")),
        f"admin:training_{model}_change": Page(Door(BACK_OFFICE_ROW), Door(READ_ONLY_ROW), (row,)),
        f"admin:training_{model}_history": read(BACK_OFFICE_ROW, row),
        f"admin:training_{model}_delete": read(READ_ONLY_ROW, row),
        f"admin:training_{model}_import": read(OFFICERS_BY_WORKBOOK),
        f"admin:training_{model}_process_import": Page(Door(back_office_says("405")), Door(OFFICERS_BY_WORKBOOK)),
        f"admin:training_{model}_export": read(BACK_OFFICE),
        f"quan-tri/training/{model}/<path:object_id>/": read(BACK_OFFICE, row, status=302),
    }

TRAINING_SECTIONS = {
    "calls": CALLS,
    "contests": CONTESTS,
    "classes": CLASSES,
    "held classes": HELD,
    "after classes": AFTER,
    "topics": TOPICS,
    "check-in": CHECK_IN,
    "venues": VENUES,
    "topics and results by workbook": BY_WORKBOOK,
}
