"""The closed lists of training: English values in the database, official Vietnamese words on screen."""

from django.db.models import TextChoices


class CallState(TextChoices):
    DRAFT = "draft", "Đang soạn"
    OPEN = "open", "Đang nhận đăng ký"
    CLOSED = "closed", "Đã chốt"


class ReplyState(TextChoices):
    """Where a commune's answer to a call stands: the states of reports, as far as needs have them."""

    NOT_STARTED = "not_started", "Chưa bắt đầu"
    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã nộp"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã duyệt"


class ReplyAction(TextChoices):
    START = "start", "Bắt đầu"
    SUBMIT = "submit", "Nộp"
    WITHDRAW = "withdraw", "Rút lại để sửa"
    RETURN = "return", "Trả lại"
    ACCEPT = "accept", "Duyệt"


class DayPart(TextChoices):
    ANY = "any", "Buổi nào cũng được"
    MORNING = "morning", "Buổi sáng"
    AFTERNOON = "afternoon", "Buổi chiều"
    WEEKEND = "weekend", "Thứ Bảy, Chủ nhật"


class ClassState(TextChoices):
    PROPOSED = "proposed", "Dự kiến"
    PLANNED = "planned", "Đã xếp lịch"
    INVITED = "invited", "Đã mời"
    FINISHED = "finished", "Đã kết thúc"
    CANCELLED = "cancelled", "Đã hủy"


class EnrolmentState(TextChoices):
    SEATED = "seated", "Có chỗ"
    WAITING = "waiting", "Chờ chỗ"
    REPLACED = "replaced", "Đã cử người thay"
    CANCELLED = "cancelled", "Không tham gia"


class AttendanceWay(TextChoices):
    PAPER = "paper", "Danh sách ký"
    TICK = "tick", "Đánh dấu trên cổng"
    QR = "qr", "Quét mã QR"
    WORKBOOK = "workbook", "Tệp Excel"


class Presence(TextChoices):
    """What is noted of one person at one sitting, as pages post it and workbooks have it; "" is not noted yet."""

    PRESENT = "x", "Có mặt"
    ABSENT = "v", "Vắng"


class Outcome(TextChoices):
    COMPLETED = "completed", "Hoàn thành"
    NOT_COMPLETED = "not_completed", "Chưa hoàn thành"


class FileShape(TextChoices):
    PDF = "pdf", "Một tệp PDF để in"
    ZIP = "zip", "Tệp ZIP, mỗi người một tệp PDF"


HOLDS_A_SEAT = [EnrolmentState.SEATED]
LIVE = [EnrolmentState.SEATED, EnrolmentState.WAITING]
TAKES_PLACE = [ClassState.PROPOSED, ClassState.PLANNED, ClassState.INVITED]
REPLY_OWED = [ReplyState.NOT_STARTED, ReplyState.DRAFT, ReplyState.RETURNED]
