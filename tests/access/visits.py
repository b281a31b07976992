"""Requests by the thousand as any of the world's people: each says what it came to, and leaves nothing behind."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

from tests.access.people import Caller
from tests.architecture.pages import Door
from tests.architecture.places import FIRST_ID

LOGIN = ("/tai-khoan/dang-nhap/?", "/quan-tri/login/?")
ID_AS_FIGURE = re.compile(rf"\b{FIRST_ID // 1000}\.{FIRST_ID % 1000 // 100}\d\d\b")
LOOKS = re.compile("SELECT|SAVEPOINT|RELEASE SAVEPOINT")
WITH_EVERY_PAGE = ("django_session", "portal_cache")  # what nearly every page writes, whoever asks
WRITES_NO_ROW = re.compile(rf'{LOOKS.pattern}|(INSERT INTO|UPDATE|DELETE FROM) "({"|".join(WITH_EVERY_PAGE)})"')


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request came to."""

    status: int
    target: str
    wrote: bool
    spoilt_ids: list[str]

    def outcome(self, door: Door) -> str:
        """In the words of the table."""
        if self.spoilt_ids:
            return f"ids written as figures: {self.spoilt_ids}"
        if self.status == 302 and self.target.startswith(LOGIN) and not self.wrote:
            return "login"
        if self.status == door.status and self.wrote == door.writes:
            return "ok"
        if self.status in {200, 422} and not self.wrote:
            return "again"
        return f"{self.status} and wrote" if self.wrote else str(self.status)


class Tables:
    """Whether a request has changed any row. The server's own counts of this transaction say which tables were
    written to; only of these the rows are compared, as what was written may have been taken back."""

    def __init__(self):
        self.counts = self._count()
        self.digests = {table: self._digest(table) for table in self.counts}
        self.written_to: set[str] = set()

    def are_changed(self) -> bool:
        before, self.counts = self.counts, self._count()
        self.written_to = {table for table, _ in self.counts.items() - before.items()}
        return any(self._digest(table) != self.digests[table] for table in self.written_to)

    def _count(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE relname <> ALL(%s)",
                [list(WITH_EVERY_PAGE)],
            )
            return dict(cursor.fetchall())

    def _digest(self, table: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT md5(string_agg(line, '' ORDER BY line)) FROM (SELECT t::text AS line FROM {table} t) t"
            )
            return cursor.fetchone()[0]


class Visitor(RequestFactory):
    """Goes to pages as any caller. What a request writes is taken back, at once and only then: nearly all of them
    write nothing. Requests go straight to Django's handler, which spares the test client's copies of each context."""

    def __init__(self):
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.tables = Tables()
        self.before = transaction.savepoint()
        self.count = 0
        self.looked_only = self.wrote_no_row = True

    def request(self, **request) -> HttpResponse:
        return self.handler(self._base_environ(**request))

    def visit(self, caller: Caller, method: str, url: str, payload: dict | None = None) -> Visit:
        response, body = self.ask(caller, method, url, payload)
        is_page = response.get("Content-Type", "").startswith("text/html")
        spoilt_ids = ID_AS_FIGURE.findall(body.decode()) if is_page else []
        return Visit(response.status_code, response.get("Location", ""), self.wrote, spoilt_ids)

    def ask(self, caller: Caller, method: str, url: str, payload: dict | None = None) -> tuple[HttpResponse, bytes]:
        """The answer and its body."""
        self.count += 1
        self.cookies.clear()
        if caller.session:
            self.cookies[settings.SESSION_COOKIE_NAME] = caller.session
        self.looked_only = self.wrote_no_row = True
        with connection.execute_wrapper(self._notice):
            response = self.post(url, payload) if method == "post" else getattr(self, method)(url)
            body = b"".join(response)  # a file may be written while it is sent, and is shut at its end
        self.wrote = not self.wrote_no_row and self.tables.are_changed()
        if not self.looked_only or response.status_code >= 500:
            self._take_back()
        return response, body

    def _notice(self, execute, sql, params, many, context):
        self.looked_only &= LOOKS.match(sql) is not None
        self.wrote_no_row &= WRITES_NO_ROW.match(sql) is not None
        return execute(sql, params, many, context)

    def _take_back(self) -> None:
        transaction.savepoint_rollback(self.before)
        connection.run_on_commit.clear()  # what the visit asked for after its commit
        connection.needs_rollback = False
