"""Communes whose drafted texts say the same stand together in the province's report, and nothing is lost."""

import pytest

from reporting.definition import Definition, parse
from reporting.figures import REPORTED, CommuneRow
from reporting.layouts.alike import said_by
from tests.reporting.reports.makers import SMALL_FORM

DRAFT = "Ủy ban nhân dân {commune} có {people} người được hướng dẫn, {helped} người làm được, đạt {share}."
PEOPLE, HELPED, SHARE = SMALL_FORM["sections"][1]["indicators"][1:4]
TEXT = {"code": "said", "label": "Kết quả", "kind": "text", "draft": DRAFT}


@pytest.fixture(scope="module")
def definition() -> Definition:
    section = {"code": "a", "heading": "I. KẾT QUẢ", "level": 1, "indicators": [PEOPLE, HELPED, SHARE, TEXT]}
    return parse(SMALL_FORM | {"sections": [section], "checks": []})


def row(name: str, html: str, people: int = 1000, helped: int = 500) -> CommuneRow:
    answers = {"people": people, "helped": helped, "share": 100 * helped / people, "said": html}
    return CommuneRow(name, name, REPORTED, answers)


def told(definition: Definition, *rows: CommuneRow) -> list[tuple[list[str], str, bool]]:
    asked = definition.by_code["said"]
    found = said_by(definition, [(each, asked) for each in rows])
    return [([each.name for each in said.rows], said.html, said.has_figures) for _, said in found]


def drafted(commune: str, people: str, helped: str, share: str, more: str = "") -> str:
    words = f"có {people} người được hướng dẫn, {helped} người làm được, đạt {share}.{more}"
    return f"<p>Ủy ban nhân dân {commune} {words}</p>"


def test_drafts_that_differ_in_names_and_figures_alone_stand_together(definition):
    an = row("Xã An", drafted("xã An", "1.000", "500", "50%"))
    binh = row("Phường Bình", drafted("phường Bình", "40", "10", "25%"), 40, 10)
    general = drafted("xã, phường, đặc khu", "(…)", "(…)", "(…)")
    assert told(definition, an, binh) == [(["Xã An", "Phường Bình"], general, True)]


def test_what_one_says_alone_stays_as_it_wrote_it(definition):
    an = row("Xã An", drafted("xã An", "1.000", "500", "50%"))
    assert told(definition, an) == [(["Xã An"], an.answers["said"], False)]


@pytest.mark.parametrize(
    "other",
    [
        drafted("xã Bình", "1.000", "499", "50%"),  # another figure than its table says
        drafted("xã Bình", "1.000", "500", "50%", " Xin 5 máy."),
        drafted("xã Cường", "1.000", "500", "50%"),  # of somebody else
    ],
)
def test_what_stands_in_no_table_is_never_left_out(other, definition):
    an = row("Xã An", drafted("xã An", "1.000", "500", "50%", " Xin 3 máy." if "Xin" in other else ""))
    both = told(definition, an, row("Xã Bình", other))
    assert [(names, html) for names, html, _ in both] == [(["Xã An"], an.answers["said"]), (["Xã Bình"], other)]


def test_words_of_their_own_that_are_the_same_stand_together_without_a_word_on_figures(definition):
    an, binh = (row(name, "<p>Xin thêm 5 máy (…)</p>") for name in ("Xã An", "Xã Bình"))
    assert told(definition, an, binh) == [(["Xã An", "Xã Bình"], "<p>Xin thêm 5 máy (…)</p>", False)]
