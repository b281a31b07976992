"""The page where a commune's people start says first which report they owe, by when, and what to do next."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.periods import spell_deadline
from reporting.enums import ReportState
from reporting.models import Campaign, Report
from teams.services.tasks import Task
from tests.conftest import client_of
from tests.reporting.reports.makers import make_report

pytestmark = pytest.mark.django_db

S = ReportState
LATE = "hạn hết ngày 05/01/2026"


def reports(user, commune: str = "11914", query: str = "") -> list[Task]:
    response = client_of(user).get(f"/xa/{commune}/{query}")
    return [task for task in response.context["tasks"] if "bao-cao" in task.url]


def tasks(user, commune: str = "11914", query: str = "") -> list[tuple[str, str, str]]:
    return [(task.text, task.label, task.url) for task in reports(user, commune, query)]


@pytest.mark.parametrize(
    ("state", "label", "officers", "leaders"),
    [
        (S.NOT_STARTED, "Chưa bắt đầu", "Bắt đầu soạn", "Xem"),
        (S.DRAFT, "Đang soạn", "Soạn tiếp", "Xem"),
        (S.RETURNED, "Trả lại", "Sửa và nộp lại", "Xem"),
        (S.AWAITING_APPROVAL, "Chờ lãnh đạo xã duyệt", "Xem", "Xem và duyệt"),
    ],
)
def test_what_is_owed_comes_first_with_its_deadline(state, label, officers, leaders, report, officer, commune_leader):
    Report.objects.update(state=state)
    words, here = "Báo cáo theo Công văn số 4675", f"/bao-cao/xa/{report.pk}/"
    assert tasks(officer) == [(words, officers, here)]
    assert tasks(commune_leader) == [(words, leaders, here)]
    told = reports(officer)[0]
    assert (told.state, told.when, told.is_late) == (label, LATE, True)
    # Whoever waits for another follows it, and has nothing to do.
    assert [reports(user)[0].acts for user in (officer, commune_leader)] == [
        state != S.AWAITING_APPROVAL,
        state == S.AWAITING_APPROVAL,
    ]
    page = client_of(officer).get("/xa/11914/")
    assert page.context["tasks"][0].url == here
    assert officers in page.content.decode()


@pytest.mark.parametrize("state", [S.SUBMITTED, S.UNDER_REVIEW, S.ACCEPTED, S.LOCKED])
def test_what_was_sent_is_no_task(state, report, officer):
    assert tasks(officer)
    Report.objects.update(state=state)
    assert tasks(officer) == []


def test_only_the_communes_own_people_have_it_to_do(report, campaign, tran_lieu, officer, neighbour, staff, viewer):
    theirs = make_report(campaign, tran_lieu)
    assert [url for _, _, url in tasks(officer)] == [f"/bao-cao/xa/{report.pk}/"]
    assert [url for _, _, url in tasks(neighbour, tran_lieu.pk)] == [f"/bao-cao/xa/{theirs.pk}/"]
    assert (tasks(staff), tasks(viewer)) == ([], [])


def test_a_day_that_is_over_has_nothing_to_do(report, officer):
    assert tasks(officer, query="?ngay=31/12/2025") == []


def test_what_was_reopened_has_its_own_day_and_is_over_after_it(report, officer):
    until = timezone.now() + timedelta(days=2)
    Campaign.objects.update(state="locked")
    assert tasks(officer) == []
    Report.objects.update(state=S.DRAFT, reopened_until=until)
    told = reports(officer)[0]
    assert (told.state, told.when, told.is_late) == ("Đang soạn", f"mở lại đến {spell_deadline(until)}", False)
    Report.objects.update(reopened_until=timezone.now())
    assert tasks(officer) == []
