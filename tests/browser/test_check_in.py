"""Marking oneself present on a telephone whose network comes and goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from teams.models import Member
from tests.browser.axe import violations
from tests.training.makers import make_class, make_people, make_topic, make_venue, seat
from training.models import Attendance, ClassSession
from training.services.check_in import token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "đã ghi trên máy"
THERE = "đã có mặt lúc"
UNTIL_KEPT = """async path => {
  while (!await caches.match(path, { ignoreVary: true })) await new Promise(resolve => setTimeout(resolve, 50))
}"""


@pytest.fixture
def people(cat_hai) -> list[Member]:
    return make_people(cat_hai, 3)


@pytest.fixture
def session(people, cat_hai, staff) -> ClassSession:
    now = timezone.now().replace(microsecond=0)
    row = make_class(
        make_venue(cat_hai), make_topic(), starts_at=now - timedelta(minutes=30), ends_at=now + timedelta(hours=3)
    )
    seat(row, people, staff)
    return row.sessions.get()


@pytest.fixture
def telephone(chromium, live_server) -> Iterator[BrowserContext]:
    """Nobody's account."""
    window = chromium.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844}, locale="vi")
    yield window
    window.close()


def url_of(session: ClassSession) -> str:
    return reverse("training:check_in", args=[token_of(session)])


def scan(telephone: BrowserContext, session: ClassSession, *, wait: bool = True) -> Page:
    """The page that the code opens; with `wait`, once the telephone keeps it."""
    page = telephone.new_page()
    page.goto(url_of(session))
    if wait:
        page.evaluate(UNTIL_KEPT, url_of(session))
    return page


def say_here(page: Page, member: Member) -> datetime:
    page.get_by_label("Số điện thoại").fill(member.phone)
    page.get_by_role("button", name="Tôi có mặt").click()
    return timezone.now()


def assert_there_since(member: Member, moment: datetime) -> None:
    row = Attendance.objects.get(enrolment__member=member)
    assert abs(row.at - moment) < timedelta(seconds=3)


def test_with_a_network_the_answer_comes_at_once_and_the_field_is_free_for_the_next(telephone, session, people):
    page = scan(telephone, session)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for member in people[:2]:
        typed = say_here(page, member)
        expect(page.get_by_text(THERE).first).to_be_visible()
        expect(page.get_by_label("Số điện thoại")).to_have_value("")
        page.wait_for_function("() => Object.keys(localStorage).length === 0")
        assert_there_since(member, typed)
    expect(page.get_by_text(THERE)).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not complaints


def test_what_is_typed_without_a_network_outlives_a_reload_and_arrives_once_with_its_time(telephone, session, people):
    page = scan(telephone, session)
    telephone.set_offline(True)
    typed = say_here(page, people[0])
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert not Attendance.objects.exists()
    page.reload()
    expect(page.get_by_text(session.training_class.title)).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_visible()
    say_here(page, people[0])  # again, as people do; the first time counts
    page.wait_for_timeout(5000)
    telephone.set_offline(False)
    expect(page.get_by_text(THERE)).to_be_visible()
    assert_there_since(people[0], typed)
    page.reload()
    expect(page.get_by_text(KEPT)).to_have_count(0)
    assert Attendance.objects.count() == 1


def test_a_code_that_was_never_scanned_before_works_without_a_network(telephone, session, people):
    scan(telephone, session)
    row = session.training_class
    second = row.sessions.create(starts_at=session.starts_at + timedelta(minutes=1), ends_at=session.ends_at)
    telephone.set_offline(True)
    page = scan(telephone, second, wait=False)
    expect(page.get_by_text("Chưa có mạng nên chưa hiện tên lớp")).to_be_visible()
    typed = say_here(page, people[1])
    expect(page.get_by_text(KEPT)).to_be_visible()
    telephone.set_offline(False)
    expect(page.get_by_text(THERE)).to_be_visible()
    assert_there_since(people[1], typed)
    assert Attendance.objects.get().session == second


def test_several_people_with_one_number_are_asked_who_they_are_when_the_network_is_back(telephone, session, people):
    _, first, second = people
    Member.objects.filter(pk=second.pk).update(phone=first.phone, full_name="Lê Thị Hà")
    page = scan(telephone, session)
    telephone.set_offline(True)
    typed = say_here(page, first)
    expect(page.get_by_text(KEPT)).to_be_visible()
    telephone.set_offline(False)
    page.get_by_role("button", name="L. T. Hà").click()
    expect(page.get_by_text(THERE)).to_be_visible()
    assert_there_since(second, typed)


def test_a_refused_number_comes_back_to_its_field(telephone, session):
    page = scan(telephone, session)
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_role("button", name="Tôi có mặt").click()
    expect(page.get_by_text("không có trong danh sách của lớp")).to_be_visible()
    expect(page.get_by_label("Số điện thoại")).to_have_value("0912345678")
    page.get_by_label("Số điện thoại").fill("0912")
    page.get_by_role("button", name="Tôi có mặt").click()
    expect(page.get_by_text("thiếu chữ số")).to_be_visible()


def test_a_page_of_somebody_elses_in_between_is_no_answer(telephone, session, people):
    """A hotel's network answers everything with its own login page."""
    page = scan(telephone, session)
    page.route("**/diem-danh/**", lambda route: route.fulfill(status=200, body="<h1>Wifi</h1>"))
    typed = say_here(page, people[0])
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.unroute("**/diem-danh/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text(THERE)).to_be_visible()
    assert_there_since(people[0], typed)


def test_without_the_queue_the_mark_is_lost(telephone, session, people):
    page = telephone.new_page()
    page.route("**/js/training/check_in.js", lambda route: route.abort())
    page.goto(url_of(session))
    telephone.set_offline(True)
    say_here(page, people[0])
    telephone.set_offline(False)
    page.goto(url_of(session))
    expect(page.get_by_text(session.training_class.title)).to_be_visible()
    page.wait_for_timeout(2000)
    assert not Attendance.objects.exists()


def test_without_scripts_it_works_with_a_network(chromium, live_server, session, people):
    window = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = window.new_page()
    page.goto(url_of(session))
    typed = say_here(page, people[0])
    expect(page.get_by_text(THERE)).to_be_visible()
    assert_there_since(people[0], typed)
    window.close()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768)])
def test_nobody_stumbles_over_it(chromium, live_server, session, people, width, height):
    Member.objects.filter(pk=people[2].pk).update(phone=people[1].phone)
    window = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": height})
    page = scan(window, session)
    say_here(page, people[0])
    expect(page.get_by_text(THERE)).to_be_visible()
    say_here(page, people[1])
    expect(page.get_by_text("Bạn là ai?")).to_be_visible()
    assert violations(page) == []
    window.close()
