"""What may happen between preview and last word: second clicks, old pages, lost sessions, others' work, faults."""

import errno
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.urls import reverse

from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from teams.enums import ImportState
from teams.models import Assignment, Member, RosterImport, Team
from teams.services.imports import applying, lifecycle
from teams.services.imports.applying import RegisterMoved, apply
from tests.conftest import client_of
from tests.teams.imports.conftest import load, members, rehearse
from tests.teams.imports.test_apply import PEOPLE, changed, history
from tests.teams.imports.test_views import run_jobs, upload, url

STEPS = ["import_confirm", "import_choose", "import_cancel"]


@pytest.fixture
def waiting(villages, cat_hai, officer, workbook) -> RosterImport:
    return rehearse(workbook(PEOPLE), cat_hai, by=officer)


def state_of(roster_import: RosterImport) -> str:
    return RosterImport.objects.get(pk=roster_import.pk).state


# Clicks ---------------------------------------------------------------------------------------------------------------


def test_the_page_shown_after_each_step_can_be_loaded_again_and_does_nothing(waiting, cat_hai, officer, workbook):
    client = client_of(officer)
    assert upload(client, workbook(PEOPLE), cat_hai.pk)["Location"].startswith(reverse("teams:imports"))
    assert client.post(url("import_confirm", waiting))["Location"] == url("import", waiting)
    run_jobs()
    before = (history(), Job.objects.count(), RosterImport.objects.count())
    for _ in range(3):
        assert client.get(url("import", waiting)).status_code == 200
    assert (history(), Job.objects.count(), RosterImport.objects.count()) == before


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_never_taken_by_loading_its_address(name, waiting, officer):
    assert client_of(officer).get(url(name, waiting)).status_code == 405
    assert state_of(waiting) == ImportState.REHEARSED and not Job.objects.exists()


@pytest.mark.parametrize("name", STEPS)
def test_the_buttons_of_an_old_page_do_nothing_once_it_is_written(name, waiting, cat_hai, officer):
    client = client_of(officer)
    client.post(url("import_confirm", waiting))
    run_jobs()
    before = (history(), members(cat_hai))
    shown = client.post(url(name, waiting), {"create_units": "1", "partial": "1"}, follow=True)
    run_jobs()
    assert (history(), members(cat_hai)) == before and state_of(waiting) == ImportState.APPLIED
    assert "Đã ghi lúc" in shown.text
    assert ("không còn chờ" in shown.text) == (name != "import_confirm")


def test_a_file_sent_twice_is_written_once(villages, cat_hai, officer, workbook):
    client, path = client_of(officer), workbook(PEOPLE)
    for _ in range(2):
        upload(client, path, cat_hai.pk)
    run_jobs()
    for roster_import in RosterImport.objects.order_by("created_at"):
        client.post(url("import_confirm", roster_import))
        run_jobs()
    assert len(members(cat_hai)) == Member.objects.count() == 4
    second = RosterImport.objects.latest("created_at")
    assert "không có gì khác với danh sách đang lưu" in client.get(url("import", second)).text


# Sessions and rights --------------------------------------------------------------------------------------------------


def test_a_session_gone_before_the_confirmation_leads_back_to_the_preview(waiting, cat_hai, officer):
    client = client_of(officer)
    client.get(url("import", waiting))
    client.session.flush()
    response = client.post(
        url("import_confirm", waiting), headers={"Referer": f"http://testserver{url('import', waiting)}"}
    )
    assert f"next={url('import', waiting)}" in response["Location"]
    assert state_of(waiting) == ImportState.REHEARSED and not Job.objects.exists()
    client.force_login(officer)
    assert SESSION_KEY in client.session and "thêm 4" in client.get(url("import", waiting)).text
    client.post(url("import_confirm", waiting))
    run_jobs()
    assert len(members(cat_hai)) == 4


def test_rights_gone_before_the_confirmation_leave_nothing_to_confirm(waiting, officer):
    client = client_of(officer)
    assert client.get(url("import", waiting)).status_code == 200
    Assignment.objects.filter(user=officer).delete()
    assert client.post(url("import_confirm", waiting)).status_code == 404
    assert state_of(waiting) == ImportState.REHEARSED and not Job.objects.exists()


# Others ---------------------------------------------------------------------------------------------------------------


def apply_both_at_once(first: RosterImport, second: RosterImport) -> list[str]:
    """What came of each of two applies in connections of their own that start together."""
    gate = Barrier(2)

    def one(roster_import: RosterImport) -> str:
        try:
            gate.wait(timeout=30)
            apply(roster_import=roster_import, by=None)
        except (RegisterMoved, IntegrityError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(one, [first, second]))


@pytest.fixture
def meeting(monkeypatch):
    """Each apply waits, after it has looked whether the register moved, for the other to have looked as well."""
    looked = Barrier(2)
    look = applying.stamp

    def look_and_wait(codes):
        seen = look(codes)
        with suppress(BrokenBarrierError):  # the other one stands before the lock
            looked.wait(timeout=1)
        return seen

    monkeypatch.setattr(applying, "stamp", look_and_wait)


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_applied_at_once_one_is_written_whole_and_the_other_is_told(
    villages, cat_hai, workbook, meeting
):
    first, second = (rehearse(workbook(PEOPLE), cat_hai) for _ in range(2))
    assert apply_both_at_once(first, second) == ["RegisterMoved", "written"]
    assert len(members(cat_hai)) == Member.objects.count() == 4 and Team.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_go_on_to_write(villages, cat_hai, workbook, meeting, monkeypatch):
    monkeypatch.setattr(applying, "lock_communes", lambda codes: None)
    first, second = (rehearse(workbook(PEOPLE), cat_hai) for _ in range(2))
    assert "RegisterMoved" not in apply_both_at_once(first, second)


def test_an_edit_in_the_browser_before_the_confirmation_is_kept_and_shown(villages, cat_hai, officer, workbook):
    load(workbook(PEOPLE), cat_hai)
    waiting = rehearse(workbook(changed(phone="0988777666")), cat_hai, officer)
    client, member = client_of(officer), Member.objects.get(full_name="Lê Văn An")
    row_url = reverse("teams:row_save", args=[member.team_id, member.pk])
    fields = {"full_name": "Lê Văn An", "role": "leader", "phone": "0977111222", "note": "vừa gọi"}
    saved = client.post(row_url, fields | {"version": member.version})
    assert saved.status_code == 200
    client.post(url("import_confirm", waiting))
    run_jobs()
    member.refresh_from_db()
    assert (member.phone, member.note) == ("0977111222", "vừa gọi")
    assert "<del>0977111222</del> → <ins>0988777666</ins>" in client.get(url("import", waiting)).text


# Faults ---------------------------------------------------------------------------------------------------------------


def test_a_full_disk_while_the_file_is_read_is_told_and_can_be_tried_again(
    villages, cat_hai, officer, workbook, monkeypatch
):
    client = client_of(officer)
    upload(client, workbook(PEOPLE), cat_hai.pk)
    roster_import = RosterImport.objects.get()
    with monkeypatch.context() as full:

        def no_space(*args, **kwargs):
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(lifecycle.tempfile, "NamedTemporaryFile", no_space)
        for _ in range(3):
            run_jobs()
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    shown = client.get(url("import", roster_import)).text
    assert job.error in shown and reverse("jobs:detail", args=[job.pk]) in shown
    assert not Member.objects.exists() and not roster_import.rows.exists()
    client.post(reverse("jobs:retry", args=[job.pk]))
    run_jobs()
    assert state_of(roster_import) == ImportState.REHEARSED


class EndConnection:
    """Ends the connection itself when `words` stand in a statement, once: PostgreSQL stopped and started again."""

    def __init__(self, words: str):
        self.words = words

    def __call__(self, execute, sql, parameters, many, context):
        if self.words and self.words in sql:
            self.words = ""
            # As the owner: the role of web requests may not.
            execute("RESET ROLE; SELECT pg_terminate_backend(pg_backend_pid())", (), False, context)
        return execute(sql, parameters, many, context)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "words"),
    [("roster.rehearse", "teams_stagedrow"), ("roster.apply", "INSERT INTO teams_member")],
    ids=["reading", "applying"],
)
def test_a_job_that_loses_postgresql_leaves_nothing_and_is_done_the_second_time(
    kind, words, villages, cat_hai, officer, workbook
):
    client = client_of(officer)
    upload(client, workbook(PEOPLE), cat_hai.pk)
    roster_import = RosterImport.objects.get()
    if kind == "roster.apply":
        run_jobs()
        client.post(url("import_confirm", roster_import))
    ending = EndConnection(words)
    with connection.execute_wrapper(ending):
        run_jobs()
    assert not ending.words
    job = Job.objects.get(kind=kind)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert not Member.objects.exists() and not Team.objects.exists()
    run_jobs()
    client.post(url("import_confirm", roster_import))
    run_jobs()
    assert Member.objects.count() == 4 and state_of(roster_import) == ImportState.APPLIED


@pytest.fixture
def postgresql_away(monkeypatch):
    """Call to take the database away; what comes out gives it back."""

    def away():
        def refuse(*args, **kwargs):
            raise OperationalError("connection to server failed: Connection refused")

        connection.close()
        context = pytest.MonkeyPatch()
        context.setattr(DatabaseWrapper, "get_new_connection", refuse)
        return context

    return away


@pytest.mark.django_db(transaction=True)
def test_an_upload_while_postgresql_is_away_is_told_stores_nothing_and_goes_through_later(
    villages, cat_hai, officer, workbook, postgresql_away, settings
):
    client = client_of(officer)
    client.raise_request_exception = False
    away = postgresql_away()
    try:
        response = upload(client, workbook(PEOPLE), cat_hai.pk)
    finally:
        away.undo()
    assert response.status_code == 503 and response["Retry-After"]
    assert not RosterImport.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert upload(client, workbook(PEOPLE), cat_hai.pk).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_cannot_be_written_does_not_stay_on_the_disk(villages, cat_hai, officer, workbook, settings):
    client = client_of(officer)
    client.raise_request_exception = False
    with connection.execute_wrapper(EndConnection('INSERT INTO "teams_rosterimport"')):
        assert upload(client, workbook(PEOPLE), cat_hai.pk).status_code == 503
    assert not RosterImport.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
