import pytest

from teams.intake.headings import FIELD_LABELS, find_heading, meaning
from teams.intake.reader import RawSheet
from tests.workbooks.builders import HEADING, nfd, people


def _sheet(*rows):
    return RawSheet("Trang 1", [(number, ["" if cell is None else cell for cell in row]) for number, row in rows])


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("STT", "number"),
        ("Số TT", "number"),
        ("Tên Phường\\xã", "commune"),
        ("Phường/Xã", "commune"),
        ("Xã, phường, đặc khu", "commune"),
        ("Đơn vị (xã/phường)", "commune"),
        ("Tên Tổ", "team"),
        ("Tổ CNSCĐ", "team"),
        ("Tên tổ công nghệ số cộng đồng", "team"),
        ("Tên thôn/TDP", "team"),
        ("Số Quyết định", "decision"),
        ("Quyết định thành lập Tổ (số, ngày)", "decision"),
        ("Ngày ban hành", "decision_date"),
        ("Họ và tên", "full_name"),
        ("HỌ TÊN:", "full_name"),
        ("Thành viên", "full_name"),
        ("Chức danh", "role"),
        ("Vai trò trong tổ", "role"),
        ("SĐT", "phone"),
        ("Điện thoại di động", "phone"),
        ("Số ĐT liên hệ", "phone"),
        ("Thành phần/Đơn vị", "organization"),
        ("Đơn vị công tác", "organization"),
        ("Ghi chú (link Zalo)", "note"),
        ("cdt-member-list/1", "row_id"),
        ("Giới tính", ""),
        ("Số thành viên", ""),
        ("Số tổ", ""),
        ("Thôn 1", ""),
        ("Tổ trưởng", ""),
        ("Danh sách thành viên Tổ công nghệ số cộng đồng", ""),
    ],
)
def test_a_heading_means(heading, field):
    assert meaning(heading)[0] == field
    assert meaning(nfd(heading).upper() if field != "row_id" else heading)[0] == field


def test_every_official_heading_is_understood():
    assert [meaning(text)[0] for text in HEADING] == [
        "number",
        "commune",
        "team",
        "decision",
        "full_name",
        "role",
        "phone",
        "note",
    ]
    assert all(meaning(label)[0] == field for field, label in FIELD_LABELS.items())


def test_the_surer_of_two_columns_is_taken_and_the_other_told_as_unused():
    heading = find_heading(_sheet((1, [*HEADING, "Chức vụ công tác", "Thôn"])), team_required=True)
    assert heading.texts["role"] == "Chức vụ trong tổ"
    assert heading.texts["team"] == "Tên Tổ"
    assert heading.unused == ("Chức vụ công tác", "Thôn")
    assert heading.doubled == ()


@pytest.mark.parametrize(
    ("field", "best", "others"),
    [
        ("role", "Chức vụ trong tổ", ["Vai trò", "Chức danh", "Chức vụ"]),
        ("role", "Vai trò", ["Chức vụ"]),
        ("phone", "Điện thoại di động", ["Điện thoại cơ quan"]),
        ("phone", "Di động", ["Số điện thoại liên hệ"]),
        ("phone", "Số điện thoại liên hệ", ["Điện thoại cơ quan"]),
    ],
)
def test_of_two_columns_the_more_specific_is_taken_in_either_order(field, best, others):
    for other in others:
        for pair in ([other, best], [best, other]):
            heading = find_heading(_sheet((1, ["Tên Tổ", "Họ tên", *pair, "Ghi chú"])), team_required=True)
            assert heading.texts[field] == best
            assert heading.unused == (other,)
            assert heading.doubled == ()


def test_two_equal_columns_are_told():
    heading = find_heading(_sheet((1, [*HEADING, "Số điện thoại"])), team_required=True)
    assert heading.doubled == ("phone",)
    assert heading.columns["phone"] == 6


def test_the_heading_is_not_looked_for_below_thirty_rows_of_text():
    filler = [(number, ["Căn cứ"]) for number in range(1, 30)]
    assert find_heading(_sheet(*filler, (30, HEADING)), team_required=True).first_row == 30


def test_the_team_column_may_be_absent_where_the_page_supplies_the_team():
    heading = find_heading(_sheet((1, ["Họ tên", "Chức vụ", "SĐT"]), (2, people()[0][4:7])), team_required=False)
    assert set(heading.columns) == {"full_name", "role", "phone"}
