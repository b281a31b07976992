"""Words and punctuation of official papers."""

from dataclasses import replace
from datetime import date

import pytest

from cdt_portal.lib.documents import wording
from cdt_portal.lib.documents.parts import Heading, Paragraph, Run
from tests.lib.documents.samples import CAT_HAI, DRAFT, ROSTER, paragraph


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("về chuyển đổi số", "về chuyển đổi số./."),
        ("về chuyển đổi số.", "về chuyển đổi số./."),
        ("về chuyển đổi số./.", "về chuyển đổi số./."),
        ("về chuyển đổi số ./. ", "về chuyển đổi số./."),
        ("về chuyển đổi số./", "về chuyển đổi số./."),
        ("về chuyển đổi số;", "về chuyển đổi số./."),
        ("tăng 100%", "tăng 100%./."),
        ("v.v.", "v.v./."),
        ("có được không?", "có được không?./."),
        ("https://zalo.me/g/", "https://zalo.me/g/./."),
        ("", "./."),
    ],
)
def test_the_text_ends_once(typed, printed):
    before = paragraph("Đoạn trước.")
    assert wording.finished((before, paragraph(typed))) == (before, paragraph(printed))


def test_the_end_is_no_part_of_a_link_and_keeps_the_looks_before_it():
    link = Run("nhóm Zalo.", href="https://zalo.me/g/x")
    assert wording.finished((Paragraph((Run("Vào "), link)),)) == (
        Paragraph((Run("Vào "), replace(link, text="nhóm Zalo"), Run("./."))),
    )
    bold = Paragraph((Run("a"), Run("b.", bold=True)))
    assert wording.finished((bold,)) == (Paragraph((Run("a"), Run("b./.", bold=True))),)


@pytest.mark.parametrize("last", [ROSTER, Heading(2, "3. Kiến nghị"), Paragraph(())])
def test_after_anything_but_a_paragraph_the_end_stands_alone(last):
    assert wording.finished((last,)) == (last, paragraph("./."))


def test_a_paper_without_text_has_no_end():
    assert wording.finished(()) == ()


def test_number_and_date_are_those_of_the_clerk_or_room_for_them():
    assert wording.number_line(CAT_HAI) == "Số: 05/BC-UBND"
    assert wording.place_and_date(CAT_HAI) == "Cát Hải, ngày 05 tháng 3 năm 2026"
    assert wording.place_and_date(replace(CAT_HAI, day=date(2026, 2, 12))) == "Cát Hải, ngày 12 tháng 02 năm 2026"
    gap = "\u00a0"
    assert wording.number_line(DRAFT) == f"Số: {gap * 8}/BC-UBND"
    assert wording.place_and_date(DRAFT) == f"Cát Hải, ngày{gap * 6}tháng{gap * 6}năm 2026"
    assert wording.place_and_date(replace(DRAFT, year=None)).endswith(f"năm {gap * 6}")


def test_lists_end_with_semicolons_and_the_last_with_a_full_stop_whatever_was_typed():
    paper = replace(CAT_HAI, recipients=("- Như trên;", "Sở A.", " Lưu: VT"), legal_bases=("Căn cứ a.", "Căn cứ b;"))
    assert wording.recipients(paper) == ["- Như trên;", "- Sở A;", "- Lưu: VT."]
    assert wording.legal_bases(paper) == ["Căn cứ a;", "Căn cứ b."]
    assert wording.legal_bases(replace(paper, legal_bases=())) == []


def test_one_addressee_stands_as_it_is_and_several_are_a_list():
    assert wording.addressees(replace(CAT_HAI, addressees=())) == []
    assert wording.addressees(replace(CAT_HAI, addressees=("UBND các phường, xã",))) == ["UBND các phường, xã"]
    assert wording.addressees(replace(CAT_HAI, addressees=("Sở A", "- Sở B;"))) == ["- Sở A;", "- Sở B."]
