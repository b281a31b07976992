"""The URLs of training, and who may what there: sections of `url_table`."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from cdt_portal.lib.periods import due_after, spell_deadline
from tests.architecture.grids import (
    A_USER,
    COUNTS,
    READS_COUNTS,
    REVIEWS,
    RUNS_CAMPAIGNS,
    RUNS_OF_PROVINCE,
    SEES,
    SEES_FORM,
    SEES_OF_PROVINCE,
    SEES_WHOLE_PROVINCE,
    SOME_RUN_CAMPAIGNS,
    WRITES_REPORTS,
)
from tests.architecture.pages import Door, Page, act, asked, form, only_read, read
from tests.architecture.places import Place
from tests.architecture.report_urls import OF_PROVINCE, SURE
from tests.architecture.training_places import DUE, TODAY

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

TRAINING_SECTIONS = {"calls": CALLS, "contests": CONTESTS}
