"""The report on paper and as a workbook."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from cdt_portal.lib.documents.parts import Heading, Paragraph, Run, Table
from reporting.definition import Column, Indicator, Kind
from reporting.figures import (
    CommuneRow,
    Line,
    Paper,
    ProvinceFigures,
    ReportFigures,
    SectionFigures,
    TeamRoster,
    Total,
    from_json,
    to_json,
)
from reporting.layouts.report import line_blocks, report_document, roster_table
from reporting.layouts.report_sheet import write_report_sheets
from tests.reporting.figures.makers import write as answer

PAPER = Paper(
    issuer_parent=(),
    issuer=("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"),
    symbol="BC-UBND",
    place="Cát Hải",
    title="BÁO CÁO",
    subject="Kết quả",
    addressees=("Sở Khoa học và Công nghệ",),
    opening="Ủy ban nhân dân đặc khu Cát Hải báo cáo như sau:",
    signer_titles=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer_name="Vũ Hữu Vững",
    recipients=("Sở Khoa học và Công nghệ", "Lưu: VT, VHXH"),
    roster_appendix=True,
)
DOCUMENTS = (Column("text", "Văn bản"), Column("date", "Ngày", Kind.DATE), Column("subject", "Trích yếu"))
ROWS = [
    {"text": "Quyết định số 1907", "date": "2025-10-31", "subject": "thành lập Tổ"},
    {"text": "Công văn số 1688/VHXH", "date": "2025-03-05", "subject": "tập huấn."},
]


def line(kind: Kind, value: object, **more) -> Line:
    return Line(Indicator(code="asked", label="Số người", kind=kind, **more), value)


def said(each: Line) -> list[str]:
    return ["".join(run.text for run in block.runs) for block in line_blocks(each)]


def figures(*lines: Line, roster: tuple[TeamRoster, ...] = ()) -> ReportFigures:
    sections = (SectionFigures("one", "I. KẾT QUẢ", 1, lines),)
    return ReportFigures(
        "11914", "Đặc khu Cát Hải", "Báo cáo theo CV 4675", date(2025, 7, 31), sections, PAPER, roster=roster
    )


@pytest.mark.parametrize(
    ("each", "reads"),
    [
        (line(Kind.NUMBER, 1440, unit="người"), ["- Số người: 1.440 người."]),
        (line(Kind.NUMBER, 0, unit="người"), ["- Số người: 0 người."]),
        (line(Kind.NUMBER, None, unit="người", line="Có {value} người."), ["- Số người: chưa có số liệu."]),
        (line(Kind.NUMBER, 58, line="- Trên địa bàn: Có {value} thôn."), ["- Trên địa bàn: Có 58 thôn."]),
        (line(Kind.NUMBER, 58, line="Có {value} thôn.\nTất cả."), ["Có 58 thôn.", "Tất cả."]),
        (line(Kind.RATE, 100.0, unit="%"), ["- Số người: 100%."]),
        (line(Kind.DATE, "2025-10-31"), ["- Số người: 31/10/2025."]),
        (line(Kind.LINK, None), ["- Số người: chưa có."]),
        (line(Kind.TEXT, None), []),
        (line(Kind.TEXT, "<p>Một</p><ul><li>hai</li></ul>"), ["Một", "- hai"]),
        (
            line(Kind.TABLE, ROWS, columns=DOCUMENTS),
            [
                "Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ; "
                "Công văn số 1688/VHXH ngày 05/3/2025 về việc tập huấn."
            ],
        ),
        (line(Kind.TABLE, ROWS[:1], columns=DOCUMENTS, line="- Đã có: {value}."), [
            "- Đã có: Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ."
        ]),
    ],
)  # fmt: skip
def test_an_answer_reads_as_its_line_says(each, reads):
    assert said(each) == reads


def test_addresses_are_links_on_paper():
    addresses = line(Kind.LINK, "https://zalo.me/g/a\nhttps://zalo.me/g/b", line="Nhóm: {value}.")
    first, second = ("https://zalo.me/g/a", "https://zalo.me/g/b")
    runs = (Run("Nhóm: "), Run(first, href=first), Run(", "), Run(second, href=second), Run("."))
    assert list(line_blocks(addresses)) == [Paragraph(runs)]


def test_another_table_is_a_table():
    columns = (Column("name", "Lớp"), Column("people", "Số người", Kind.NUMBER))
    label, table = line_blocks(line(Kind.TABLE, [{"name": "AI", "people": 1440}], columns=columns))
    assert label.runs[0].text == "- Số người:"
    assert isinstance(table, Table)
    assert [cell.text for cell in table.head[0]] == ["TT", "Lớp", "Số người"]
    assert (table.body, table.align) == ((("1", "AI", "1.440"),), "clr")
    assert sum(table.widths) == pytest.approx(1)


def test_the_paper_has_its_parts_and_the_clerks_blanks():
    document = report_document(figures(line(Kind.NUMBER, 58)))
    assert (document.number, document.day) == ("", None)
    assert (document.issuer.name, document.symbol, document.place) == (PAPER.issuer, "BC-UBND", "Cát Hải")
    assert (document.signature.titles, document.signature.name) == (PAPER.signer_titles, "Vũ Hữu Vững")
    opening, heading, said = document.blocks
    assert opening.runs[0].text == PAPER.opening
    assert heading == Heading(1, "I. KẾT QUẢ")
    assert said.runs[0].text == "- Số người: "
    assert document.appendices == ()


def test_a_section_in_which_nothing_was_written_says_so_below_its_heading():
    asked = figures(line(Kind.TEXT, None))
    assert [block.runs[0].text for block in report_document(asked).blocks[2:]] == ["Chưa có nội dung báo cáo."]
    above = replace(asked, sections=(SectionFigures("all", "I. KẾT QUẢ", 1, ()), *asked.sections))
    texts = [block.text if isinstance(block, Heading) else "" for block in report_document(above).blocks[1:]]
    assert texts == ["I. KẾT QUẢ", "I. KẾT QUẢ", ""]  # a heading that only has others below it asks for nothing


def test_the_roster_is_an_appendix_that_the_text_speaks_of():
    two = TeamRoster("Tổ Thôn 1", ("Thôn 1", "Thôn 2"), "01/QĐ-UBND", (("An", "Tổ trưởng"), ("Hoa", "Thành viên")))
    document = report_document(figures(roster=(two, TeamRoster("Tổ Thôn 3", (), "", ()))))
    assert "tại Phụ lục kèm theo" in document.blocks[1].runs[0].text  # above the first heading
    (appendix,) = document.appendices
    assert appendix.reference == (
        "(Kèm theo Báo cáo số …/BC-UBND ngày … tháng … năm … của Ủy ban nhân dân đặc khu Cát Hải)"
    )
    day, table = appendix.blocks
    assert day.runs[0].text == "Số liệu đến hết ngày 31/7/2025."
    assert table.body == (
        ("1", "Tổ Thôn 1", "Thôn 1, Thôn 2", "01/QĐ-UBND", "An", "Tổ trưởng"),
        ("", "", "", "", "Hoa", "Thành viên"),
        ("2", "Tổ Thôn 3", "", "", "", ""),
    )
    assert [len(group) for group in table.groups()] == [2, 1]


def test_a_team_too_large_for_one_page_is_named_again():
    members = tuple((f"Người {number}", "Thành viên") for number in range(45))
    groups = roster_table((TeamRoster("Tổ Thôn 1", ("Thôn 1",), "01/QĐ-UBND", members),)).groups()
    assert [len(group) for group in groups] == [20, 20, 5]
    assert [group[0][:2] for group in groups] == [("1", "Tổ Thôn 1"), *[("1", "Tổ Thôn 1 (tiếp)")] * 2]


def test_the_workbook_keeps_numbers_as_numbers():
    lines = (
        Line(Indicator("a", "Số thành viên", Kind.NUMBER, unit="người", source="register.members"), 5, 4, "Vì", 3),
        Line(Indicator("b", "Tỷ lệ", Kind.RATE), 99.99999667, previous=66.665),
        Line(Indicator("c", "Chưa có", Kind.NUMBER), None),
        Line(Indicator("d", "Văn bản", Kind.TABLE, columns=DOCUMENTS), ROWS),
        Line(Indicator("e", "Lời", Kind.TEXT), "<p>=1+1</p>"),
    )
    roster = (TeamRoster("Tổ Thôn 1", ("Thôn 1",), "01/QĐ-UBND", (("An", "Tổ trưởng"), ("Hoa", "Thành viên"))),)
    target = BytesIO()
    write_report_sheets(target, figures(*lines, roster=roster))
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Số liệu", "Văn bản", "Danh sách tổ"]
    rows = [[cell.value for cell in row] for row in book["Số liệu"].iter_rows(min_row=4)]
    assert rows[0] == [1, "I. KẾT QUẢ", "Số thành viên", "người", 5, 3, 4, None, "Vì"]
    assert rows[1][3:6] == ["%", 99.99, 66.67]
    assert rows[2][4] is None
    assert rows[3][7] == "Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ; " + said(lines[3])[0].split("; ")[1]
    assert rows[4][7] == "=1+1"
    assert book["Số liệu"]["H8"].data_type != "f"
    assert [cell.value for cell in book["Văn bản"][4]] == [1, "Quyết định số 1907", "31/10/2025", "thành lập Tổ"]
    assert [cell.value for cell in book["Danh sách tổ"][5]][4:] == ["Hoa", "Thành viên"]


@pytest.mark.parametrize(("format", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_command_writes_each_format(report, teams, tmp_path, format, begins, capsys):
    answer(report, people=1440)
    target = tmp_path / f"bao-cao.{format}"
    call_command("report_render", campaign="cv-4675", commune="11914", format=format, output=target)
    assert target.read_bytes().startswith(begins)
    assert "DỰ THẢO Báo cáo cv-4675" in capsys.readouterr().out


def test_the_command_says_what_it_does_not_find(report, tmp_path):
    with pytest.raises(CommandError, match="Không có báo cáo của xã 10729"):
        call_command("report_render", campaign="cv-4675", commune="10729", format="xlsx", output=tmp_path / "a.xlsx")
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("report_render", campaign="cv-4675", commune="11914", format="xlsx", output=tmp_path)


def test_a_provinces_figures_come_back_from_json_too():
    asked = Indicator("skill", "Mức độ", Kind.CHOICE, choices=("Tốt", "Khá"), target=80.0)
    row = CommuneRow("11914", "Đặc khu Cát Hải", "Đã nộp", {"skill": "Tốt", "documents": ROWS}, on_time=True)
    found = ProvinceFigures(
        province="Thành phố Hải Phòng",
        campaign="Báo cáo theo CV 4675",
        as_of=date(2025, 12, 31),
        totals=(Total(asked, None, 1, 2, counts=(("Tốt", 1), ("Khá", 0))),),
        rows=(row, CommuneRow("10729", "Phường Trần Liễu", "Chưa bắt đầu")),
        missing=("Phường Trần Liễu",),
    )
    assert from_json(json.loads(json.dumps(to_json(found))), ProvinceFigures) == found
