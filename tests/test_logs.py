"""Logs tell who asked for what; they hold no link that would open anything, and not whom people looked for."""

import io
import json
import logging
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse

from cdt_portal.accounts.models import User
from cdt_portal.lib import trace
from cdt_portal.logs import HideLinks, hide_links
from tests.conftest import client_of

SIGNED = "12-261120140939865188.lYZE7jEVMWrw-Ic5W_785OPFfywp3lpoENoz_PlUeXM"
SCANNED = "31-lYZE7jEVMWrw-Ic5W_785OPFfywp3lpoENoz_PlUeXM"
LINKS = {"reporting:team_link": SIGNED, "training:check_in": SCANNED, "invitation": "q9-Zr_secret"}
QUOTES = "Key (phone)=(0912345601) already exists"
SEARCH = "/thanh-vien/?tim=Nguy%E1%BB%85n+0912345601&trang=2"
# An app that complains in the error log, too.
APP = """
import logging

def app(environ, start_response):
    logging.getLogger("gunicorn.error").error("Error handling request %s", environ["RAW_URI"])
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
"""


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_opens_something_is_hidden_in_a_line(name):
    address = reverse(name, args=[LINKS[name]])
    line = hide_links(f'127.0.0.1 "POST {address}?sua=1 HTTP/1.1" 422 "https://cong.vn{address}" "Mozilla/5.0"')
    assert LINKS[name] not in line
    assert line.count("***/") == 2
    assert '***/?sua=1 HTTP/1.1" 422 "https://cong.vn/' in line


def test_of_links_that_stand_on_a_row_its_number_stays():
    assert hide_links(reverse("reporting:team_link", args=[SIGNED])) == "/bao-cao/gui/12-***/"
    assert hide_links(reverse("training:check_in", args=[SCANNED])) == "/tap-huan/diem-danh/31-***/"


@pytest.mark.parametrize(
    "line", ['"GET /to/12-thon-dong/ HTTP/1.1" 200', "/bao-cao/so-lieu/11914/3/lien-ket/", "/tap-huan/diem-danh/may.js"]
)
def test_other_addresses_are_told_whole(line):
    assert hide_links(line) == line


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (SEARCH, "/thanh-vien/?tim=***&trang=2"),
        ("/lop/3/ghi-danh/?xa=11914&q=Hoa", "/lop/3/ghi-danh/?xa=11914&q=***"),
        ("/to/?tim=&xa=11914", "/to/?tim=&xa=11914"),
        ("/dang-nhap/?next=/to/%3Ftim%3DHoa%26trang%3D2", "/dang-nhap/?next=/to/%3Ftim%3D***%26trang%3D2"),
    ],
)
def test_what_was_searched_for_is_hidden_wherever_an_address_is_told(address, told):
    line = f'127.0.0.1 "GET {address} HTTP/1.1" 200 12 "https://cong.vn{address}" "Mozilla/5.0"'
    assert hide_links(line) == line.replace(address, told)


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("filters", [True, False])
def test_the_portals_own_log_hides_them_by_its_filter(monkeypatch, db, name, filters):
    """Django names the page of every refused request; without the filter the whole link stands there."""
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, HideLinks) for f in each.filters)]
    said = io.StringIO()
    monkeypatch.setattr(handler, "stream", said)
    if not filters:
        monkeypatch.setattr(handler, "filters", [])
    Client(enforce_csrf_checks=True).post(reverse(name, args=[LINKS[name]]))
    assert "Forbidden" in said.getvalue()
    assert (LINKS[name] in said.getvalue()) is not filters


@pytest.mark.parametrize("filters", [True, False])
def test_the_portals_own_log_hides_searches_by_its_filter(monkeypatch, filters):
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, HideLinks) for f in each.filters)]
    said = io.StringIO()
    monkeypatch.setattr(handler, "stream", said)
    if not filters:
        monkeypatch.setattr(handler, "filters", [])
    logging.getLogger("django.security").warning("Not Found: %s", SEARCH)
    assert ("0912345601" in said.getvalue()) is not filters


@pytest.fixture
def gunicorn_log(tmp_path) -> str:
    """All that gunicorn wrote, started from the portal's folder as bin/run does, when each link was asked for."""
    (tmp_path / "speaks.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "speaks:app", "--bind", f"127.0.0.1:{port}", "--access-logfile", "-"]
    command += ["--no-control-socket", "--pythonpath", str(tmp_path)]
    server = subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for name in LINKS:
            _ask(f"http://127.0.0.1:{port}{reverse(name, args=[LINKS[name]])}")
        _ask(f"http://127.0.0.1:{port}{SEARCH}")
    finally:
        server.terminate()
        said, _ = server.communicate()
    return said


def _ask(address: str) -> None:
    request = urllib.request.Request(address, headers={"Referer": address})
    for _ in range(100):
        with suppress(OSError), urllib.request.urlopen(request):
            return
        time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")


def test_gunicorn_hides_them_in_what_it_says_of_requests_and_of_errors(gunicorn_log):
    assert gunicorn_log.count('"GET /bao-cao/gui/12-***/ HTTP/1.1" 200') == 1
    assert gunicorn_log.count("Error handling request /bao-cao/gui/12-***/") == 1
    assert gunicorn_log.count('"GET /thanh-vien/?tim=***&trang=2 HTTP/1.1" 200') == 1
    assert gunicorn_log.count("Error handling request /thanh-vien/?tim=***&trang=2") == 1
    assert [secret for secret in (*LINKS.values(), "0912345601") if secret in gunicorn_log] == []


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the portal writes to its log."""
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, HideLinks) for f in each.filters)]
    said = io.StringIO()
    monkeypatch.setattr(handler, "stream", said)
    return said


def lines(log: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_request_is_one_line_with_ids_and_without_names(officer, log):
    client = client_of(officer)
    client.get("/thanh-vien/?tim=0912345601")
    client.get(f"/bao-cao/gui/{SIGNED}/")
    first, last = [line for line in lines(log) if line["text"] == "answered"]
    assert (
        first.items()
        >= {
            "path": "/thanh-vien/",
            "method": "GET",
            "status": 200,
            "route": "teams:members",
            "user": officer.pk,
        }.items()
    )
    assert first["ms"] > 0 and first["request"] != last["request"]
    assert last["path"] == "/bao-cao/gui/12-***/"
    assert "0912345601" not in log.getvalue() and officer.full_name not in log.getvalue()


@pytest.mark.parametrize(("status", "error"), [(500, ValueError), (503, OperationalError)])
def test_the_number_on_the_error_page_leads_to_the_trace(officer, log, monkeypatch, status, error):
    """And what the error quotes stands in neither."""

    def fails(user):
        raise error(QUOTES)

    client = client_of(officer)
    client.raise_request_exception = False
    monkeypatch.setattr("teams.middleware.scope_for", fails)
    page = client.get("/thanh-vien/")
    assert page.status_code == status
    [number] = re.findall(r"Mã lỗi <strong[^>]*>(\w{8})</strong>", page.text)
    told = [line for line in lines(log) if line["request"] == number]
    [with_trace] = [line for line in told if "trace" in line]
    assert with_trace["error"] == [error.__name__] and with_trace["user"] == officer.pk
    assert "in fails" in "".join(with_trace["trace"])
    assert "0912345601" not in log.getvalue() + page.text


@pytest.mark.parametrize(("path", "status"), [("/khong-co/", 404), ("/xa/10729/", 404), ("/nguoi-dung/", 403)])
def test_refusals_have_a_number_too(officer, tran_lieu, log, path, status):
    page = client_of(officer).get(path)
    assert page.status_code == status
    [number] = re.findall(r"Mã lỗi <strong[^>]*>(\w{8})</strong>", page.text)
    assert {line["status"] for line in lines(log) if line["request"] == number and "status" in line} == {status}


def test_what_a_job_writes_carries_its_id(log, db):
    with trace.busy_with(job="5d1c"):
        logging.getLogger("teams").warning("chậm")
    logging.getLogger("teams").warning("ngoài")
    assert [line.get("job") for line in lines(log)] == ["5d1c", None]


def test_an_error_tells_its_causes_and_what_of_the_database_is_not_data(log, officer):
    try:
        with transaction.atomic():
            User.objects.create_user(officer.username)
    except IntegrityError:
        logging.getLogger("teams").exception("không ghi được")
    [line] = lines(log)
    assert line["error"] == ["IntegrityError", "UniqueViolation (accounts_user_username_key)"]
    assert officer.username not in log.getvalue()
