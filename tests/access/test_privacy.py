"""Phones and citizen ids of people stand in their rows, on pages and in files for those who may; nowhere else."""

import io
import logging
import tempfile
from collections.abc import Iterator

import pytest
from django.db import connection

from cdt_portal.jobs import bell
from cdt_portal.logs import HideLinks
from teams.models import Member
from tests.access.addresses import address_at
from tests.access.canaries import PHONE, plant
from tests.access.crawling import Crawl, look, own_addresses
from tests.access.people import Caller
from tests.access.visits import Visitor
from tests.architecture.places import World
from tests.architecture.url_table import TABLE

CITIZEN_ID = "031090001234"
# Besides the register itself: what is kept of requests, jobs, logins, notices and of who did what.
KEPT = ("jobs_job", "notices_notice", "notices_reminder", "portal_cache", "django_session", "pghistory_context")
KEPT += ("django_admin_log", "accounts_loginlimit")


class Watcher(Visitor):
    """Reads what was kept before it is taken back."""

    def __init__(self, secrets: list[str]):
        super().__init__()
        self.secrets, self.told = secrets, []

    def _take_back(self) -> None:
        rows = " UNION ALL ".join(f"SELECT '{table}: ' || t::text AS line FROM {table} t" for table in KEPT)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT line FROM ({rows}) lines WHERE line LIKE ANY(%s)", [[f"%{each}%" for each in self.secrets]]
            )
            self.told += [line for (line,) in cursor.fetchall()]
        super()._take_back()


@pytest.fixture
def planted(world) -> World:
    plant(world)
    return world


@pytest.fixture
def secrets(planted) -> list[str]:
    return [*(PHONE.format(place.commune.pk) for place in planted.places.values()), CITIZEN_ID]


@pytest.fixture
def said(monkeypatch) -> Iterator[io.StringIO]:
    """What the portal's own log says of all this."""
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, HideLinks) for f in each.filters)]
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    monkeypatch.setattr(handler, "level", logging.DEBUG)
    yield stream


def told_in(text: str, secrets: list[str]) -> list[str]:
    return [line for line in text.splitlines() if any(secret in line for secret in secrets)]


@pytest.mark.django_db
def test_what_is_kept_of_a_users_work_holds_no_phone_and_no_citizen_id(
    planted, callers, secrets, said, count_cases, tmp_path, monkeypatch
):
    """Every page and every form of an officer, who sees phones in full, with what it leaves beside the register."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    watcher, rung = Watcher(secrets), []
    monkeypatch.setattr(bell, "ring", rung.append)
    officer = next(caller for caller in callers if caller.user == planted.people["officer"])
    work_through(watcher, planted, officer)
    left = [str(path) for path in tmp_path.rglob("*") if path.is_file()]
    wrong = [*watcher.told, *told_in(said.getvalue(), secrets), *left]
    count_cases("answers after which nothing private was left behind", watcher.count, len(wrong))
    assert watcher.count > 200
    assert not wrong, "\n".join(["", *wrong])


def work_through(watcher: Watcher, world: World, officer: Caller) -> None:
    for url in own_addresses(world, officer):
        look(watcher, world, officer, "get", url, {}, Crawl())
    place = world.places["own"]
    for name, page in TABLE.items():
        if page.post.grid["own", officer.role] == "ok":
            watcher.ask(officer, "post", address_at(place, name, page), page.payload(place))
    phone = Member.objects.filter(commune=place.commune).exclude(phone="").first().phone
    for url in (f"/tim-kiem/?q={phone}", f"/thanh-vien/?tim={phone}", f"/khong-co/?q={phone}"):
        watcher.ask(officer, "get", url)


@pytest.mark.django_db
def test_a_phone_that_is_kept_beside_the_register_would_be_noticed(planted, callers, secrets, said):
    watcher = Watcher(secrets)
    with connection.execute_wrapper(watcher._notice):
        planted.places["own"].queued.message = f"Không đọc được {secrets[0]}001"
        planted.places["own"].queued.save(update_fields=["message"])
    watcher._take_back()
    logging.getLogger("teams").warning("Không đọc được %s001", secrets[0])
    assert len(watcher.told) == 1
    assert len(told_in(said.getvalue(), secrets)) == 1
