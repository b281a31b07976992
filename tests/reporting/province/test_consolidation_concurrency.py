"""Several people work on one province's report at the same moment: nothing is added up twice, no word is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from reporting.models import Campaign, ProvinceReport
from reporting.services import consolidation as services
from tests.reporting.province.makers import make_communes, send
from tests.reporting.reports.makers import make_campaign

SECTIONS = ["steering", "results", "proposals"]


@pytest.fixture
def campaign(transactional_db, hai_phong) -> Campaign:
    campaign = make_campaign(hai_phong)
    send(campaign, make_communes(hai_phong, "Xã An")[0], people="100")
    return campaign


def all_at_once(act: Callable[[int], object]) -> list:
    gate = Barrier(len(SECTIONS))

    def one(number: int) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(SECTIONS)) as threads:
        return list(threads.map(one, range(len(SECTIONS))))


def test_of_many_runs_at_once_one_writes(campaign):
    written = all_at_once(lambda number: services.consolidate(campaign=Campaign.objects.get()))
    assert sorted(written) == [False, False, True]
    assert ProvinceReport.objects.get().content["totals"]


def write(number: int, by) -> None:
    services.save_words(
        campaign=Campaign.objects.select_related("form_version").get(),
        section=SECTIONS[number],
        html=f"<p>Lời {number}</p>",
        seen="",
        by=by,
    )


def test_words_for_several_sections_at_once_all_stay(campaign, staff):
    all_at_once(lambda number: write(number, staff))
    assert sorted(ProvinceReport.objects.get().texts) == sorted(SECTIONS)


def test_without_the_lock_the_last_one_wins(campaign, staff, monkeypatch):
    """The control."""
    ProvinceReport.objects.create(campaign=campaign, province_id=campaign.province_id)
    meet = Barrier(len(SECTIONS))

    def not_held(campaign: Campaign) -> ProvinceReport:
        seen = ProvinceReport.objects.get(campaign=campaign)
        meet.wait(timeout=30)
        return seen

    monkeypatch.setattr(services, "held", not_held)
    all_at_once(lambda number: write(number, staff))
    assert len(ProvinceReport.objects.get().texts) == 1
