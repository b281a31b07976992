"""Transactions side by side in the same communes never leave a stale count, and never wait for each other in a ring."""

import threading
import time

import pytest
from django.db import connection, transaction

from teams.models import CommuneCounters, Member
from teams.services.counters import check_counters
from tests.conftest import make_commune
from tests.teams.counters.at_once import act_by_chance, import_whole_rosters, race
from tests.teams.counters.test_counters import make_rows
from tests.teams.makers import make_member, make_team


@pytest.fixture
def communes(transactional_db, hai_phong, hac_thanh):
    return [
        make_commune(f"{number:05}", f"Xã Thứ {number}", "rural_commune", hai_phong) for number in range(11, 16)
    ] + [hac_thanh]


def stale() -> list[str]:
    return [str(each) for each in check_counters(repair=False)]


def test_the_second_of_two_transactions_counts_the_rows_of_both(transactional_db, cat_hai, officer):
    """Each writes before the other commits; the one that waits for the counters counts what the other left."""
    team = make_team(cat_hai, "Thôn 1", by=officer)
    written = threading.Barrier(2)

    def join(name: str) -> None:
        with transaction.atomic():
            make_member(team, name)
            written.wait(10)
        connection.close()

    threads = [threading.Thread(target=join, args=[name]) for name in ("Nguyễn Văn An", "Lê Chi")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (CommuneCounters.objects.get(pk=cat_hai.pk).members, Member.objects.count()) == (2, 2)


def test_a_transaction_counts_when_it_ends_and_once(transactional_db, cat_hai, officer):
    team = make_team(cat_hai, "Thôn 1", by=officer)
    row = CommuneCounters.objects.filter(pk=cat_hai.pk).extra(select={"written_by": "xmin::text"})
    before = row.get().written_by
    with transaction.atomic():
        make_member(team, "Nguyễn Văn An")
        make_member(team, "Lê Chi")
    assert (row.get().members, row.get().written_by != before) == (2, True)


def act(communes, officer, processes: int, operations: int) -> None:
    make_rows(communes)
    started = time.monotonic()
    tries = race(act_by_chance, processes, [each.pk for each in communes], officer.pk, operations)
    print(f"{processes * operations:,} operations ({sum(tries):,} tries) in {time.monotonic() - started:.0f} s")
    assert stale() == []


def test_two_processes_leave_no_stale_count(communes, officer):
    act(communes, officer, 2, 100)


@pytest.mark.long
def test_after_10_000_operations_of_four_processes_counters_are_what_the_rows_say(communes, officer):
    act(communes, officer, 4, 2_500)


def test_imports_of_the_same_communes_in_opposite_order_do_not_wait_for_each_other_in_a_ring(communes):
    race(import_whole_rosters, 2, [each.pk for each in communes], 12)
    assert stale() == []
