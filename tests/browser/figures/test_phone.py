"""The page behind a link, on a telephone: with and without scripts, as in the browsers inside other apps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from reporting.models import TeamLink, TeamSubmission
from reporting.services.team_links import token_of
from tests.browser.figures.sheet import violations
from tests.reporting.team_figures.makers import make_link

pytestmark = pytest.mark.browser


@pytest.fixture
def link(period, teams, officer) -> TeamLink:
    return make_link(period, teams[0], officer)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request, chromium, live_server, link) -> Iterator[Page]:
    window = chromium.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    page = window.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"/bao-cao/gui/{token_of(link)}/")
    yield page
    window.close()


def test_a_leader_sends_reads_what_was_saved_and_corrects_it(phone):
    expect(phone.get_by_role("heading", name="Tổ Thôn Đông")).to_be_visible()
    expect(phone.get_by_label("Số hộ trên địa bàn")).to_have_value("120")
    phone.get_by_label("VNeID").fill("2,5")
    phone.get_by_role("button", name="Gửi số liệu").click()
    expect(phone.get_by_text("Hãy nhập số nguyên").first).to_be_visible()
    expect(phone.get_by_label("VNeID")).to_have_value("2,5")
    phone.get_by_label("VNeID").fill("25")
    phone.get_by_label("Họ tên người gửi").fill("Nguyễn Văn An")
    phone.get_by_role("button", name="Gửi số liệu").click()
    expect(phone.get_by_text("Cảm ơn Nguyễn Văn An.")).to_be_visible()
    phone.get_by_role("link", name="Sửa số liệu").click()
    expect(phone.get_by_label("VNeID")).to_have_value("25")
    phone.get_by_label("VNeID").fill("26")
    phone.get_by_role("button", name="Gửi số liệu").click()
    expect(phone.get_by_text("Cảm ơn Nguyễn Văn An.")).to_be_visible()
    assert TeamSubmission.objects.get().values == {"households": 120, "vneid": 26}


def test_it_is_made_for_thumbs(phone):
    box = phone.get_by_label("VNeID").bounding_box()
    assert box["height"] >= 48
    assert phone.get_by_label("VNeID").get_attribute("inputmode") == "numeric"
    assert phone.get_by_role("button", name="Gửi số liệu").bounding_box()["height"] >= 48


@pytest.mark.parametrize("phone", [True], indirect=True)
def test_it_fits_the_screen_and_speaks_to_everybody(phone):
    wrong = []
    phone.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    for sender in ("", "Nguyễn Văn An"):
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert violations(phone) == []
        phone.get_by_label("Họ tên người gửi").fill(sender)
        phone.get_by_role("button", name="Gửi số liệu").click()
    expect(phone.get_by_text("Cảm ơn Nguyễn Văn An.")).to_be_visible()
    assert violations(phone) == []
    assert [text for text in wrong if "422" not in text] == []
