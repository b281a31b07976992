"""Answers as people type them, as they are stored, as they read again."""

import json

import pytest

from reporting.answers import AnswerError, add_up, derive, is_empty, rate_of_sums, read, show
from reporting.definition import Column, Indicator, Kind, parse


def asks(kind: Kind, **more) -> Indicator:
    return Indicator(code="asked", label="Được hỏi", kind=kind, **more)


DOCUMENTS = asks(
    Kind.TABLE, columns=(Column("text", "Văn bản"), Column("date", "Ngày", Kind.DATE), Column("subject", "Trích yếu"))
)
CLASSES = asks(Kind.TABLE, columns=(Column("name", "Lớp"), Column("people", "Số người", Kind.NUMBER)))
CHOICE = asks(Kind.CHOICE, choices=("Đã hoàn thành", "Chưa hoàn thành"))
FOUNDING = {
    "text": "Quyết định số 1907 ngày 31/10/2025",
    "number": "1907",
    "symbol": "",
    "issued_on": "2025-10-31",
    "subject": "thành lập Tổ công nghệ số cộng đồng",
}


@pytest.mark.parametrize(
    ("kind", "raw", "stored", "shown"),
    [
        (Kind.NUMBER, "1.440", 1440, "1.440"),
        (Kind.NUMBER, " 1440 ", 1440, "1.440"),
        (Kind.NUMBER, "0", 0, "0"),
        (Kind.NUMBER, "12,5", 12.5, "12,5"),
        (Kind.NUMBER, 386, 386, "386"),
        (Kind.RATE, "99,5%", 99.5, "99,5%"),
        (Kind.RATE, "99,99999667%", 99.99999667, "99,99%"),
        (Kind.RATE, "100", 100.0, "100%"),
        (Kind.RATE, 200 / 3, 200 / 3, "66,67%"),
        (Kind.DATE, "10/7/2025", "2025-07-10", "10/07/2025"),
        (Kind.DATE, "2025-07-10", "2025-07-10", "10/07/2025"),
        (Kind.LINK, "zalo.me/g/xuubpv554", "https://zalo.me/g/xuubpv554", "https://zalo.me/g/xuubpv554"),
        (Kind.LINK, "https://a.vn; https://b.vn", "https://a.vn\nhttps://b.vn", "https://a.vn\nhttps://b.vn"),
        (Kind.TEXT, "<p>Đã <b>tập huấn</b></p>", "<p>Đã <b>tập huấn</b></p>", "Đã tập huấn"),
    ],
)
def test_what_is_typed_is_stored_and_shown_officially(kind, raw, stored, shown):
    value = read(asks(kind), raw)
    assert (value, type(value)) == (stored, type(stored))
    assert show(asks(kind), json.loads(json.dumps(value))) == shown


@pytest.mark.parametrize(("unit", "raw", "stored"), [("người", "1.440", 1440), ("triệu đồng", "1,44", 1.44)])
def test_only_what_is_counted_must_be_whole(unit, raw, stored):
    assert read(asks(Kind.NUMBER, unit=unit), raw) == stored


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_not_reported_and_shows_nothing(kind):
    for raw in (None, "", "  \u00a0"):
        assert read(asks(kind), raw) is None
    assert show(asks(kind), None) == ""


def test_empty_is_not_zero():
    assert all(is_empty(value) for value in (None, "", [], {}))
    assert not any(is_empty(value) for value in (0, 0.0, "0", [{}]))


@pytest.mark.parametrize(
    ("indicator", "raw", "says"),
    [
        (asks(Kind.NUMBER), "khoảng 50", "một số"),
        (asks(Kind.NUMBER, unit="người"), "1.44", "số nguyên"),
        (asks(Kind.NUMBER, unit="thôn, tổ dân phố"), "1,5", "số nguyên"),
        (asks(Kind.NUMBER), "-3", "không được âm"),
        (asks(Kind.NUMBER), "9" * 5_000, "quá lớn"),
        (asks(Kind.NUMBER), True, "một số"),
        (asks(Kind.NUMBER), ["3"], "một số"),
        (asks(Kind.NUMBER), float("nan"), "một số"),
        (asks(Kind.RATE), "nhiều", "tỷ lệ"),
        (asks(Kind.DATE), "31/2/2025", "Ngày không hợp lệ"),
        (asks(Kind.LINK), "javascript:alert(1)", "đường liên kết"),
        (asks(Kind.LINK), "nhóm Zalo", "đường liên kết"),
        (asks(Kind.LINK), "ftp://zalo.me/g/a", "đường liên kết"),
        (asks(Kind.TEXT), {"a": 1}, "không đọc được"),
        (asks(Kind.FILE), "tep.pdf", "chọn một tệp"),
        (asks(Kind.DECISION), 1907, "không đọc được"),
        (CHOICE, "Một phần", "Đã hoàn thành, Chưa hoàn thành"),
        (DOCUMENTS, "Quyết định", "không đọc được"),
        (DOCUMENTS, [{"text": "QĐ 1", "date": "hôm qua"}], "Dòng 1, cột “Ngày”"),
        (CLASSES, [{"name": "AI", "people": "4"}, {"name": "VNeID", "people": "đông"}], "Dòng 2, cột “Số người”"),
    ],
)
def test_what_can_not_be_read_is_said_in_vietnamese(indicator, raw, says):
    with pytest.raises(AnswerError) as refusal:
        read(indicator, raw)
    assert says in refusal.value.message


def test_a_choice_is_found_however_it_is_written():
    assert read(CHOICE, "đã HOÀN thành") == "Đã hoàn thành"


def test_a_text_without_words_is_not_reported():
    assert read(asks(Kind.TEXT), "<p> <b></b></p>") is None


def test_a_decision_is_read_in_its_parts():
    asked = asks(Kind.DECISION)
    line = "Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ công nghệ số cộng đồng"
    assert read(asked, line) == FOUNDING
    assert read(asked, {"text": FOUNDING["text"], "subject": FOUNDING["subject"]}) == FOUNDING
    assert read(asked, FOUNDING) == FOUNDING  # what is stored reads as itself
    assert show(asked, FOUNDING) == line
    assert read(asked, {"text": " ", "subject": ""}) is None
    assert show(asked, read(asked, "45/QĐ-UBND")) == "45/QĐ-UBND"


def test_a_table_of_documents_reads_as_sentences():
    rows = [
        {"text": "Quyết định số 1907", "date": "31/10/2025", "subject": "thành lập Tổ"},
        {"text": "", "date": None, "subject": " "},
        {"text": "Công văn số 1643/UBND-VHXH V/v triển khai Cuộc thi", "date": "5/3/2026"},
    ]
    stored = read(DOCUMENTS, rows)
    assert stored == [
        {"text": "Quyết định số 1907", "date": "2025-10-31", "subject": "thành lập Tổ"},
        {"text": "Công văn số 1643/UBND-VHXH", "date": "2026-03-05", "subject": "triển khai Cuộc thi"},
    ]
    assert read(DOCUMENTS, stored) == stored
    assert show(DOCUMENTS, stored) == (
        "Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ; "
        "Công văn số 1643/UBND-VHXH ngày 05/3/2026 về việc triển khai Cuộc thi"
    )
    assert read(DOCUMENTS, [{"text": ""}, {}]) is None


def test_cells_of_a_table_keep_their_kinds():
    stored = read(CLASSES, [{"name": "  Kỹ năng  số", "people": "1.440"}, {"name": "AI"}, {"people": "0"}])
    assert stored == [
        {"name": "Kỹ năng số", "people": 1440},
        {"name": "AI", "people": None},
        {"name": "", "people": 0},
    ]
    assert show(CLASSES, stored) == "Kỹ năng số, 1.440; AI; 0"


def test_a_file_is_known_by_its_row():
    asked = asks(Kind.FILE)
    assert read(asked, {"id": 4, "name": "ke-hoach.pdf", "path": "/"}) == {"id": 4, "name": "ke-hoach.pdf"}
    assert show(asked, {"id": 4, "name": "ke-hoach.pdf"}) == "ke-hoach.pdf"


def test_derived_figures_are_worked_out_from_what_was_reported():
    form = parse(
        {
            "sections": [
                {
                    "heading": "Hộ",
                    "indicators": [
                        {"code": "rate", "label": "Tỷ lệ", "kind": "rate", "rate_of": "guided", "rate_over": "all"},
                        {"code": "all", "label": "Tổng", "sum_of": ["north", "south"]},
                        {"code": "north", "label": "Bắc"},
                        {"code": "south", "label": "Nam"},
                        {"code": "guided", "label": "Đã hướng dẫn"},
                    ],
                }
            ]
        }
    )
    typed = {"north": 30, "south": 10, "guided": 10, "rate": 99.0, "all": 7}
    assert derive(form, typed) == {"north": 30, "south": 10, "guided": 10, "all": 40, "rate": 25.0}
    assert derive(form, {"south": 10, "guided": 10})["all"] == 10
    assert derive(form, {"north": 0, "guided": 10})["rate"] is None  # nothing can be a share of none
    assert derive(form, {"north": 5, "guided": 0})["rate"] == 0
    assert derive(form, {}) == {"all": None, "rate": None}


def test_sums_leave_out_what_is_not_reported_and_rates_come_from_sums():
    assert (add_up([3, None, 0]), add_up([0, None]), add_up([None]), add_up([])) == (3, 0, None, None)
    assert rate_of_sums([(1, 2), (9, 10)]) == pytest.approx(100 * 10 / 12)  # not the mean of 50 and 90
    assert rate_of_sums([(1, 2), (9, None), (None, 10)]) == 50
