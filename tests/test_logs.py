"""Logs tell who asked for what; they hold no link that would open anything, and not whom people looked for."""

import io
import logging
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cdt_portal.logs import HideLinks, hide_links

SIGNED = "12-261120140939865188.lYZE7jEVMWrw-Ic5W_785OPFfywp3lpoENoz_PlUeXM"
SCANNED = "31-lYZE7jEVMWrw-Ic5W_785OPFfywp3lpoENoz_PlUeXM"
LINKS = {"reporting:team_link": SIGNED, "training:check_in": SCANNED, "invitation": "q9-Zr_secret"}
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
    logging.getLogger("django.request").warning("Not Found: %s", SEARCH)
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
