"""A class's certificates: issued, issued anew, taken back, fetched."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from teams.access import Can, commune_or_404, get_or_404
from teams.forms.base import PageForm
from teams.views.pages import FormPage, form_page
from training.access import attended_class_or_404
from training.enums import FileShape
from training.keys import spell_code
from training.models import Certificate
from training.queries.certificates import certificate_lines, completed, voided
from training.services import certificates as services
from training.services.certificate_files import ask_class_files, ask_commune_files, file_part
from training.views.results import below_class


@require_safe
def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    training_class = attended_class_or_404(request.scope, pk)
    lines = certificate_lines(request.scope.narrow(completed(training_class)))
    whole = request.scope.allows(Can.VIEW, training_class.province_id)
    context = {
        "class": training_class,
        "lines": [(line, spell_code(line.certificate.code) if line.certificate else "") for line in lines],
        "without": sum(line.certificate is None for line in lines),
        "issued": sum(line.certificate is not None for line in lines),
        "renamed": [line for line in lines if line.is_renamed],
        "voided": voided(training_class, request.scope),
        "early": services.why_not_yet(training_class),
        "may_run": request.scope.allows(Can.RUN_TRAINING, training_class.province_id),
        "whole": whole,
        "shapes": FileShape.choices if whole else [],
        "crumbs": below_class(request, training_class),
    }
    return render(request, "training/certificates/class.html", context)


@require_POST
def certificates_issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _issue(request, pk, services.issue, "Đã cấp {} giấy chứng nhận. Bản PDF đang được tạo.")


@require_POST
def certificates_reissue(request: HttpRequest, pk: int) -> HttpResponse:
    return _issue(request, pk, services.reissue, "Đã cấp lại {} giấy chứng nhận; giấy cũ hết giá trị từ hôm nay.")


def _issue(request: HttpRequest, pk: int, service, done: str) -> HttpResponse:
    training_class = attended_class_or_404(request.scope, pk, Can.RUN_TRAINING)
    try:
        made = service(training_class=training_class, address=lookup_address(request), by=request.user)
        messages.success(request, done.format(len(made)) if made else "Không có ai cần cấp giấy.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("training:certificates", pk)


def certificate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = _certificate(request, pk, Can.RUN_TRAINING)
    name = f"{certificate.full_name}, {certificate.title}"

    def foretell(form: PageForm) -> list[str]:
        return [
            f"Giấy chứng nhận của {name} hết giá trị từ hôm nay; trang tra cứu báo như vậy.",
            "Kết quả của người này thành “Chưa hoàn thành”.",
        ]

    def save(form: PageForm) -> None:
        services.revoke(certificate=certificate, by=request.user)

    back = reverse("training:certificates", args=[certificate.enrolment.training_class_id])
    page = FormPage(
        "Thu hồi giấy chứng nhận",
        "Thu hồi",
        back,
        "Đã thu hồi.",
        [*below_class(request, certificate.enrolment.training_class), ("Giấy chứng nhận", back)],
        intro=f"{name}. Chỉ thu hồi giấy cấp nhầm; tên sai thì sửa tên trong danh sách tổ rồi cấp lại.",
        danger=True,
    )
    form = PageForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, page, save, foretell=foretell)


@require_safe
def certificate_file(request: HttpRequest, pk: int) -> FileResponse:
    """One certificate as PDF, as it was drawn when it was issued."""
    certificate = _certificate(request, pk)
    if not certificate.pdf:
        raise Http404("Bản PDF đang được tạo. Hãy tải lại trang sau ít phút.")
    name = f"Giấy chứng nhận – {file_part(certificate.full_name)}.pdf"
    return FileResponse(certificate.pdf.open(), as_attachment=True, filename=name, content_type="application/pdf")


@require_POST
def certificates_files(request: HttpRequest, pk: int) -> HttpResponse:
    """All of the class in the posted `shape`, by a job."""
    training_class = attended_class_or_404(request.scope, pk)
    request.scope.require(Can.VIEW, training_class.province_id)
    job = ask_class_files(
        training_class=training_class, shape=_shape(request), address=lookup_address(request), by=request.user
    )
    return redirect("jobs:detail", job.pk)


@require_POST
def commune_files(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code)
    job = ask_commune_files(commune=commune, shape=_shape(request), address=lookup_address(request), by=request.user)
    return redirect("jobs:detail", job.pk)


def lookup_address(request: HttpRequest) -> str:
    """Where codes are looked up, as a telephone reads it from paper."""
    return request.build_absolute_uri(reverse("training:lookup"))


def _shape(request: HttpRequest) -> FileShape:
    if request.POST.get("shape") not in FileShape:
        raise Http404
    return FileShape(request.POST["shape"])


def _certificate(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> Certificate:
    rows = Certificate.objects.select_related("enrolment__training_class__call")
    return get_or_404(request.scope, rows, capability, pk=pk)
