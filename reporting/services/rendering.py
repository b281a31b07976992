"""Reports as files: what was submitted once and for all, what is still written as a draft."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from django.core.files.base import ContentFile

from reporting.enums import SENT
from reporting.figures import ReportFigures
from reporting.layouts.report import report_document
from reporting.layouts.report_sheet import write_report_sheets
from reporting.models import Report, ReportSnapshot
from reporting.queries.figures import frozen_figures, report_figures

FORMATS = ("pdf", "docx", "xlsx")


def store_pdf(snapshot_id: int) -> ReportSnapshot:
    """The snapshot with its PDF, drawn unless it has one; in the caller's transaction, which then holds the row."""
    snapshot = ReportSnapshot.objects.select_for_update().get(pk=snapshot_id)
    if not snapshot.pdf_sha256:
        data = _pdf(frozen_figures(snapshot))
        field = ReportSnapshot._meta.get_field("pdf")
        name = field.generate_filename(snapshot, f"{snapshot.pk}.pdf")
        field.storage.delete(name)  # of a run that was rolled back: nobody else has this name
        snapshot.pdf = field.storage.save(name, ContentFile(data))
        snapshot.pdf_sha256 = hashlib.sha256(data).hexdigest()
        snapshot.save(update_fields=["pdf", "pdf_sha256"])
    return snapshot


def report_bytes(report: Report, format: str) -> tuple[bytes, str]:
    """The file and its name, in one of FORMATS: of what was last submitted, else of the draft, whose name says so."""
    snapshot = report.snapshots.first() if report.state in SENT else None
    if snapshot is None:
        figures = report_figures(report, roster=True)
        return WRITERS[format](figures), f"DỰ THẢO {filename(report, figures, format)}"
    figures = frozen_figures(snapshot)
    if format == "pdf" and snapshot.pdf_sha256:
        with snapshot.pdf.open() as file:
            return file.read(), filename(report, figures, format)
    return WRITERS[format](figures), filename(report, figures, format)


def filename(report: Report, figures: ReportFigures, format: str) -> str:
    """Such as "Báo cáo cv-4675 – Đặc khu Cát Hải.pdf"."""
    return f"Báo cáo {report.campaign.slug} – {figures.commune}.{format}"


def _pdf(figures: ReportFigures) -> bytes:
    from cdt_portal.lib.documents.pdf import render_pdf

    return render_pdf(report_document(figures))


def _docx(figures: ReportFigures) -> bytes:
    from cdt_portal.lib.documents.docx import render_docx

    return render_docx(report_document(figures))


def _xlsx(figures: ReportFigures) -> bytes:
    target = BytesIO()
    write_report_sheets(target, figures)
    return target.getvalue()


WRITERS: dict[str, Callable[[ReportFigures], bytes]] = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}
