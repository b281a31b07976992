"""A province's portal on several machines: whichever host answers, reads or falls away, the officer's work goes on."""

import http.client
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import client_of
from tests.hosts.cluster import SERVERS, WEB, WORKERS, Cluster, until
from tests.teams.imports.conftest import add_village, row
from tests.workbooks.builders import grid, write

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

FALL = ["web1", "worker2", "worker1", "redis", "postgres"]  # servers come back, hosts do not
UPLOADS = 6 * len(FALL)


@pytest.fixture
def session(cat_hai, officer) -> str:
    for number in (1, 2, 10):
        add_village(cat_hai, f"Thôn {number}")
    return client_of(officer).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def cluster(session) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="cdt-hosts-") as folder:  # open to PostgreSQL's user, unlike pytest's own
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder))
        try:
            cluster.open()
            yield cluster
        finally:
            cluster.close()


class Officer:
    """A browser that asks whichever web host it is told to, with one session on all."""

    def __init__(self, cluster: Cluster, session: str) -> None:
        self.cluster = cluster
        self.cookies = {settings.SESSION_COOKIE_NAME: session}

    def ask(
        self, host: str, path: str, method: str = "GET", body: bytes = b"", kind: str = ""
    ) -> tuple[int, bytes, str]:
        """(status, body, where it leads); status 0 when nobody answers."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Content-Type": kind}
        with self.cluster.network.at("asker"):
            line = http.client.HTTPConnection(self.cluster.address[host], 8000, timeout=30)
            try:
                line.request(method, path, body, headers)
                answer = line.getresponse()
                for cookie in answer.headers.get_all("Set-Cookie") or []:
                    name, _, value = cookie.partition("=")
                    self.cookies[name] = value.partition(";")[0]
                return answer.status, answer.read(), answer.headers.get("Location", "")
            except OSError:
                return 0, b"", ""
            finally:
                line.close()

    def text(self, host: str, path: str) -> str:
        return self.ask(host, path)[1].decode()

    def post(self, host: str, path: str, fields: dict[str, str], file: Path | None = None) -> tuple[int, bytes, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text(host, "/nhap-tep/"))[1]
        edge = secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"csrfmiddlewaretoken": token, **fields}.items()
        ]
        if file:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
            parts.append(head.encode() + file.read_bytes() + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        return self.ask(host, path, "POST", body, f"multipart/form-data; boundary={edge}")


def roster(folder: Path, number: int) -> Path:
    rows = [row(f"Lê Văn An{'g' * number}", "Tổ trưởng", "0912345678"), row("Vũ Thị Bình", "Thành viên", "0987654321")]
    return write(folder / f"danh-sach-{number}.xlsx", grid(rows))


def import_page(location: str) -> str:
    return re.search(r"/nhap-tep/[0-9a-f-]{36}/", location)[0]


def test_an_upload_is_read_confirmed_and_found_whichever_host_serves_it(cluster, session, tmp_path):
    officer = Officer(cluster, session)
    for host in WEB:
        until(lambda host=host: officer.ask(host, "/")[0] == 200, f"{host} answering")
    status, _, location = officer.post("web1", "/nhap-tep/", {"unit": "11914"}, roster(tmp_path, 0))
    assert status == 302
    page = import_page(location)
    until(lambda: "thêm 2" in officer.text("web2", page), "the rehearsal")
    assert officer.post("web2", f"{page}xac-nhan/", {})[0] == 302
    until(lambda: "Đã ghi lúc" in officer.text("web1", page), "the apply")
    assert cluster.rows("SELECT count(*) FROM teams_member") == [(2,)]
    assert officer.ask("web2", f"{page}tep-goc/")[1] == (tmp_path / "danh-sach-0.xlsx").read_bytes()
    assert len(cluster.kept()) == 1  # in the store, and on no host's disk
    assert not [path for host in [*WEB, *WORKERS] for path in (cluster.home / host / "files").rglob("*.xlsx")]

    fallen_away = hosts_fall_away(cluster, officer, tmp_path)
    print(f"\n{UPLOADS} uploads while hosts fell away, all read; seconds after each fall: {fallen_away}")


def hosts_fall_away(cluster: Cluster, officer: Officer, folder: Path) -> dict[str, float]:
    """{who: seconds until an upload that came afterwards was read}."""
    seconds = {}
    for turn, victim in enumerate(FALL):
        pages = [ask_for_one(officer, folder, turn * 6 + number) for number in range(1, 6)]
        cluster.kill(victim)
        since = time.monotonic()
        if victim in SERVERS:
            cluster.start(victim)
        pages.append(ask_for_one(officer, folder, turn * 6 + 6))
        for page in pages:
            until(lambda page=page: is_read(officer.text("web2", page)), f"{page} after {victim}")
        seconds[victim] = round(time.monotonic() - since, 1)
    assert cluster.rows("SELECT count(*) FROM teams_rosterimport WHERE state = 'rehearsed'") == [(UPLOADS,)]
    assert cluster.rows("SELECT count(*) FROM jobs_job WHERE state NOT IN ('done')") == [(0,)]
    return seconds


def is_read(page: str) -> bool:
    return "Chờ xác nhận" in page


def ask_for_one(officer: Officer, folder: Path, number: int) -> str:
    """The page of an upload through web2, tried again while nobody answers, as people do."""
    answers: list[str] = []

    def sent() -> bool:
        try:
            status, _, location = officer.post("web2", "/nhap-tep/", {"unit": "11914"}, roster(folder, number))
        except TypeError:  # a page without a form: nobody, or an apology
            return False
        answers.append(location)
        return status == 302

    until(sent, f"upload {number}")
    return import_page(answers[-1])
