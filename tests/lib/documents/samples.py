"""The report of Cát Hải, shortened, as the portal writes it; and other papers to try the renderers with."""

from dataclasses import replace
from datetime import date

from cdt_portal.lib.documents.parts import (
    Appendix,
    Cell,
    Document,
    Heading,
    Issuer,
    Paragraph,
    Run,
    Signature,
    Table,
)
from cdt_portal.lib.richtext import parse


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


ROSTER = Table(
    head=(
        (Cell("TT", rows=2), Cell("Họ và tên", rows=2), Cell("Tổ", columns=2), Cell("Ghi chú", rows=2)),
        (Cell("Tên tổ"), Cell("Chức vụ")),
    ),
    body=tuple(
        (str(number), f"Nguyễn Thị Thùy Dương {number}", f"Thôn {number % 58 + 1}", "Thành viên", "")
        for number in range(1, 91)
    ),
    widths=(1, 4, 3, 2, 2),
    align="clllr",
)

CAT_HAI = Document(
    issuer=Issuer(name=("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI")),
    symbol="BC-UBND",
    place="Cát Hải",
    title="BÁO CÁO",
    subject="Kết quả triển khai phát huy hiệu quả của các\nTổ công nghệ số cộng đồng trong hỗ trợ người dân",
    addressees=("Sở Khoa học và Công nghệ thành phố Hải Phòng",),
    legal_bases=(
        "Căn cứ Nghị định số 09/2019/NĐ-CP ngày 24 tháng 01 năm 2019 của Chính phủ quy định về chế độ báo cáo của cơ "
        "quan hành chính nhà nước",
        "Thực hiện Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở Khoa học và Công nghệ",
    ),
    number="05",
    day=date(2026, 3, 5),
    blocks=(
        paragraph(
            "Thực hiện Công văn số 4675/SKHCN-CNTT ngày 19/12/2025 của Sở Khoa học và Công nghệ về việc thúc đẩy, "
            "phát huy hiệu quả của các Tổ công nghệ số cộng đồng trong hỗ trợ người dân. Ủy ban nhân dân đặc khu Cát "
            "Hải báo cáo kết quả thực hiện như sau:"
        ),
        Heading(1, "I. Công tác chỉ đạo, hướng dẫn triển khai thực hiện"),
        paragraph(
            "Quyết định số 1907 ngày 31/10/2025 về việc thành lập Tổ công nghệ số cộng đồng và Đội hỗ trợ chuyển đổi "
            "số phản ứng nhanh Ủy ban nhân dân đặc khu Cát Hải; Công văn số 1643/UBND-VHXH ngày 14/10/2025 về triển "
            "khai Cuộc thi “Công dân số Hải Phòng - sử dụng thông minh, sống an toàn”."
        ),
        Heading(1, "II. Kết quả thực hiện"),
        Heading(2, "1. Kiện toàn các Tổ công nghệ số cộng đồng"),
        *parse(
            "<ul><li>Số lượng thôn, tổ dân phố trên địa bàn: <b>58</b> thôn;</li>"
            "<li>Số lượng thành viên Tổ công nghệ số cộng đồng: <b>386</b> thành viên;</li>"
            '<li>Nhóm Zalo: <a href="https://zalo.me/g/xuubpv554">https://zalo.me/g/xuubpv554</a>.</li></ul>'
        ),
        Heading(3, "a) Số liệu theo loại tổ"),
        Table(
            head=((Cell("TT"), Cell("Chỉ tiêu"), Cell("Số lượng")),),
            body=(("1", "Tổ công nghệ số cộng đồng", "58"), ("2", "Đội hỗ trợ phản ứng nhanh", "1")),
            widths=(0.1, 0.6, 0.3),
            align="clr",
        ),
        paragraph("Danh sách thành viên tại Phụ lục I kèm theo."),
        Heading(2, "2. Bồi dưỡng, tập huấn nghiệp vụ"),
        paragraph(
            "Đến hết tháng 11/2025, Ủy ban nhân dân đặc khu đã đăng ký 1.440 người tham gia cuộc thi, thể hiện tinh "
            "thần hưởng ứng tích cực và ý thức trách nhiệm của đội ngũ trong tiến trình nâng cao năng lực, nhận "
            "thức về chuyển đổi số."
        ),
    ),
    signature=Signature(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Vũ Hữu Vững"),
    recipients=(
        "Sở Khoa học và Công nghệ",
        "CT, các PCT UBND Đặc khu",
        "C, PCVP HĐND và UBND Đặc khu",
        "Lưu: VT, VHXH",
    ),
    appendices=(
        Appendix(
            "Phụ lục I",
            "Danh sách thành viên Tổ công nghệ số cộng đồng",
            "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 3 năm 2026 của Ủy ban nhân dân đặc khu Cát Hải)",
            (ROSTER,),
            landscape=True,
        ),
        Appendix(
            "Phụ lục II",
            "Danh mục văn bản đã ban hành",
            "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 3 năm 2026 của Ủy ban nhân dân đặc khu Cát Hải)",
            (paragraph("Quyết định số 1907/QĐ-UBND ngày 31/10/2025."),),
        ),
    ),
)

DRAFT = replace(CAT_HAI, number="", day=None, year=2026, appendices=())

DEPARTMENT = replace(
    CAT_HAI,
    issuer=Issuer(name=("SỞ KHOA HỌC VÀ CÔNG NGHỆ",), parent=("UBND THÀNH PHỐ HẢI PHÒNG",)),
    symbol="BC-SKHCN",
    place="Hải Phòng",
    addressees=("Ủy ban nhân dân thành phố Hải Phòng", "- Bộ Khoa học và Công nghệ;"),
    signature=Signature(("GIÁM ĐỐC",), "Trần Văn Bình"),
    appendices=(),
)
