"""Help beside each screen, the guides it leads to, and the tour of a newcomer."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import get_resolver, reverse

from cdt_portal import help as pages
from cdt_portal.accounts.models import User
from cdt_portal.context import MENU
from cdt_portal.guides import COMMUNE, DEPARTMENT, GUIDES, Node, read_guide
from cdt_portal.tour import STEPS
from teams.enums import UserRole
from tests.access.addresses import routes
from tests.conftest import client_of, make_user

SEEN = "/tro-giup/gioi-thieu/"
WORDS_A_MENU_NEEDS = {name for _, name, _ in MENU} - {"teams:imports"}


ADDRESS = re.compile(r"!\[[^]]*\]\([^)]*\)|\]\([^)]*\)")  # of a picture with its words, of a link without


def text(response) -> str:
    return response.content.decode()


def pieces(nodes):
    for node in nodes:
        yield node
        yield from pieces(node.children)


def all_pieces(name: str) -> list[Node]:
    guide = read_guide(name)
    return list(pieces([*guide.opening, *(node for section in guide.sections for node in section.nodes)]))


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_to_help_has_its_section_and_every_page_its_url(name):
    anchors = [section.anchor for section in read_guide(name).sections]
    assert len(set(anchors)) == len(anchors)
    assert set(pages.SECTIONS[name].values()) <= set(anchors)
    assert set(pages.SECTIONS[name]) <= set(routes(get_resolver()))


def test_every_page_of_the_menu_has_help_of_its_own():
    assert WORDS_A_MENU_NEEDS - set(pages.SECTIONS[DEPARTMENT]) == set()
    assert WORDS_A_MENU_NEEDS - set(pages.SECTIONS[COMMUNE]) == {"teams:users"}


@pytest.mark.parametrize("name", GUIDES)
def test_every_picture_of_a_guide_is_there_and_small(name):
    pictures = [piece.address for piece in all_pieces(name) if piece.kind == "image"]
    assert len(pictures) > 5
    for address in pictures:
        found = finders.find(address)
        assert found, address
        assert (settings.BASE_DIR / found).stat().st_size <= 150 * 1024


@pytest.mark.parametrize("name", GUIDES)
def test_nothing_of_a_guide_is_lost_on_the_way_to_the_page(name, officer):
    written = (settings.BASE_DIR / "docs" / "guide" / f"{name}.md").read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]+>", " ", text(client_of(officer).get(reverse("guide", args=[name]))))
    words = re.findall(r"\w{3,}", ADDRESS.sub(" ", written))
    assert len(words) > 500
    assert [word for word in set(words) if word not in shown] == []
    assert {piece.kind for piece in all_pieces(name)} <= {
        "paragraph", "inline", "text", "softbreak", "strong", "em", "link", "image", "code_inline",
        "bullet_list", "ordered_list", "list_item",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("officer", COMMUNE),
        ("commune_leader", COMMUNE),
        ("staff", DEPARTMENT),
        ("viewer", DEPARTMENT),
        ("admin", DEPARTMENT),
    ],
)
def test_each_gets_the_guide_that_speaks_to_them(who, expected, request):
    client = client_of(request.getfixturevalue(who))
    assert client.get("/tro-giup/").url == f"/tro-giup/{expected}/"
    assert f'href="/tro-giup/{expected}/#viec-can-lam"' in text(client.get("/"))


def test_a_page_leads_to_its_section_and_an_odd_one_to_the_beginning(officer):
    client = client_of(officer)
    assert 'href="/tro-giup/can-bo-xa/#nhap-danh-sach-tu-tep-excel"' in text(client.get("/nhap-tep/"))
    assert 'href="/tro-giup/can-bo-xa/"' in text(client.get("/tro-giup/so-khcn/"))


def test_there_is_no_other_guide(officer):
    assert client_of(officer).get("/tro-giup/architecture/").status_code == 404


@pytest.mark.parametrize("role", UserRole)
def test_every_role_is_shown_around_in_three_steps(role):
    assert len(STEPS[role]) == 3


def test_the_tour_comes_at_the_first_login_until_it_was_seen(officer, cat_hai):
    new = make_user("moi.vao", UserRole.COMMUNE_OFFICER, commune=cat_hai)
    User.objects.filter(pk=new.pk).update(tour_seen_at=None)
    client = client_of(new)
    assert "data-tour" in text(client.get("/"))
    assert client.post(SEEN).status_code == 302
    assert "data-tour" not in text(client.get("/"))
    assert "data-tour" in text(client.get("/?gioi-thieu=1"))
    assert "?gioi-thieu=1" in text(client.get("/tro-giup/can-bo-xa/"))


def test_having_seen_it_is_no_event_of_the_history(officer):
    events = User.pgh_event_model.objects.count()
    client_of(officer).post(SEEN)
    assert User.pgh_event_model.objects.count() == events
