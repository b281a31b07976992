import pytest
from django.db import transaction

from cdt_portal.notices.models import Notice
from cdt_portal.notices.services import mark_read, notices_of, notify

pytestmark = pytest.mark.django_db


def test_each_user_is_told_once(officer, neighbour, django_assert_num_queries):
    with django_assert_num_queries(1):
        notify(users=[officer, neighbour, officer], text="Báo cáo đã duyệt.", url="/bao-cao/xa/1/")
    assert list(Notice.objects.values_list("user__username", "text", "url").order_by("user__username")) == [
        ("canbo.cathai", "Báo cáo đã duyệt.", "/bao-cao/xa/1/"),
        ("canbo.tranlieu", "Báo cáo đã duyệt.", "/bao-cao/xa/1/"),
    ]


@pytest.mark.parametrize(("length", "kept"), [(400, "x" * 400), (401, "x" * 399 + "…")])
def test_a_text_is_cut_where_a_notice_ends(officer, length, kept):
    notify(users=[officer], text="x" * length, url="/")
    assert Notice.objects.get().text == kept


def test_what_is_rolled_back_was_never_told(officer):
    with transaction.atomic():
        notify(users=[officer], text="Đã duyệt.", url="/")
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_nobody_to_tell_is_no_error(db):
    notify(users=[], text="Đã duyệt.", url="/")
    assert not Notice.objects.exists()


def test_what_is_unread_is_said_anew_and_what_was_read_told_again(officer, neighbour):
    def told() -> list[tuple[str, str]]:
        return list(Notice.objects.order_by("user__username", "pk").values_list("user__username", "text"))

    for text in ("1 báo cáo", "2 báo cáo"):
        notify(users=[officer, neighbour], text=text, url="/tham-dinh/", renew=True)
    assert told() == [("canbo.cathai", "2 báo cáo"), ("canbo.tranlieu", "2 báo cáo")]
    mark_read(notices_of(officer))
    notify(users=[officer, neighbour], text="3 báo cáo", url="/tham-dinh/", renew=True)
    notify(users=[officer], text="1 báo cáo", url="/tham-dinh/?dot=2", renew=True)
    assert told() == [
        ("canbo.cathai", "2 báo cáo"),
        ("canbo.cathai", "3 báo cáo"),
        ("canbo.cathai", "1 báo cáo"),
        ("canbo.tranlieu", "3 báo cáo"),
    ]


def test_what_is_said_anew_stands_first_again(officer):
    notify(users=[officer], text="1 báo cáo", url="/tham-dinh/", renew=True)
    notify(users=[officer], text="Đã khóa.", url="/")
    notify(users=[officer], text="2 báo cáo", url="/tham-dinh/", renew=True)
    assert [each.text for each in notices_of(officer)] == ["2 báo cáo", "Đã khóa."]
