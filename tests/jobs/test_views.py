"""The page "Công việc của tôi": each person sees their own jobs."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cdt_portal.jobs import services
from cdt_portal.jobs.lease import claim
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.registry import Result, job
from cdt_portal.jobs.services import JobFailed
from teams.models import Assignment
from tests.conftest import client_of
from tests.jobs.conftest import make_job

pytestmark = pytest.mark.django_db

LIST = "/cong-viec/"


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch, rung):
    monkeypatch.setattr(Job._meta.get_field("file"), "storage", InMemoryStorage())


@pytest.fixture
def finished(officer) -> Job:
    job("test")(lambda work: Result("Đã xuất 386 thành viên.", file=ContentFile(b"PK"), filename="Cát Hải.xlsx"))
    row = make_job(by=officer, province="31", commune="11914")
    services.run(row.pk)
    return row


@pytest.fixture
def failed(officer) -> Job:
    @job("failing")
    def refuse(work) -> Result:
        raise JobFailed("Tệp không có cột Họ tên thành viên.")

    row = make_job(kind="failing", by=officer)
    services.run(row.pk)
    return row


def url(name: str, row: Job) -> str:
    return reverse(f"jobs:{name}", args=[row.pk])


def test_the_page_shows_state_message_and_file_of_a_finished_job(officer, finished):
    page = client_of(officer).get(LIST).content.decode()
    assert "Công việc của tôi" in page
    assert "Đã xong" in page
    assert "Đã xuất 386 thành viên." in page
    assert url("file", finished) in page
    assert "hx-get" not in page


def test_the_page_shows_why_a_job_failed_and_offers_to_try_again(officer, failed):
    page = client_of(officer).get(LIST).content.decode()
    assert "Không thành công" in page
    assert "Tệp không có cột Họ tên thành viên." in page
    assert url("retry", failed) in page


def test_the_page_shows_the_progress_of_a_running_job_and_asks_again_in_the_background(officer):
    row = make_job(by=officer)
    claim(row.pk)
    Job.objects.filter(pk=row.pk).update(done=1200, total=3000, progress_text="Đang ghi")
    page = client_of(officer).get(LIST).content.decode()
    assert 'max="3000" value="1200"' in page
    assert 'aria-label="Tiến độ: Xuất danh sách thành viên"' in page
    assert 'hx-trigger="every 2s"' in page
    assert """hx-headers='{"X-CDT-Background": "1"}'""" in page


def test_a_waiting_job_has_no_progress_yet_and_can_be_dropped(officer):
    row = make_job(by=officer)
    page = client_of(officer).get(LIST).content.decode()
    assert "Đang chờ" in page
    assert "<progress" not in page
    assert url("cancel", row) in page


def test_asking_again_brings_the_rows_only_and_stops_when_all_has_finished(officer, finished):
    waiting = make_job(by=officer)
    client = client_of(officer)
    rows = client.get(LIST, {"poll": "1"}).content.decode()
    assert "<html" not in rows
    assert "hx-get" in rows
    services.cancel(waiting)
    rows = client.get(LIST, {"poll": "1"}).content.decode()
    assert "Đã bỏ" in rows
    assert "hx-get" not in rows


def test_twenty_jobs_a_page_the_newest_first(officer):
    for number in range(1, 22):
        make_job(by=officer, title=f"Việc số {number}.")
    client = client_of(officer)
    first, second = (client.get(LIST, {"trang": page}).content.decode() for page in "12")
    assert first.index("Việc số 21.") < first.index("Việc số 2.")
    assert "Việc số 1." not in first
    assert "Việc số 1." in second
    assert "trang=2" in first
    assert "trang=1" in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_an_odd_page_number_is_no_error(officer, page):
    assert client_of(officer).get(LIST, {"trang": page}).status_code == 200


def test_without_jobs_the_page_says_so(officer):
    assert "Chưa có công việc nào" in client_of(officer).get(LIST).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(officer, django_assert_num_queries):
    client = client_of(officer)
    make_job(by=officer)
    client.get(LIST)
    with CaptureQueriesContext(connection) as with_one:
        client.get(LIST)
    make_job(by=officer)
    make_job(by=officer)
    with django_assert_num_queries(len(with_one)):
        client.get(LIST)


def test_only_ones_own_jobs_are_listed(officer, neighbour, finished):
    assert finished.title in client_of(officer).get(LIST).content.decode()
    assert finished.title not in client_of(neighbour).get(LIST).content.decode()


@pytest.mark.parametrize("name", ["detail", "file"])
def test_the_owner_opens_a_job_and_everybody_else_gets_404(name, officer, neighbour, staff, stranger, finished):
    assert client_of(officer).get(url(name, finished)).status_code == 200
    for other in (neighbour, staff, stranger):
        assert client_of(other).get(url(name, finished)).status_code == 404


def test_nobody_sees_jobs_without_logging_in(finished):
    for path in (LIST, url("detail", finished), url("file", finished)):
        assert Client().get(path).status_code == 302


def test_whoever_asked_for_the_same_sees_it_too_but_may_not_stop_it(officer, staff):
    row = make_job(by=officer, key="export:31", province="31", commune="11914")
    make_job(by=staff, key="export:31", province="31", commune="11914")
    client = client_of(staff)
    assert client.get(url("detail", row)).status_code == 200
    assert row.title in client.get(LIST).content.decode()
    assert client.post(url("cancel", row)).status_code == 404
    assert client_of(officer).post(url("cancel", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_who_loses_the_unit_loses_the_result_and_keeps_the_others(officer, finished):
    without_unit = make_job(by=officer)
    client = client_of(officer)
    assert client.get(url("file", finished)).status_code == 200
    Assignment.objects.filter(user=officer).delete()
    assert client.get(url("file", finished)).status_code == 404
    assert client.get(url("detail", finished)).status_code == 404
    assert client.get(url("detail", without_unit)).status_code == 200


def test_the_file_comes_under_the_users_name_for_it(officer, finished):
    answer = client_of(officer).get(url("file", finished))
    assert b"".join(answer.streaming_content) == b"PK"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''C%C3%A1t%20H%E1%BA%A3i.xlsx"


def test_a_job_without_a_file_has_nothing_to_download(officer, failed):
    assert client_of(officer).get(url("file", failed)).status_code == 404
    assert client_of(officer).get(url("detail", failed)).status_code == 200


def test_a_finished_job_sends_its_user_on_to_the_page_it_made(officer):
    job("test")(lambda work: Result("Xong.", url="/nhap/1/"))
    row = make_job(by=officer)
    client = client_of(officer)
    assert "hx-get" in client.get(url("detail", row), {"poll": "1"}).content.decode()
    services.run(row.pk)
    assert client.get(url("detail", row), {"poll": "1"})["HX-Redirect"] == "/nhap/1/"
    assert client.get(url("detail", row)).headers["Location"] == "/nhap/1/"


def test_a_failed_job_is_tried_again_by_its_owner_only(officer, neighbour, failed, rung):
    assert client_of(neighbour).post(url("retry", failed)).status_code == 404
    failed.refresh_from_db()
    assert failed.state == "failed"
    assert client_of(officer).post(url("retry", failed)).status_code == 302
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_a_waiting_job_is_dropped_by_its_owner_only(officer, neighbour):
    row = make_job(by=officer)
    assert client_of(neighbour).post(url("cancel", row)).status_code == 404
    row.refresh_from_db()
    assert row.state == "queued"
    assert client_of(officer).post(url("cancel", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_what_can_no_longer_be_done_is_said(officer, finished):
    client = client_of(officer)
    assert "Không bỏ được" in client.post(url("cancel", finished), follow=True).content.decode()
    assert "Không thử lại được" in client.post(url("retry", finished), follow=True).content.decode()


def test_stopping_and_trying_again_need_a_post(officer, failed):
    client = client_of(officer)
    assert client.get(url("retry", failed)).status_code == 405
    assert client.get(url("cancel", failed)).status_code == 405


def test_titles_and_messages_are_escaped(officer):
    job("test")(lambda work: Result("<b>1</b>"))
    row = make_job(by=officer, title="<script>alert(1)</script>")
    services.run(row.pk)
    page = client_of(officer).get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page
