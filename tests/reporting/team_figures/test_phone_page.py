"""The page that a team's leader opens on a phone, without an account."""

import re

from django.utils import timezone

from reporting.models import ReportPeriod, TeamFigures, TeamLink, TeamSubmission
from reporting.services.team_links import SENDER, token_of
from tests.conftest import client_of
from tests.reporting.team_figures.makers import base
from tests.teams.makers import make_member


def phone(link: TeamLink) -> str:
    return f"/bao-cao/gui/{token_of(link)}/"


def test_a_leader_without_an_account_sends_corrects_and_reads_what_was_saved(client, link, team):
    make_member(team, "Phạm Văn Trưởng", phone="0914994123")
    url = phone(link)
    page = client.get(url)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "Tổ Thôn 1" in text
    assert 'value="120"' in text  # the households of its village, to be confirmed
    assert "Phạm Văn Trưởng" not in text
    answer = client.post(url, {"households": "125", "vneid": "", SENDER: "Nguyễn Văn An"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    thanks = client.get(url).content.decode()
    assert "Cảm ơn Nguyễn Văn An" in thanks
    assert "125" in thanks
    assert "chưa có" in thanks
    assert 'value="125"' in client.get(f"{url}?sua=1").content.decode()
    client.post(f"{url}?sua=1", {"households": "126", SENDER: "Nguyễn Văn An"})
    assert TeamSubmission.objects.get().values == {"households": 126}
    link.refresh_from_db()
    assert link.opened_at


def test_the_phone_page_says_what_each_group_of_figures_is_about(client, link):
    headings = ["Hộ gia đình", "Người được hướng dẫn", "Ghi chú"]
    form = client.get(phone(link)).content.decode()
    assert re.findall(r"<legend>(.*?)</legend>", form) == headings
    assert form.index("Hộ gia đình</legend>") < form.index('name="households"') < form.index(f"{headings[1]}</legend>")
    assert form.count(f'name="{SENDER}"') == 1
    client.post(phone(link), {"households": "125", SENDER: "Nguyễn Văn An"})
    thanks = client.get(phone(link)).content.decode()
    assert re.findall(r'<h2 class="phone-heading">(.*?)</h2>', thanks) == headings


def test_what_is_wrong_stays_on_screen_with_its_reason(client, link):
    page = client.post(phone(link), {"households": "-5", "vneid": "12,5", "remarks": "khó", SENDER: ""})
    text = page.content.decode()
    assert page.status_code == 422
    for kept in ('value="-5"', 'value="12,5"', "khó", "không được âm", "số nguyên"):
        assert kept in text
    assert not TeamSubmission.objects.exists()


def test_once_taken_it_is_shown_and_no_longer_changed(client, officer, period, link, sent):
    client_of(officer).post(f"{base(period)}nhan/", {"s": f"{sent.pk}|{sent.stamp}|0"})
    for query in ("", "?sua=1"):
        text = client.get(phone(link) + query).content.decode()
        assert "Cán bộ xã đã nhận" in text
        assert "<form" not in text
    late = client.post(phone(link), {"vneid": "99", SENDER: "An"})
    assert late.status_code == 422
    assert TeamFigures.objects.get().values == {"vneid": 25}


def test_a_refusal_is_read_with_its_reason(client, officer, period, link, sent):
    client_of(officer).post(f"{base(period)}khong-nhan/{sent.pk}/", {"stamp": sent.stamp, "reason": "Thiếu thôn 2."})
    text = client.get(phone(link)).content.decode()
    assert "Thiếu thôn 2." in text
    assert 'value="25"' in text


def test_dead_links_say_why(client, link):
    assert client.get("/bao-cao/gui/1-2.sai/").status_code == 404
    assert client.get(phone(link)).status_code == 200
    TeamLink.objects.update(expires_at=timezone.now())
    assert client.get(phone(link)).status_code == 410
    TeamLink.objects.update(revoked_at=timezone.now())
    assert "thu hồi" in client.get(phone(link)).content.decode()
    assert client.post(phone(link), {"vneid": "1", SENDER: "An"}).status_code == 410
    assert not TeamSubmission.objects.exists()


def test_a_link_of_a_period_that_asks_no_team_any_more_says_so(client, link):
    ReportPeriod.objects.update(team_form=None)
    page = client.get(phone(link))
    assert page.status_code == 410
    assert "Kỳ này không hỏi số liệu của tổ" in page.content.decode()


def test_the_form_is_protected_against_foreign_pages(link):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(phone(link), {"vneid": "1", SENDER: "An"}).status_code == 403
    token = strict.get(phone(link)).cookies["csrftoken"].value
    sent = strict.post(phone(link), {"vneid": "1", SENDER: "An", "csrfmiddlewaretoken": token})
    assert sent.status_code == 302


def test_the_link_itself_is_kept_nowhere(client, link):
    client.get(phone(link))
    token = token_of(link)
    contexts = [str(event.pgh_context.metadata) for event in link.events.all() if event.pgh_context]
    assert contexts
    assert not any(token in context or "gui/" in context for context in contexts)
