from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.notices.models import Notice, Reminder
from cdt_portal.notices.services import forget_old, notify
from cdt_portal.notices.tasks import forget_old_notices
from cdt_portal.settings import CELERY_BEAT_SCHEDULE
from tests.conftest import client_of
from tests.queries import count_queries

pytestmark = pytest.mark.django_db
LIST = "/thong-bao/"


def tell(user, *texts: str) -> list[Notice]:
    for text in texts:
        notify(users=[user], text=text, url="/bao-cao/")
    return list(Notice.objects.filter(user=user).order_by("pk"))


def test_ones_own_notices_stand_there_the_newest_first(officer, neighbour):
    tell(officer, "Việc một.", "Việc hai.")
    tell(neighbour, "Việc khác.")
    page = client_of(officer).get(LIST).content.decode()
    assert page.index("Việc hai.") < page.index("Việc một.")
    assert "Việc khác." not in page


def test_opening_a_notice_leads_on_and_marks_it_once(officer):
    first, second = tell(officer, "Việc một.", "Việc hai.")
    client = client_of(officer)
    assert client.get(LIST).content.decode().count(">Mới</span>") == 2
    answer = client.get(f"{LIST}{first.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/bao-cao/")
    first.refresh_from_db()
    seen = first.read_at
    assert seen
    client.get(f"{LIST}{first.pk}/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.read_at, second.read_at) == (seen, None)
    assert client.get(LIST).content.decode().count(">Mới</span>") == 1


def test_somebody_elses_notice_is_unknown_and_stays_unread(officer, neighbour, admin):
    (notice,) = tell(officer, "Việc một.")
    for user in (neighbour, admin):
        assert client_of(user).get(f"{LIST}{notice.pk}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None
    assert client_of(officer).get(f"{LIST}{notice.pk}/").status_code == 302


def test_all_are_marked_by_a_post_and_only_ones_own(officer, neighbour):
    tell(officer, "Việc một.", "Việc hai.")
    tell(neighbour, "Việc khác.")
    client = client_of(officer)
    assert client.get(f"{LIST}da-xem/").status_code == 405
    assert client.post(f"{LIST}da-xem/").status_code == 302
    assert list(Notice.objects.filter(read_at=None).values_list("user", flat=True)) == [neighbour.pk]
    assert "Đánh dấu tất cả" not in client.get(LIST).content.decode()


def test_nobody_logged_in_is_sent_to_log_in(client, officer):
    (notice,) = tell(officer, "Việc một.")
    for url in (LIST, f"{LIST}{notice.pk}/"):
        assert client.get(url)["Location"].startswith("/tai-khoan/")


@pytest.mark.parametrize(("count", "shown"), [(1, ">1<"), (99, ">99<"), (100, ">99+<"), (130, ">99+<")])
def test_the_bell_counts_what_is_new_up_to_99(officer, count, shown):
    tell(officer, *["Việc."] * count)
    assert f'bell-count"{shown}' in client_of(officer).get("/bao-cao/").content.decode()


def test_the_bell_counts_nothing_when_all_was_seen(officer, neighbour):
    tell(officer, "Việc một.")
    Notice.objects.update(read_at=timezone.now())
    tell(neighbour, "Việc khác.")
    assert "bell-count" not in client_of(officer).get("/bao-cao/").content.decode()
    assert "bell-count" in client_of(neighbour).get("/bao-cao/").content.decode()


def test_the_bell_asks_once_and_the_list_takes_the_same_queries_for_few_and_many(
    officer, django_assert_max_num_queries
):
    tell(officer, "Việc một.")
    client = client_of(officer)
    few = count_queries(client, LIST)
    with django_assert_max_num_queries(few) as asked:
        client.get("/cong-viec/")
    assert sum("read_at" in query["sql"] for query in asked.captured_queries) == 1
    tell(officer, *["Việc."] * 60)
    assert count_queries(client, LIST) == few
    page = client.get(f"{LIST}?trang=2").content.decode()
    assert 'href="?trang=1"' in page and 'href="?trang=3"' in page


def test_what_is_older_than_a_year_is_forgotten(officer):
    old, new = tell(officer, "Cũ.", "Mới.")
    log = [Reminder.objects.create(subject="campaign:1", moment=moment, user=officer) for moment in ("T-7", "T-3")]
    year = timezone.now() - timedelta(days=366, minutes=1)
    Notice.objects.filter(pk=old.pk).update(created_at=year)
    Reminder.objects.filter(pk=log[0].pk).update(sent_at=year)
    assert forget_old() == 2
    assert list(Notice.objects.all()) == [new]
    assert list(Reminder.objects.all()) == [log[1]]
    assert forget_old_notices() == 0
    assert CELERY_BEAT_SCHEDULE["old-notices"]["task"] == forget_old_notices.name
