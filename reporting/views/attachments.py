"""Files that go with a report: sent in, taken off, given out to those who may read it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reporting.access import is_own, report_or_404
from reporting.enums import SENT
from reporting.models import Attachment
from reporting.services import attachments as services
from teams.access import Can, get_or_404


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    current = report_or_404(request.scope, pk, Can.WRITE_REPORT)
    file, code = request.FILES.get("file"), request.POST.get("code", "")
    try:
        if file is None:
            raise ValidationError({"file": "Hãy chọn một tệp."})
        kept = services.attach(report=current, code=code, file=file, filename=file.name, by=request.user)
        messages.success(request, f"Đã kèm tệp {kept.name}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:report", pk)  # to the top, where the reason stands
    return redirect(f"{reverse('reporting:report', args=[pk])}#{f'muc-{code}' if code else 'kem-theo'}")


@require_POST
def detach(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    found = attachment_or_404(request, pk, attachment, Can.WRITE_REPORT)
    try:
        services.detach(attachment=found, by=request.user)
        messages.success(request, f"Đã bỏ tệp {found.name}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('reporting:report', args=[pk])}#kem-theo")


@require_safe
def download(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Always saved, never shown: what it holds was made elsewhere."""
    found = attachment_or_404(request, pk, attachment)
    if not is_own(request.scope, found.report) and found.report.state not in SENT:
        raise PermissionDenied("Xã đang soạn báo cáo này; xem được khi xã nộp.")
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


def attachment_or_404(request: HttpRequest, pk: int, attachment: int, capability: Can = Can.VIEW) -> Attachment:
    report = report_or_404(request.scope, pk)
    files = Attachment.objects.filter(report=report).select_related("report__campaign")
    return get_or_404(request.scope, files, capability, pk=attachment)
