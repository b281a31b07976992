"""A form as JSON: sound ones come in whole and go out as they came; of the others every problem is told at once."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.definition import Definition, DefinitionError, Kind, codes_in, parse, to_json

FORM = {
    "title": "BÁO CÁO",
    "subject": "Kết quả hoạt động",
    "opening": "Thực hiện {basis}, Ủy ban nhân dân {commune} báo cáo như sau:",
    "sections": [
        {
            "code": "results",
            "heading": "I. KẾT QUẢ",
            "level": 1,
            "indicators": [
                {"code": "households", "label": "Số hộ", "kind": "number", "unit": "hộ", "required": True},
                {"code": "guided", "label": "Số hộ được hướng dẫn", "kind": "number", "nature": "flow"},
                {
                    "code": "guided_rate",
                    "label": "Tỷ lệ",
                    "kind": "rate",
                    "rate_of": "guided",
                    "rate_over": "households",
                    "target": 80,
                },
                {"code": "both", "label": "Cộng", "kind": "number", "sum_of": ["households", "guided"]},
                {"code": "how", "label": "Hình thức", "kind": "choice", "choices": ["Trực tiếp", "Trực tuyến"]},
                {"code": "text", "label": "Đánh giá", "kind": "text", "draft": "Đã hướng dẫn {guided} hộ."},
                {
                    "code": "people",
                    "label": "Danh sách",
                    "kind": "table",
                    "columns": [
                        {"code": "name", "label": "Họ và tên"},
                        {"code": "day", "label": "Ngày", "kind": "date"},
                    ],
                },
            ],
        }
    ],
    "checks": [
        {"left": "guided", "right": "households", "message": "Không lớn hơn số hộ."},
        {"left": "households", "jump": 50, "severity": "warning"},
    ],
    "roster_appendix": True,
}
INDICATORS = {each["code"]: index for index, each in enumerate(FORM["sections"][0]["indicators"])}


def place_of(path: tuple) -> tuple:
    """An indicator may be named by its code."""
    return ("sections", 0, "indicators", INDICATORS[path[0]]) if path and path[0] in INDICATORS else path


def changed(*path, **values) -> dict:
    """FORM with values changed in the part at `path`."""
    form = copy.deepcopy(FORM)
    part = form
    for key in place_of(path):
        part = part[key]
    part.update(values)
    return form


def found_in(data: object) -> list[tuple[str, str]]:
    try:
        parse(data)
    except DefinitionError as error:
        return [(each.place, each.text) for each in error.found]
    return []


def test_a_sound_form_is_read_whole_and_written_as_it_was():
    definition = parse(FORM)
    assert definition.by_code["guided_rate"].is_derived
    assert definition.by_code["guided_rate"].target == 80
    assert [each.kind for each in definition.by_code["people"].columns] == [Kind.TEXT, Kind.DATE]
    assert parse(to_json(definition)) == definition
    assert to_json(definition) == FORM
    assert json.loads(json.dumps(to_json(definition))) == FORM


WRONG = {  # path of the part, what is changed in it, what is told
    "no indicators": ((), {"sections": [], "checks": []}, "chưa có chỉ tiêu nào"),
    "no heading": (("sections", 0), {"heading": " "}, "chưa có tên mục"),
    "level 4": (("sections", 0), {"level": 4}, "cấp phải là 1, 2 hoặc 3"),
    "level yes": (("sections", 0), {"level": True}, "cấp phải là một số"),
    "code in capitals": (("how",), {"code": "Hinh-thuc"}, "phải là chữ thường"),
    "no code": (("how",), {"code": ""}, "chưa có mã"),
    "code twice": (("how",), {"code": "both"}, "dùng hai lần"),
    "code of ours": (("how",), {"code": "commune"}, "đã dành cho câu mẫu"),
    "no label": (("how",), {"label": None}, "chưa có tên chỉ tiêu"),
    "kind unknown": (("how",), {"kind": "colour"}, "kiểu “colour” không có"),
    "one choice": (("how",), {"choices": ["Có", "Có"]}, "ít nhất hai lựa chọn"),
    "choices no list": (("how",), {"choices": "Có, không"}, "phải là một danh sách"),
    "no columns": (("people",), {"columns": []}, "bảng chưa có cột"),
    "column of files": (("people",), {"columns": [{"code": "a", "label": "A", "kind": "file"}]}, "chữ, số hoặc ngày"),
    "column twice": (("people",), {"columns": [{"code": "a", "label": "A"}] * 2}, "hai cột cùng mã"),
    "target in words": (("guided_rate",), {"target": "tám mươi"}, "mục tiêu phải là một số"),
    "target not finite": (("guided_rate",), {"target": float("nan")}, "mục tiêu phải là một số"),
    "target of a text": (("text",), {"target": 80}, "mới có mục tiêu"),
    "draft of a number": (("households",), {"draft": "Có"}, "đoạn văn mới có câu gợi ý"),
    "half a rate": (("guided_rate",), {"rate_over": ""}, "cả tử số và mẫu số"),
    "rate of an unknown": (("guided_rate",), {"rate_of": "nobody"}, "“nobody” không có"),
    "rate of a text": (("guided_rate",), {"rate_of": "text"}, "chỉ tính được từ các số"),
    "rate as a number": (("guided_rate",), {"kind": "number"}, "phải có kiểu “tỷ lệ”"),
    "rate of itself": (("guided_rate",), {"rate_of": "households"}, "một mã hai lần"),
    "rate with a source": (("guided_rate",), {"source": "register.coverage"}, "không lấy nguồn"),
    "rate required": (("guided_rate",), {"required": True}, "không đặt bắt buộc"),
    "sum of itself": (("both",), {"sum_of": ["both"]}, "tính vòng tròn"),
    "draft with unknown": (("text",), {"draft": "Có {nobody}"}, "“nobody” không có"),
    "draft with itself": (("text",), {"draft": "Có {text}"}, "nhắc tới chính chỉ tiêu này"),
    "draft with a table": (("text",), {"draft": "Có {people}"}, "không đặt được vào câu"),
    "draft with one brace": (("text",), {"draft": "Có {guided"}, "không đi thành cặp"),
    "draft with words": (("text",), {"draft": "Có {số hộ}"}, "không phải mã chỉ tiêu"),
    "line with unknown": (("guided",), {"line": "{value} của {nobody}"}, "câu in ra nhắc tới mã “nobody”"),
    "subject with unknown": ((), {"subject": "Kết quả {nobody}"}, "trích yếu nhắc tới mã “nobody”"),
    "opening with value": ((), {"opening": "Có {value}"}, "đoạn mở đầu nhắc tới mã “value”"),
    "check of nothing": (("checks", 0), {"left": ""}, "chưa chọn chỉ tiêu"),
    "check of an unknown": (("checks", 0), {"right": "nobody"}, "“nobody” không có"),
    "check of a text": (("checks", 0), {"left": "text"}, "chỉ so sánh được số và tỷ lệ"),
    "check of both kinds": (("checks", 0), {"left": "guided_rate"}, "không so được số với tỷ lệ"),
    "check with itself": (("checks", 0), {"right": "guided"}, "với chính nó"),
    "check in two ways": (("checks", 0), {"jump": 50}, "cần đúng một trong hai"),
    "check in no way": (("checks", 0), {"right": None}, "cần đúng một trong hai"),
    "jump backwards": (("checks", 1), {"jump": -5}, "lớn hơn 0"),
    "label too long": (("how",), {"label": "x" * 301}, "dài quá 300 ký tự"),
    "choices no texts": (("how",), {"choices": [1, "Có", "Không"]}, "các lựa chọn phải là chữ"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_once_at_its_place(case):
    path, values, told = WRONG[case]
    place = ".".join(map(str, place_of(path)))
    assert [where for where, said in found_in(changed(*path, **values)) if told in said] == [place]


RIGHT = {
    "check with a number": (("checks", 0), {"right": 5000}),
    "rate typed": (("guided_rate",), {"rate_of": "", "rate_over": ""}),
    "line with its value": (("guided",), {"line": "Đã hướng dẫn {value} hộ trên {households}."}),
    "draft with the cut-off": (("text",), {"draft": "Đến hết ngày {cutoff}, {commune} có {guided_rate}."}),
    "no level": (("sections", 0), {"level": None}),
    "heading with a brace": (("sections", 0), {"heading": "I. {"}),
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_is_taken(case):
    path, values = RIGHT[case]
    assert found_in(changed(*path, **values)) == []


def test_a_circle_of_sums_is_told_for_each_of_its_members_and_ends():
    form = changed("both", sum_of=["more"])
    form["sections"][0]["indicators"].append(
        {"code": "more", "label": "Thêm", "kind": "number", "sum_of": ["both", "households"]}
    )
    assert [where for where, said in found_in(form) if "vòng tròn" in said] == [
        "sections.0.indicators.3",
        "sections.0.indicators.7",
    ]


def test_all_problems_come_at_once():
    form = changed("how", choices=[], code="?")
    form["sections"].append({"heading": "", "level": 9, "indicators": [7]})
    form["checks"].append("so sánh")
    places = {place for place, _ in found_in(form)}
    assert places == {"sections.0.indicators.4", "sections.1", "sections.1.indicators.0", "checks.2"}


def test_text_is_cleaned_and_keeps_its_lines():
    form = changed("text", draft="  Dòng một\u200b \r\nDo\u0300ng hai\x00 ")
    assert parse(form).by_code["text"].draft == "Dòng một\nDòng hai"


def test_codes_are_found_in_the_order_they_stand():
    assert codes_in("{b} và {a}, lại {b}") == ["b", "a", "b"]
    assert codes_in("không có gì") == []


# Any JSON at all ------------------------------------------------------------------------------------------------------

WORDS = [
    *dict.fromkeys(key for part in (FORM, FORM["sections"][0]) for key in part),
    *("code", "label", "kind", "sum_of", "choices", "columns", "draft", "left", "right", "jump", "target", "rate_of"),
    *("number", "text", "table", "rate", "households", "{households}", "{", "commune"),
]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=30,
)


def parts_of(value: object, path: tuple = ()) -> list[tuple]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, inner in pairs for each in parts_of(inner, (*path, key)))]


PATHS = parts_of(FORM)[1:]


def reads_or_tells(data: object) -> Definition | None:
    try:
        definition = parse(data)
    except DefinitionError as error:
        assert error.problems
        return None
    assert parse(to_json(definition)) == definition
    return definition


@given(anything)
@settings(max_examples=400, deadline=None)
def test_any_json_is_read_or_told(data):
    reads_or_tells(data)


@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=3))
@settings(max_examples=800, deadline=None)
def test_a_form_with_anything_in_any_place_is_read_or_told(changes):
    form = copy.deepcopy(FORM)
    for path, value in changes:
        part = form
        try:
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] = value
        except (LookupError, TypeError):
            continue  # an earlier change took the place away
    reads_or_tells(form)
