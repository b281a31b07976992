"""A class of 30 with two sittings is marked on the page, at a desk and on a telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.training.after.makers import make_past_class
from tests.training.makers import make_people, make_topic, make_venue
from training.models import Attendance

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(cat_hai, tran_lieu):
    """30 people of two communes."""
    people = [*make_people(cat_hai, 20), *make_people(tran_lieu, 10)]
    yesterday = timezone.localdate() - timedelta(days=1)
    return make_past_class(make_venue(cat_hai), make_topic(), yesterday, people)


def opened(window_of, user, held, width, height):
    """The page, and what its console says."""
    page = window_of(user, width, height).new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"/tap-huan/lop/{held.pk}/diem-danh/")
    return page, said


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_class_of_thirty_is_marked(window_of, staff, held, width, height):
    page, said = opened(window_of, staff, held, width, height)
    for number in (1, 2):
        page.get_by_role("button", name=f"Có mặt tất cả buổi {number}").click()
    expect(page.get_by_text("30/30 có mặt")).to_have_count(2)
    absent = page.get_by_role("checkbox", name="Nguyễn Văn 11914 7, buổi 2: vắng")
    absent.check()
    expect(page.get_by_role("checkbox", name="Nguyễn Văn 11914 7, buổi 2: có mặt")).not_to_be_checked()
    page.get_by_role("checkbox", name="Nguyễn Văn 10729 3, buổi 2: có mặt").uncheck()
    expect(page.get_by_text("28/30 có mặt, 1 vắng, 1 chưa điểm danh")).to_be_visible()
    expect(page.get_by_text("59 dấu chưa lưu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.reload()  # by mistake: nothing is lost
    expect(page.get_by_text("59 dấu chưa lưu")).to_be_visible()
    page.get_by_label("Danh sách ký", exact=True).check()
    page.get_by_role("button", name="Lưu điểm danh").click()
    expect(page.get_by_text("Đã lưu 59 dấu điểm danh.")).to_be_visible()
    expect(page.get_by_text("dấu chưa lưu")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("28/30 có mặt, 1 vắng, 1 chưa điểm danh")).to_be_visible()
    expect(absent).to_be_checked()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cdt-attendance'))") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Attendance.objects.filter(present=True, way="paper").count() == 58
    assert said == []


def test_the_rest_is_absent_and_who_came_stays(window_of, staff, held):
    page, _ = opened(window_of, staff, held, 1366, 768)
    page.get_by_role("checkbox", name="Nguyễn Văn 11914 1, buổi 1: có mặt").check()
    page.get_by_role("button", name="Còn lại vắng buổi 1").click()
    expect(page.get_by_text("1/30 có mặt, 29 vắng, 0 chưa điểm danh")).to_be_visible()
    expect(page.get_by_text("0/30 có mặt, 0 vắng, 30 chưa điểm danh")).to_be_visible()
