"""The province's report on paper and as a workbook."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from cdt_portal.lib.documents.parts import Document, Heading, Paragraph, Table
from reporting.definition import parse
from reporting.models import Campaign, DirectiveLetter, ProvinceReport
from reporting.queries.consolidation import figures_of, province_paper
from reporting.services import consolidation, province_rendering, reports
from reporting.services.province_rendering import province_bytes
from reporting.services.snapshots import checksum
from teams.models import Letterhead
from tests.reporting.province.makers import send
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(sent, campaign, staff) -> ProvinceReport:
    consolidation.consolidate(campaign=campaign)
    words = {"section": "results", "html": "<p>Kết quả <b>tốt</b>.</p>", "seen": "", "by": staff}
    consolidation.save_words(campaign=campaign, **words)
    return ProvinceReport.objects.get()


def document(report: ProvinceReport) -> Document:
    definition = parse(report.campaign.form_version.definition)
    return province_rendering._document(report, definition)


def said(block) -> str:
    return "".join(run.text for run in block.runs) if isinstance(block, Paragraph) else block.text


def test_the_same_form_in_the_departments_name(report):
    paper = document(report)
    assert paper.issuer.parent == ("UBND THÀNH PHỐ HẢI PHÒNG",)
    assert (paper.issuer.name, paper.symbol) == (("SỞ KHOA HỌC VÀ CÔNG NGHỆ",), "BC-SKHCN")
    assert paper.addressees == ("Ủy ban nhân dân thành phố Hải Phòng",)
    texts = [said(block) for block in paper.blocks]
    assert texts[0].startswith(
        "Trên cơ sở báo cáo của 2/3 xã, phường, đặc khu trên địa bàn thành phố Hải Phòng theo Công văn số 4675/"
    )
    assert [block.text for block in paper.blocks if isinstance(block, Heading)] == [
        "I. CÔNG TÁC CHỈ ĐẠO",
        "II. KẾT QUẢ",
        "III. ĐỀ XUẤT, KIẾN NGHỊ",
    ]
    assert "- Số người được hướng dẫn: 400 người (2/3 đơn vị đã báo cáo)." in texts
    assert "- Tỷ lệ: 20% (2/3 đơn vị đã báo cáo)." in texts
    assert "- Mức độ: Tốt: 1 đơn vị; Khá: 1 đơn vị; Trung bình: 0 đơn vị (2/3 đơn vị đã báo cáo)." in texts
    assert "- Số thôn, tổ dân phố: chưa có số liệu (0/3 đơn vị đã báo cáo)." in texts
    assert "- Nhóm Zalo: 0/3 đơn vị đã báo cáo." in texts
    assert "Kết quả tốt." in texts
    assert texts.count("Nội dung do từng đơn vị báo cáo tại Phụ lục II.") == 1  # the department wrote none there
    assert texts[2] == "Các đơn vị chưa báo cáo (1/3): Xã Cường."  # before the figures that are without it


def test_the_communes_figures_and_texts_stand_in_appendices(report):
    figures, texts = document(report).appendices
    assert (figures.label, figures.landscape, texts.label) == ("Phụ lục I", True, "Phụ lục II")
    reference = "(Kèm theo Báo cáo số …/BC-SKHCN ngày … tháng … năm … của Sở Khoa học và Công nghệ)"
    assert {figures.reference, texts.reference} == {reference}
    table = next(block for block in figures.blocks if isinstance(block, Table))
    assert table.body == (
        ("1", "Xã An", "", "100", "50", "50%"),
        ("2", "Xã Bình", "", "300", "30", "10%"),
        ("3", "Xã Cường (chưa nộp)", "", "", "", ""),
        ("", "Tổng", "", "400", "80", "20%"),
        ("", "Đã báo cáo", "0/3", "2/3", "2/3", "2/3"),
    )
    assert [said(block) for block in texts.blocks] == ["III. ĐỀ XUẤT, KIẾN NGHỊ", "Xã An", "Thêm máy"]


def test_the_body_refers_to_every_appendix_and_one_alone_has_no_number(report, sent, campaign, staff):
    several = "Số liệu theo từng đơn vị tại Phụ lục I; nội dung báo cáo của các đơn vị tại Phụ lục II kèm theo"
    assert said(document(report).blocks[1]) == f"{several} Báo cáo này."
    reports.return_(report=sent[0], by=staff, note="Sửa.")  # the only one with words of its own
    consolidation.consolidate(campaign=campaign)
    paper = document(ProvinceReport.objects.get())
    assert [each.label for each in paper.appendices] == ["Phụ lục"]
    assert said(paper.blocks[1]) == "Số liệu theo từng đơn vị tại Phụ lục kèm theo Báo cáo này."


def test_when_all_have_reported_nobody_is_listed(report, campaign, communes):
    send(campaign, communes[2])
    consolidation.consolidate(campaign=campaign)
    assert said(document(ProvinceReport.objects.get()).blocks[2]) == "Tất cả các đơn vị được yêu cầu đã báo cáo."


def test_a_section_of_which_nobody_wrote_says_so_below_its_heading(campaign, communes):
    send(campaign, communes[0], people="1000")
    consolidation.consolidate(campaign=campaign)
    texts = [said(block) for block in document(ProvinceReport.objects.get()).blocks]
    assert texts[texts.index("III. ĐỀ XUẤT, KIẾN NGHỊ") + 1] == "Chưa có nội dung báo cáo."
    assert texts.count("Chưa có nội dung báo cáo.") == 1


def test_who_sent_and_is_writing_again_is_told_apart_from_who_never_sent(report, sent, campaign, staff):
    reports.return_(report=sent[0], by=staff, note="Sửa.")
    consolidation.consolidate(campaign=campaign)
    paper = document(ProvinceReport.objects.get())
    assert [said(block) for block in paper.blocks[2:4]] == [
        "Các đơn vị chưa báo cáo (1/3): Xã Cường.",
        "Các đơn vị đã nộp, đang hoàn thiện báo cáo (1/3): Xã An.",
    ]
    table = next(block for block in paper.appendices[0].blocks if isinstance(block, Table))
    assert [row[1] for row in table.body[:3]] == ["Xã An (đang hoàn thiện)", "Xã Bình", "Xã Cường (chưa nộp)"]


def test_a_periodic_report_names_its_own_ground(report):
    campaign = Campaign.objects.get()
    campaign.letter = None
    opening = province_paper(campaign, figures_of(report)).opening
    assert opening.startswith("Thực hiện chế độ báo cáo định kỳ, trên cơ sở báo cáo của 2/3 xã")


@pytest.mark.parametrize(
    ("issuer", "begins"),
    [
        ("Sở Khoa học và Công nghệ thành phố Hải Phòng", "Trên cơ sở báo cáo của 2/3"),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Trên cơ sở báo cáo của 2/3"),
        ("Ủy ban nhân dân thành phố Hải Phòng", "Thực hiện Công văn số 4675/SKHCN-CNTT"),
    ],
)
def test_the_department_does_not_carry_out_its_own_letter(issuer, begins, report):
    campaign = Campaign.objects.get()
    campaign.letter.issuer = issuer
    opening = province_paper(campaign, figures_of(report)).opening
    assert opening.startswith(begins)
    assert opening.count("Công văn số 4675/SKHCN-CNTT") == 1


def sheets(report: ProvinceReport) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(province_bytes(report, "xlsx")[0]))


def test_the_workbook_has_a_row_a_commune_below_two_rows_of_headings(report):
    sheet = sheets(report)["Tổng hợp"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:6] == ["TT", "Đơn vị", "Tình trạng", "Đúng hạn", "I. CÔNG TÁC CHỈ ĐẠO", "II. KẾT QUẢ"]
    assert rows[1][4:9] == [
        "Văn bản đã ban hành",
        "Số thôn, tổ dân phố",
        "Số người được hướng dẫn (người)",
        "Số người làm được (người)",
        "Tỷ lệ (%)",
    ]
    assert rows[2][:10] == [1, "Xã An", "Đã nộp", "Trễ hạn", None, None, 100, 50, 50, None]
    assert rows[4][:10] == [3, "Xã Cường", "Chưa nộp", None, None, None, None, None, None, None]
    assert rows[5][:11] == [None, "TỔNG", *[None] * 4, 400, 80, 20, None, "Tốt: 1; Khá: 1; Trung bình: 0"]
    assert rows[6][:11] == [None, "Đã báo cáo", "2/3", None, "0/3", "0/3", "2/3", "2/3", "2/3", "0/3", "2/3"]
    assert len(rows) == 7
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A3:A4", "B3:B4", "F3:M3", "A1:M1"} <= merged
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$3:$4")


def test_a_column_shows_decimals_where_a_figure_has_any(hai_phong, communes):
    lengths = [{"code": code, "label": code, "kind": "number", "unit": "km"} for code in ("whole", "parts")]
    section = {"code": "a", "heading": "I. KẾT QUẢ", "level": 1, "indicators": lengths}
    form = SMALL_FORM | {"sections": [section, SMALL_FORM["sections"][1]], "checks": []}
    campaign = make_campaign(hai_phong, version=make_version(form))
    send(campaign, communes[0], whole="1.500", parts="2,5")
    send(campaign, communes[1], whole="3", parts="1")
    consolidation.consolidate(campaign=campaign)
    sheet = sheets(ProvinceReport.objects.get(campaign=campaign))["Tổng hợp"]
    assert [(cell.value, cell.number_format) for cell in sheet[5][4:6]] == [(1500, "#,##0"), (2.5, "#,##0.0#")]
    assert [(cell.value, cell.number_format) for cell in sheet[8][4:6]] == [(1503, "#,##0"), (3.5, "#,##0.0#")]


def test_the_texts_stand_on_a_sheet_of_their_own(report):
    rows = list(sheets(report)["Nội dung"].iter_rows(min_row=4, values_only=True))
    assert rows == [(1, "III. ĐỀ XUẤT, KIẾN NGHỊ", "Đề xuất, kiến nghị", "Xã An", "Thêm máy")]


def test_the_rows_of_all_communes_tables_stand_in_one(report, campaign, communes):
    assert sheets(report).sheetnames == ["Tổng hợp", "Nội dung"]  # nobody filled the table
    rows = [{"text": "Quyết định số 1", "date": "31/10/2025"}, {"text": "Quyết định số 2"}]
    send(campaign, communes[2], documents=rows)
    consolidation.consolidate(campaign=campaign)
    report = ProvinceReport.objects.get()
    sheet = sheets(report)["Văn bản đã ban hành"]
    assert list(sheet.iter_rows(min_row=4, values_only=True)) == [
        (1, "Xã Cường", "Quyết định số 1", "31/10/2025", None),
        (2, None, "Quyết định số 2", None, None),
    ]
    label, table = document(report).appendices[0].blocks[1:3]
    assert label.text == "Văn bản đã ban hành"
    assert table.body == (
        ("1", "Xã Cường", "Quyết định số 1", "31/10/2025", ""),
        ("2", "Xã Cường", "Quyết định số 2", "", ""),
    )


def test_words_that_look_like_formulas_stay_words(report, campaign, communes):
    send(campaign, communes[2], proposals="<p>=1+1</p>", documents=[{"text": "=cmd|' /C calc'!A1", "subject": "@x"}])
    consolidation.consolidate(campaign=campaign)
    book = sheets(ProvinceReport.objects.get())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_the_name_says_that_it_is_a_draft_until_it_is_locked(report, campaign, staff):
    assert province_bytes(report, "xlsx")[1] == "DỰ THẢO Tổng hợp cv-4675 – Thành phố Hải Phòng.xlsx"
    seen = {"version": report.version, "sha256": report.sha256}
    consolidation.lock_province(campaign=campaign, by=staff, **seen)
    report = ProvinceReport.objects.get()
    assert province_bytes(report, "xlsx")[1] == "Tổng hợp cv-4675 – Thành phố Hải Phòng.xlsx"


def test_a_locked_report_keeps_the_head_the_letter_and_the_signer_of_that_day(report, campaign, staff):
    def renamed(name: str) -> Document:
        DirectiveLetter.objects.update(subject=name)
        Letterhead.objects.update_or_create(province=campaign.province, commune=None, defaults={"signer_name": name})
        return document(ProvinceReport.objects.select_related("campaign__letter").get())

    draft = renamed("Nguyễn Văn Một")
    assert (draft.signature.name, "Nguyễn Văn Một" in said(draft.blocks[0])) == ("Nguyễn Văn Một", True)
    seen = {"version": report.version, "sha256": report.sha256}
    consolidation.lock_province(campaign=Campaign.objects.get(), by=staff, **seen)
    assert renamed("Trần Thị Hai") == draft
    locked = ProvinceReport.objects.get()
    assert locked.sha256 == checksum(locked.content, []) != report.sha256


@pytest.mark.parametrize(("format", "magic"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_command_adds_up_and_writes_the_file(format, magic, sent, tmp_path: Path, capsys):
    target = tmp_path / f"tinh.{format}"
    arguments = ("--campaign", "cv-4675", "--province", "31", "--format", format, "--output", str(target))
    call_command("report_render", *arguments)
    assert target.read_bytes().startswith(magic)
    assert "Thành phố Hải Phòng" in capsys.readouterr().out
    assert ProvinceReport.objects.count() == 1


def test_the_command_says_what_it_did_not_find(campaign, tmp_path):
    output = str(tmp_path / "a.pdf")
    with pytest.raises(CommandError, match="Không có đợt cv-4675 đã mở ở tỉnh 38"):
        call_command(
            "report_render", "--campaign", "cv-4675", "--province", "38", "--format", "pdf", "--output", output
        )
    with pytest.raises(CommandError):
        call_command("report_render", "--campaign", "cv-4675", "--format", "pdf", "--output", output)
