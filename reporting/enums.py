"""The closed lists of reports: English values in the database, official Vietnamese words on screen."""

from django.db.models import TextChoices


class PeriodScheme(TextChoices):
    ND09 = "nd09", "Theo Nghị định 09/2019/NĐ-CP (quý từ ngày 15 đến ngày 14)"
    CALENDAR = "calendar", "Theo quý dương lịch"
    CUSTOM = "custom", "Tự đặt"


class PeriodKind(TextChoices):
    QUARTER = "quarter", "Quý"
    SIX_MONTHS = "six_months", "6 tháng"
    NINE_MONTHS = "nine_months", "9 tháng"
    YEAR = "year", "Năm"
    RANGE = "range", "Khoảng thời gian"


class FormAudience(TextChoices):
    COMMUNE = "commune", "Báo cáo của xã"
    TEAM = "team", "Số liệu của tổ"


class VersionState(TextChoices):
    DRAFT = "draft", "Đang sửa"
    PUBLISHED = "published", "Đã ban hành"


class CampaignKind(TextChoices):
    PERIODIC = "periodic", "Định kỳ"
    AD_HOC = "ad_hoc", "Đột xuất"


class CampaignState(TextChoices):
    DRAFT = "draft", "Đang soạn"
    OPEN = "open", "Đang nhận báo cáo"
    LOCKED = "locked", "Đã chốt"


class ReportState(TextChoices):
    NOT_STARTED = "not_started", "Chưa bắt đầu"
    DRAFT = "draft", "Đang soạn"
    AWAITING_APPROVAL = "awaiting_approval", "Chờ lãnh đạo xã duyệt"
    SUBMITTED = "submitted", "Đã nộp"
    UNDER_REVIEW = "under_review", "Đang thẩm định"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã duyệt"
    LOCKED = "locked", "Đã khóa"


class ReportAction(TextChoices):
    """What moves a report from one state to the next; `services/states.py` holds the table."""

    START = "start", "Bắt đầu soạn"
    ASK_APPROVAL = "ask_approval", "Trình lãnh đạo xã"
    SEND_BACK = "send_back", "Lãnh đạo xã chuyển lại"
    SUBMIT = "submit", "Nộp"
    TAKE = "take", "Nhận thẩm định"
    RETURN = "return", "Trả lại"
    ACCEPT = "accept", "Duyệt"
    LOCK = "lock", "Khóa"
    REOPEN = "reopen", "Mở lại"
    WITHDRAW = "withdraw", "Rút lại để sửa"


OWED = [ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.AWAITING_APPROVAL, ReportState.RETURNED]
EDITABLE = [ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.RETURNED]
SENT = [ReportState.SUBMITTED, ReportState.UNDER_REVIEW, ReportState.ACCEPTED, ReportState.LOCKED]
SETTLED = [ReportState.ACCEPTED, ReportState.LOCKED]


class FigureSource(TextChoices):
    OFFICER = "officer", "Cán bộ xã nhập"
    LINK = "link", "Tổ trưởng gửi"


class SubmissionState(TextChoices):
    WAITING = "waiting", "Chờ cán bộ xã nhận"
    TAKEN = "taken", "Đã nhận"
    REFUSED = "refused", "Không nhận"


class ProvinceReportState(TextChoices):
    DRAFT = "draft", "Đang tổng hợp"
    LOCKED = "locked", "Đã chốt"


class ProvinceFormat(TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"


class BundleKind(TextChoices):
    ZIP = "zip", "Tệp ZIP, mỗi xã một tệp PDF"
    MERGED = "merged", "Một tệp PDF, có mục lục"
