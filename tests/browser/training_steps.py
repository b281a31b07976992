"""The steps of a training, each as the one does it whose step it is: asked and answered, planned, held, shown."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.urls import reverse
from playwright.sync_api import Page, expect

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from teams.enums import MemberRole
from teams.models import Commune, Member
from tests.browser.desk import Desk, ask, work
from tests.browser.report.editor import control
from tests.lib.documents.reading import plain_text
from tests.reporting.province.makers import officer_of
from training.models import Certificate, Contest, Enrolment, NeedReply, TrainingCall, TrainingClass
from training.services.check_in import token_of

TOPICS = {  # who learns what
    MemberRole.LEADER: "Sử dụng dịch vụ công trực tuyến",
    MemberRole.DEPUTY_LEADER: "An toàn trên không gian mạng",
    MemberRole.MEMBER: "Ứng dụng trí tuệ nhân tạo",
}
CONTEST = "Cuộc thi tìm hiểu kỹ năng số"


def fetched(page: Page, link: str, folder: Path) -> bytes:
    """The file behind the first link so called."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target.read_bytes()


# Asked and answered ---------------------------------------------------------------------------------------------------


def open_call(desk: Desk, staff: User, due: str) -> TrainingCall:
    page = desk.of(staff)
    page.goto("/tap-huan/")
    desk.look(page, "chưa có đợt nào")
    page.get_by_role("link", name="Mở đợt đăng ký nhu cầu").click()
    page.get_by_label("Tên đợt đăng ký").fill("Tập huấn Tổ công nghệ số cộng đồng năm 2026")
    for topic in TOPICS.values():
        page.get_by_label(topic).check()
    page.get_by_label("Thành viên").check()
    page.get_by_label("Hạn đăng ký").fill(due)
    desk.look(page, "soạn đợt đăng ký")
    page.get_by_role("button", name="Lưu và xem trước").click()
    desk.look(page, "xem trước khi mở")
    page.get_by_role("button", name="Mở đợt đăng ký").click()
    expect(page.get_by_text("Đã mở đợt đăng ký cho 20 xã, phường, đặc khu.")).to_be_visible()
    return TrainingCall.objects.get()


def answer(desk: Desk, commune: Commune, first_day: date, place: str) -> None:
    """Its officer names everybody of the roster, with wished days and a place, and sends it."""
    page = desk.of(officer_of(commune))
    page.goto("/tap-huan/")
    desk.look(page, "xã được hỏi")
    page.get_by_role("link", name="Bắt đầu đăng ký").click()
    page.get_by_label("Học được từ ngày").first.fill(format_date(first_day))
    page.get_by_label("Buổi").first.select_option(label="Buổi sáng")
    page.get_by_label("Nơi muốn học").first.fill(place)
    page.get_by_role("button", name="hiện thêm 5 thành viên khác").click()
    page.wait_for_url("**?khac=1")
    for member in Member.objects.filter(commune=commune):
        page.get_by_role("checkbox", name=f"{member.full_name}: {TOPICS[member.role]}").check()
    expect(page.locator("[data-saving]")).to_contain_text("đã lưu lúc")
    desk.look(page, "chọn người")
    page.get_by_role("button", name="Nộp đăng ký").click()
    expect(page.get_by_text("Mã biên nhận").first).to_be_visible()
    desk.look(page, "đã nộp đăng ký")


def remind(desk: Desk, call: TrainingCall, staff: User, owing: list[Commune]) -> None:
    """The department sees who has not answered, and says so; the officer finds it under the bell."""
    page = desk.of(staff)
    page.goto(f"/tap-huan/dang-ky/{call.pk}/")
    expect(page.get_by_role("heading", name="Còn 2/20 đơn vị chưa nộp đăng ký")).to_be_visible()
    expect(page.locator("dl.owing")).to_contain_text("; ".join(commune.name for commune in owing))
    desk.look(page, "ai chưa nộp")
    page.get_by_role("button", name="Đôn đốc các đơn vị này").click()
    expect(page.get_by_text("Đã đôn đốc 2 đơn vị.")).to_be_visible()
    page = desk.of(officer_of(owing[0]))
    page.goto("/")
    page.get_by_role("link", name=re.compile("Thông báo")).click()
    desk.look(page, "xã được nhắc")
    page.get_by_role("link", name="nộp đăng ký").first.click()
    expect(page).to_have_url(re.compile("/tap-huan/nhu-cau/"))


def read_reply(desk: Desk, reply: NeedReply, staff: User) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/nhu-cau/{reply.pk}/")
    desk.look(page, "đọc đăng ký")
    page.get_by_role("button", name="Duyệt").click()
    expect(page.get_by_text("Đã duyệt.")).to_be_visible()


def close_call(desk: Desk, call: TrainingCall, staff: User) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/dang-ky/{call.pk}/")
    page.get_by_role("link", name="Chốt").click()
    page.get_by_role("button", name="Xem trước").click()
    desk.look(page, "chốt đợt đăng ký")
    page.get_by_role("button", name="Chốt đợt đăng ký").click()
    expect(page.get_by_text("Đã chốt đợt đăng ký.")).to_be_visible()


# Planned --------------------------------------------------------------------------------------------------------------


def plan(desk: Desk, call: TrainingCall, staff: User) -> None:
    """300 people in three halls; each class says why it is as it is."""
    page = desk.of(staff)
    page.goto(f"/tap-huan/ke-hoach/{call.pk}/")
    page.get_by_role("link", name="Xếp lớp").click()
    desk.look(page, "quyết định trước khi xếp")
    ask(page, "Xếp lớp")
    page.wait_for_url("**/ke-hoach/**")
    expect(page.get_by_text("Lớp dự kiến chỉ Sở thấy.")).to_be_visible()
    page.get_by_text("Vì sao", exact=True).first.click()
    expect(page.get_by_text("người cần học chuyên đề này; lớp nhận").first).to_be_visible()
    desk.look(page, "lớp dự kiến")


def move(desk: Desk, person: Enrolment, to: TrainingClass, staff: User) -> None:
    """One person to another class of the topic, before anybody is invited."""
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{person.training_class_id}/")
    page.get_by_role("checkbox", name=f"Chọn {person.member.full_name}").check()
    page.get_by_label("Người đã đánh dấu chuyển sang").select_option(str(to.pk))
    desk.look(page, "chuyển lớp")
    page.get_by_role("button", name="Chuyển", exact=True).click()
    expect(page.get_by_text(f"Đã chuyển 1 người sang lớp “{to.title}”.")).to_be_visible()


def accept(desk: Desk, call: TrainingCall, staff: User, count: int) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/ke-hoach/{call.pk}/")
    page.get_by_role("button", name=f"Xếp lịch cả {count} lớp dự kiến").click()
    expect(page.get_by_text(f"Đã xếp lịch {count} lớp.")).to_be_visible()
    desk.look(page, "đã xếp lịch")


def invite(desk: Desk, row: TrainingClass, staff: User, folder: Path) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{row.pk}/")
    page.get_by_role("button", name="Gửi lời mời").click()
    expect(page.get_by_text("Đã gửi thông báo mời")).to_be_visible()
    desk.look(page, "đã mời")
    letter = plain_text(fetched(page, "Giấy mời (PDF)", folder))
    assert "GIẤY MỜI" in letter and row.topic.name in letter
    assert all(each.member.full_name in letter for each in row.enrolments.select_related("member"))
    fetched(page, "Giấy mời (Word)", folder)
    fetched(page, "Danh sách (PDF)", folder)
    fetched(page, "Danh sách (Excel)", folder)


def replace(desk: Desk, person: Enrolment, by_whom: Member) -> None:
    """The commune's officer sees where their people are asked to, and sends another of the team."""
    page = desk.of(officer_of(person.commune))
    page.goto("/tap-huan/")
    desk.look(page, "tập huấn của xã")
    page.get_by_role("link", name="Lớp có người của xã").click()
    desk.look(page, "lớp có người của xã")
    page.get_by_role("link", name=person.training_class.title).click()
    desk.look(page, "lớp, xã xem")
    page.get_by_role("link", name=f"Cử người thay {person.member.full_name}").click()
    page.get_by_label(by_whom.full_name).check()
    desk.look(page, "cử người thay")
    page.get_by_role("button", name="Cử người thay").click()
    expect(page.get_by_text(f"thay {person.member.full_name}").last).to_be_visible()


# Held -----------------------------------------------------------------------------------------------------------------


def check_in(desk: Desk, row: TrainingClass, person: Enrolment) -> None:
    """Somebody without an account, behind the code of the sign-in sheet."""
    page = desk.of(None)
    page.goto(reverse("training:check_in", args=[token_of(row.sessions.get())]))
    page.get_by_label("Số điện thoại").fill(person.member.phone)
    desk.look(page, "quét mã")
    page.get_by_role("button", name="Tôi có mặt").click()
    expect(page.get_by_text("đã có mặt lúc")).to_be_visible()
    desk.look(page, "đã có mặt")


def mark(desk: Desk, row: TrainingClass, absent: Enrolment, staff: User, folder: Path) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{row.pk}/diem-danh/")
    sheet = plain_text(fetched(page, "Danh sách ký (PDF)", folder))
    assert absent.member.full_name in sheet
    expect(page.get_by_text("Quét mã QR,")).to_have_count(1)
    page.get_by_role("button", name="Có mặt tất cả").click()
    page.get_by_role("checkbox", name=f"{absent.member.full_name}, buổi 1: vắng").check()
    desk.look(page, "điểm danh")
    page.get_by_role("button", name="Lưu điểm danh").click()
    expect(page.get_by_text("Đã lưu")).to_be_visible()


def finish(desk: Desk, row: TrainingClass, staff: User) -> None:
    """Over; the results stand ready to be looked through and saved."""
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{row.pk}/")
    desk.look(page, "lớp đã học")
    page.get_by_role("link", name="Kết thúc lớp").click()
    desk.look(page, "kết thúc lớp")
    page.get_by_role("button", name="Kết thúc lớp").click()
    expect(page.get_by_text("Đã điền sẵn kết quả")).to_be_visible()
    desk.look(page, "kết quả điền sẵn")
    page.get_by_role("button", name="Lưu kết quả").click()
    expect(page.get_by_text("Đã ghi kết quả")).to_be_visible()


# Certificates ---------------------------------------------------------------------------------------------------------


def issue(desk: Desk, row: TrainingClass, staff: User, count: int, folder: Path) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{row.pk}/giay-chung-nhan/")
    page.get_by_role("button", name=f"Cấp giấy cho {count} người").click()
    expect(page.get_by_text(f"Đã cấp {count} giấy chứng nhận.")).to_be_visible()
    work()
    page.reload()
    desk.look(page, "giấy chứng nhận")
    ask(page, "Tệp ZIP, mỗi xã một thư mục")
    archive = ZipFile(BytesIO(fetched(page, "Tải tệp", folder)))
    assert len(archive.namelist()) == count
    assert {name.split("/")[0] for name in archive.namelist()} == {
        each.commune.name for each in Certificate.objects.select_related("commune")
    }
    each = Certificate.objects.order_by("pk").first()
    assert any(
        each.full_name in plain_text(archive.read(name)) for name in archive.namelist() if each.full_name in name
    )


def look_up(desk: Desk, certificate: Certificate, *, is_valid: bool) -> None:
    """What the world learns behind the code: name, class, hours and day, and nothing else."""
    page = desk.of(None)
    page.goto("/tap-huan/tra-cuu/")
    page.get_by_label("Mã tra cứu").fill(certificate.code.lower())
    page.get_by_role("button", name="Tra cứu").click()
    desk.look(page, "tra cứu" if is_valid else "tra cứu giấy cũ")
    if not is_valid:
        expect(page.get_by_text("đã được thay bằng giấy khác")).to_be_visible()
        return
    expect(page.locator("dl.facts dt")).to_have_text(["Lớp", "Thời lượng", "Cấp ngày"])
    told = page.locator("main").inner_text()
    assert {certificate.full_name, certificate.title, "4 giờ", format_date(certificate.issued_on)} <= set(
        told.split("\n")
    )
    member = certificate.enrolment.member
    assert not any(hidden in page.content() for hidden in (member.phone, member.team.name, certificate.commune.name))


def reissue(desk: Desk, row: TrainingClass, staff: User, name: str) -> None:
    page = desk.of(staff)
    page.goto(f"/tap-huan/lop/{row.pk}/giay-chung-nhan/")
    expect(page.get_by_text("1 người được sửa tên sau khi cấp")).to_be_visible()
    desk.look(page, "sửa tên sau khi cấp")
    page.get_by_role("button", name="Cấp lại 1 giấy theo tên mới").click()
    expect(page.get_by_text("Đã cấp lại 1 giấy chứng nhận")).to_be_visible()
    work()
    page.reload()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


# Shown ----------------------------------------------------------------------------------------------------------------


def look_back(desk: Desk, member: Member, staff: User) -> None:
    """On the member's row, among the commune's leaders, and of the whole province."""
    page = desk.of(officer_of(member.commune))
    page.goto(f"/tap-huan/thanh-vien/{member.pk}/")
    expect(page.get_by_role("link", name="Giấy chứng nhận")).to_be_visible()
    desk.look(page, "quá trình của một người")
    page.goto(f"/tap-huan/xa/{member.commune_id}/")
    desk.look(page, "tổ trưởng của xã")
    page = desk.of(staff)
    page.goto("/tap-huan/to-truong/")
    desk.look(page, "tổ trưởng của tỉnh")


def hold_contest(desk: Desk, commune: Commune, staff: User, span: tuple[date, date], people: str) -> None:
    """Added by the department, counted by the commune."""
    page = desk.of(staff)
    page.goto("/tap-huan/cuoc-thi/")
    page.get_by_role("link", name="Thêm cuộc thi").click()
    page.get_by_label("Tên cuộc thi").fill(CONTEST)
    for label, day in zip(("Từ ngày", "Đến ngày"), span, strict=True):
        page.get_by_label(label).fill(format_date(day))
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã thêm cuộc thi.")).to_be_visible()
    page = desk.of(officer_of(commune))
    page.goto("/tap-huan/")
    page.get_by_role("link", name="Ghi số người đăng ký").click()
    page.get_by_label(commune.name).fill(people)
    desk.look(page, "ghi số người dự thi")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu, 1 số liệu thay đổi.")).to_be_visible()
    assert Contest.objects.get().counts.get().people == 1440


def read_report(desk: Desk, commune: Commune, classes: int, people: int) -> None:
    """The report begins with what training knows, before anybody has typed a figure."""
    page = desk.of(officer_of(commune))
    page.goto("/bao-cao/")
    page.get_by_role("link", name="Bắt đầu soạn").click()
    expect(control(page, "contest_people")).to_have_value("1.440")
    course = page.locator("[data-field=training_course]")
    expect(course).to_contain_text(f"đã tham gia {classes} lớp tập huấn, với {people} người")
    desk.look(page, "báo cáo của xã")
