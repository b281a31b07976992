"""Files that go with a report: kept under a name of our own, given out only through the report's access."""

import hashlib
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.papers import is_whole, paper_suffix
from cdt_portal.lib.text import clean
from reporting.definition import Kind
from reporting.models import Attachment, Report, ReportAnswer
from reporting.services.reports import answerable, save_answer, writable
from teams.services.actions import action

TYPES = (".pdf", ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".jpg", ".jpeg", ".png")
MOST = 20
NO_PAPER = "Nội dung tệp không phải văn bản, bảng tính hay ảnh đọc được."
CUT_OFF = "Tệp bị cắt giữa chừng, có thể do sao chép hoặc tải về chưa xong. Hãy lấy lại tệp gốc rồi tải lên lại."
DISK_REFUSES = "Máy chủ không còn chỗ lưu tệp. Chưa có gì được ghi; hãy báo quản trị rồi thử lại."


@action
def attach(*, report: Report, code: str, file: File, filename: str, by: User) -> Attachment:
    """Keep the file with the report, or as the answer to the indicator `code`. Raises ValidationError by "file"."""
    report = writable(report)
    if not file.size:
        raise ValidationError({"file": "Tệp trống. Hãy kiểm tra lại rồi chọn lần nữa."})
    if file.size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
        raise ValidationError({"file": f"Tệp lớn hơn {settings.UPLOAD_LIMIT_MB} MB. Hãy giảm dung lượng rồi tải lại."})
    suffix = _suffix_of(file)
    name = _named(filename, suffix)
    if report.attachments.filter(removed_at=None).count() >= MOST:
        raise ValidationError({"file": f"Một báo cáo kèm được {MOST} tệp. Hãy bỏ bớt tệp không cần."})
    if code and answerable(report, code).kind != Kind.FILE:
        raise ValidationError({"file": "Mục này không nhận tệp."})
    attachment = _keep(report, code, file, name, suffix, by)
    if code:
        _answer(attachment, by)
    return attachment


def _suffix_of(file: File) -> str:
    """By what the file is: its name may say anything."""
    suffix = paper_suffix(file)
    if not suffix:
        raise ValidationError({"file": f"{NO_PAPER} Chỉ nhận tệp {', '.join(TYPES)}, không đặt mật khẩu."})
    if not is_whole(file, suffix):
        raise ValidationError({"file": CUT_OFF})
    return suffix


def _named(filename: str, suffix: str) -> str:
    """The sender's name, its ending mended where it is not the file's: without it nobody could open the file."""
    name = clean(PurePath(filename.replace("\\", "/")).name)
    if PurePath(name).suffix.lower().replace(".jpeg", ".jpg") != suffix:
        name += suffix
    return name[-255:]


def _keep(report: Report, code: str, file: File, name: str, suffix: str, by: User) -> Attachment:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    attachment = Attachment(
        report=report,
        province_id=report.province_id,
        commune_id=report.commune_id,
        code=code,
        name=name,
        size=file.size,
        sha256=digest.hexdigest(),
        by=by,
    )
    try:
        attachment.file.save(f"{uuid4()}{suffix}", file, save=False)
    except OSError as error:
        raise ValidationError({"file": DISK_REFUSES}) from error
    attachment.save()
    return attachment


def _answer(attachment: Attachment, by: User) -> None:
    """The file is its indicator's answer; the one before it stays for the snapshots that name it."""
    report, code = attachment.report, attachment.code
    others = Attachment.objects.filter(report=report, code=code, removed_at=None).exclude(pk=attachment.pk)
    others.update(removed_at=timezone.now())
    raw = {"id": attachment.pk, "name": attachment.name}
    save_answer(report=report, code=code, raw=raw, note="", version=_version(report, code), by=by)


@action
def detach(*, attachment: Attachment, by: User) -> None:
    """The file goes with the report no more. It is kept: a version that was sent may name it."""
    report = writable(attachment.report)
    if attachment.removed_at:
        return
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    if attachment.code:
        code = attachment.code
        save_answer(report=report, code=code, raw=None, note="", version=_version(report, code), by=by)


def _version(report: Report, code: str) -> int:
    return ReportAnswer.objects.filter(report=report, code=code).values_list("version", flat=True).first() or 0
