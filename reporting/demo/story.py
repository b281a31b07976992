"""The story that the demo data tell: the letter of December 2025 and what became of it, the quarters since the first
teams and the one now running.

Everything goes through the services that people use, with the clock set to the day on which it happened.
"""

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.clock import at
from cdt_portal.lib.periods import due_after
from cdt_portal.lib.richtext import from_text
from reporting.enums import VersionState
from reporting.models import Campaign, FormVersion, Report, ReportingPolicy
from reporting.services.campaigns import create_campaign, extend, open_campaign, save_letter
from reporting.services.forms import load_shipped
from reporting.services.periods import open_due_periods
from reporting.services.reports import accept, ask_approval, reopen, return_, save_answer, send_back, submit, take
from teams.enums import UserRole
from teams.models import Assignment, Province
from training.services.contests import TypedCount, create_contest, save_counts

PROVINCE, CAT_HAI = "31", "11914"
STAFF = "so.haiphong"
FIRST_QUARTER = date(2025, 9, 1)  # when the first teams had been founded
SUBJECT = "về việc thúc đẩy, phát huy hiệu quả của các Tổ công nghệ số cộng đồng trong hỗ trợ người dân"
FORM, QUARTER_FORM = "ket-qua-to-cong-nghe-so", "hoat-dong-6-noi-dung"

# What becomes of the other communes' reports, one after the other in the order of their codes.
FATES = [
    *["accepted"] * 6, *["submitted"] * 3, "under_review", *["returned"] * 2, "sent_again", *["late"] * 2,
    "awaiting_approval", "sent_back", *["draft"] * 2, "extended", "reopened", *["not_started"] * 3,
]  # fmt: skip

DOCUMENTS = [
    ("Quyết định số 1907", "31/10/2025", "về việc thành lập Tổ công nghệ số cộng đồng và Đội hỗ trợ chuyển đổi số "
     "phản ứng nhanh Ủy ban nhân dân đặc khu Cát Hải"),
    ("Công văn số 1643/UBND-VHXH", "14/10/2025", "về việc triển khai Cuộc thi “Công dân số Hải Phòng – Sử dụng thông "
     "minh, sống an toàn”"),
    ("Công văn số 1688/VHXH", "20/10/2025", "về việc tham gia lớp tập huấn ứng dụng trí tuệ nhân tạo trong cơ quan nhà "
     "nước"),
    ("Công văn số 2086/UBND-VHXH", "12/11/2025", "về việc tuyên truyền, vận động người dân, doanh nghiệp tham gia lớp "
     "tập huấn sử dụng Hệ thống Chính quyền số thành phố"),
]  # fmt: skip
CONTEST = "Công dân số Hải Phòng – Sử dụng thông minh, sống an toàn"
TOLD_OF_CONTEST = (
    "- Ủy ban nhân dân đặc khu Cát Hải đã tuyên truyền, khuyến khích cán bộ, công chức, viên chức, thành viên các Tổ "
    f"công nghệ số cộng đồng và người dân trên địa bàn tham gia Cuộc thi “{CONTEST}”."
)


def tell(rng: Random) -> None:
    """Write the story. The province's register, the shipped forms' files and the demo accounts are there."""
    load_shipped()
    province, staff = Province.objects.get(pk=PROVINCE), User.objects.get(username=STAFF)
    campaign = letter_of_december(province, staff)
    contest_of_autumn(rng, campaign, staff)
    report_of_cat_hai(campaign, staff)
    others = campaign.reports.exclude(commune=CAT_HAI).order_by("commune_id")
    for report, fate in zip(others, FATES, strict=True):
        play(rng, report, fate, staff)
    quarters(province, staff)


def letter_of_december(province: Province, staff: User) -> Campaign:
    """The campaign cv-4675, which asks Cát Hải and the first communes of the province."""
    wanted = Assignment.objects.filter(role=UserRole.COMMUNE_OFFICER, province=province).values("commune")
    first = list(province.communes.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    rest = province.communes.exclude(pk__in=first).order_by("pk").values_list("pk", flat=True)
    codes = [*first, *rest[: 1 + len(FATES) - len(first)]]
    for code in codes:
        give_people(province, code)
    with at(date(2025, 12, 22), 8):
        letter = save_letter(
            province=province,
            letter=None,
            by=staff,
            fields={
                "raw_text": "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025",
                "number": "4675",
                "symbol": "SKHCN-CNTT",
                "issued_on": date(2025, 12, 19),
                "issuer": "Sở Khoa học và Công nghệ",
                "subject": SUBJECT,
            },
        )
        campaign = create_campaign(
            by=staff,
            province=province,
            communes=codes,
            fields={
                "title": "Kết quả triển khai, phát huy hiệu quả của các Tổ công nghệ số cộng đồng",
                "letter": letter,
                "form_version": published(FORM),
                "starts_on": date(2025, 7, 1),
                "ends_on": date(2025, 11, 30),
                "cumulative_from": date(2025, 7, 1),
                "commune_due_at": due_after(date(2025, 12, 30)),
                "department_due_at": due_after(date(2026, 1, 8)),
                "instructions": "Kiểm tra danh sách tổ trước khi nộp; lãnh đạo xã duyệt báo cáo trên Cổng.",
                "leader_approves": True,
            },
        )
        return open_campaign(campaign=campaign, by=staff)


def give_people(province: Province, code: str) -> None:
    """An officer and a leader for a commune that has none; nobody can log in as them."""
    for role, prefix, title in (
        (UserRole.COMMUNE_OFFICER, "canbo", "Cán bộ"),
        (UserRole.COMMUNE_LEADER, "lanhdao", "Lãnh đạo"),
    ):
        if not Assignment.objects.filter(commune=code, role=role).exists():
            user = User.objects.create_user(f"{prefix}.{code}", full_name=f"{title} {code}")
            Assignment.objects.create(user=user, role=role, province=province, commune_id=code)


def person(report: Report, role: UserRole) -> User:
    return User.objects.filter(assignments__commune=report.commune_id, assignments__role=role).earliest("pk")


def published(slug: str) -> FormVersion:
    versions = FormVersion.objects.filter(form__slug=slug, form__province=None, state=VersionState.PUBLISHED)
    return versions.latest("number")


# The contest ---------------------------------------------------------------------------------------------------------


def contest_of_autumn(rng: Random, campaign: Campaign, staff: User) -> None:
    """What the communes of the campaign had counted by the ends of October and November."""
    contest = {
        "name": CONTEST,
        "starts_on": date(2025, 10, 14),
        "ends_on": date(2025, 12, 15),
    }
    others = campaign.reports.exclude(commune=CAT_HAI).order_by("commune_id").values_list("commune_id", flat=True)
    people = {CAT_HAI: 1440} | {code: rng.randint(60, 960) for code in others}
    with at(date(2025, 10, 14), 8):
        running = create_contest(province=campaign.province, fields=contest, by=staff)
    for month_end, share in ((date(2025, 10, 31), 0.4), (date(2025, 11, 30), 1)):
        with at(month_end + timedelta(days=1), 9):
            counts = [TypedCount(code, round(number * share), None) for code, number in people.items()]
            save_counts(contest=running, day=month_end, counts=counts, by=staff)


# Cát Hải -------------------------------------------------------------------------------------------------------------


def report_of_cat_hai(campaign: Campaign, staff: User) -> None:
    report = campaign.reports.get(commune=CAT_HAI)
    officer, leader = person(report, UserRole.COMMUNE_OFFICER), person(report, UserRole.COMMUNE_LEADER)
    rows = [{"text": text, "date": day, "subject": subject} for text, day, subject in DOCUMENTS]
    with at(date(2025, 12, 24), 9):
        answer(report, officer, "documents", rows, "Bổ sung các công văn không thuộc danh mục quyết định.")
        answer(report, officer, "contest_text", from_text(TOLD_OF_CONTEST))
        ask_approval(report=report, by=officer)
    with at(date(2025, 12, 25), 15):
        submit(report=report, by=leader)
    with at(date(2025, 12, 26), 10):
        take(report=report, by=staff)
        accept(report=report, by=staff, note="Số liệu khớp với danh sách.")


def answer(report: Report, by: User, code: str, raw: object, note: str = "") -> None:
    save_answer(report=report, code=code, raw=raw, note=note, version=0, by=by)


# The others ----------------------------------------------------------------------------------------------------------


def play(rng: Random, report: Report, fate: str, staff: User) -> None:
    """One commune's way through the campaign."""
    if fate == "not_started":
        return
    officer, leader = person(report, UserRole.COMMUNE_OFFICER), person(report, UserRole.COMMUNE_LEADER)
    sent_on = date(2026, 1, 6) if fate == "late" else date(2025, 12, 23) + timedelta(days=rng.randrange(5))
    with at(sent_on, 8):
        write(rng, report, officer)
        if fate == "extended":
            extend(
                report=report, until=due_after(date(2026, 1, 9)), reason="Xã đang kiểm phiếu bầu tổ trưởng.", by=staff
            )
        if fate in {"draft", "extended"}:
            return
        ask_approval(report=report, by=officer)
    with at(sent_on, 14):
        if fate == "sent_back":
            send_back(report=report, by=leader, note="Bổ sung số điện thoại của tổ trưởng các thôn còn thiếu.")
        if fate not in {"sent_back", "awaiting_approval"}:
            submit(report=report, by=leader)
    with at(sent_on + timedelta(days=2), 9):
        review(report, fate, staff)
    if fate == "sent_again":
        with at(sent_on + timedelta(days=3), 10):
            ask_approval(report=report, by=officer)
            submit(report=report, by=leader)


def write(rng: Random, report: Report, officer: User) -> None:
    answer(report, officer, "proposals", from_text(rng.choice(PROPOSALS)))


def review(report: Report, fate: str, staff: User) -> None:
    if fate in {"under_review", "returned", "sent_again", "accepted", "reopened"}:
        take(report=report, by=staff)
    if fate in {"returned", "sent_again"}:
        reasons = [{"code": "proposals", "text": "Nêu rõ việc đề nghị Sở hỗ trợ, không ghi chung chung."}]
        return_(report=report, by=staff, note="Đề nghị bổ sung rồi nộp lại.", reasons=reasons)
    if fate in {"accepted", "reopened"}:
        accept(report=report, by=staff)
    if fate == "reopened":
        until = timezone.now() + timedelta(days=5)
        reopen(report=report, by=staff, until=until, note="Xã đề nghị sửa số người tham gia cuộc thi.")


PROPOSALS = [
    "- Đề nghị thành phố hỗ trợ kinh phí hoạt động cho các tổ.\n- Mở thêm lớp tập huấn cho tổ trưởng vào cuối tuần.",
    "- Đề nghị trang bị điện thoại thông minh cho tổ ở địa bàn xa trung tâm.",
    "- Đề nghị doanh nghiệp viễn thông phủ sóng ổn định tại các thôn ven biển.\n- Cung cấp tài liệu ngắn gọn.",
]


# The quarters --------------------------------------------------------------------------------------------------------


def quarters(province: Province, staff: User) -> None:
    """Periods by the policy, opened in their time, with the teams' form; a campaign for the one that runs."""
    periods, today = [], timezone.localdate()
    with at(FIRST_QUARTER, 8):
        ReportingPolicy.objects.create(province=province, open_days_ahead=100)
    for days in range(0, (today - FIRST_QUARTER).days, 91):
        with at(FIRST_QUARTER + timedelta(days), 8):
            periods += open_due_periods()
    for period in periods + open_due_periods():
        if period.kind == "quarter" and period.commune_due_at > timezone.now():
            fields = {
                "title": f"Báo cáo hoạt động Tổ công nghệ số cộng đồng {period.name}",
                "period": period,
                "form_version": published(QUARTER_FORM),
            }
            campaign = create_campaign(by=staff, province=province, fields=fields)
            open_campaign(campaign=campaign, by=staff)
