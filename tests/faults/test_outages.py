"""What people see while Redis, PostgreSQL or the disk is away, and that all goes on by itself afterwards."""

import resource
import signal
import socket
import time

import psutil
import pytest

from tests.faults.stack import until
from tests.faults.visitor import Visitor
from tests.workbooks.builders import grid, person, write

pytestmark = pytest.mark.django_db  # the database is copied, not written

PAGES = ["/", "/thanh-vien/", "/nhap-tep/"]
TRIES = 7
IN_THE_WAY = 30_000  # bytes after which the disk takes no more of a file


@pytest.fixture(scope="module")
def site(strikes):
    """The visitor, logged in, of a web server beside the workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    strikes.stack.start("web", port=port)
    strikes.tell_desk("people")
    visitor = Visitor(port)
    until(lambda: visitor.get("/healthz").status == 200, "the web server")
    visitor.log_in("canbo.cathai")
    return visitor


@pytest.fixture
def stack(strikes):
    yield strikes.stack
    assert strikes.stack.died_alone() == []


def workbook(tmp_path, people: int) -> tuple[str, bytes]:
    rows = [person(f"Lê Văn {'ABCDEGHIKL'[n % 10]}n", commune="Đặc khu Cát Hải", phone=None) for n in range(people)]
    return "danh-sach.xlsx", write(tmp_path / "danh-sach.xlsx", grid(rows)).read_bytes()


def quickest(site: Visitor) -> dict[str, float]:
    """Seconds of the quickest of some loads: who waits for somebody that is away waits each time."""
    pages = {path: [site.get(path) for _ in range(TRIES)] for path in PAGES}
    assert {page.status for loads in pages.values() for page in loads} == {200}
    return {path: min(page.seconds for page in loads) for path, loads in pages.items()}


@pytest.mark.parametrize("state", ["dead", "hung"])
def test_without_redis_pages_are_as_quick_and_what_is_sent_is_done_later(state, site, stack, tmp_path):
    before = quickest(site)
    if state == "dead":
        stack.kill_server("redis")
    else:
        stack.server("redis").suspend()
    try:
        slower = {path: seconds - before[path] for path, seconds in quickest(site).items()}
        sent = site.post("/nhap-tep/", unit="11914", file=workbook(tmp_path, 3))
        waiting = stack.value("SELECT count(*) FROM jobs_job WHERE state = 'queued' AND kind = 'roster.rehearse'")
    finally:
        stack.serve("redis") if state == "dead" else stack.server("redis").resume()
    print(f"\nRedis {state}: slower by at most {max(slower.values()) * 1000:.0f} ms, upload {sent.seconds:.2f} s")
    assert max(slower.values()) <= 0.3
    assert sent.status == 200 and "Đang đọc tệp" in sent.text
    assert waiting == 1
    until(lambda: "Đang đọc tệp" not in site.get(sent.url.removeprefix(site.home)).text, "the file being read")
    assert stack.rows("SELECT DISTINCT state FROM teams_rosterimport") == [("rehearsed",)]


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL], ids=["at once", "killed"])
def test_without_postgresql_people_are_told_and_it_goes_on_when_it_is_back(how, site, stack):
    assert site.get("/thanh-vien/").status == 200
    stack.kill_server("postgres", how)
    try:
        pages = [site.get(path) for path in PAGES * 3]
    finally:
        stack.serve("postgres")
    began = time.monotonic()
    until(lambda: {site.get(path).status for path in PAGES} == {200}, "the pages")
    recovered = time.monotonic() - began
    told = min(page.seconds for page in pages)
    print(f"\nPostgreSQL {how.name}: 503 in {told * 1000:.0f} ms, all pages back in {recovered * 1000:.0f} ms")
    assert {page.status for page in pages} == {503} and told <= 2 and recovered <= 5
    assert all("Những gì đã lưu vẫn còn" in page.text for page in pages)


def test_a_disk_that_fills_up_is_told_and_nothing_is_kept_of_the_file(site, stack, tmp_path):
    file = workbook(tmp_path, 1500)
    assert len(file[1]) > IN_THE_WAY
    kept = sorted((stack.home / "files").rglob("*"))
    rows = stack.value("SELECT count(*) FROM teams_rosterimport")
    servers = psutil.Process(stack.processes["web"].pid).children()
    for server in servers:
        server.rlimit(resource.RLIMIT_FSIZE, (IN_THE_WAY, resource.RLIM_INFINITY))
    try:
        refused = site.post("/nhap-tep/", unit="11914", file=file)
    finally:
        for server in servers:
            server.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert "không còn chỗ lưu tệp" in refused.text
    assert sorted((stack.home / "files").rglob("*")) == kept
    assert stack.value("SELECT count(*) FROM teams_rosterimport") == rows
    assert "Đang đọc tệp" in site.post("/nhap-tep/", unit="11914", file=file).text
