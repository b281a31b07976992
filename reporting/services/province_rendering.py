"""The province's report as files: as it was locked, else as last consolidated, whose name says that it is a draft."""

from collections.abc import Callable
from io import BytesIO

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from reporting.definition import Definition, parse
from reporting.enums import ProvinceReportState
from reporting.layouts.province import province_document
from reporting.layouts.province_sheet import write_province_sheets
from reporting.models import ProvinceReport
from reporting.queries.consolidation import figures_of, province_paper

LABELS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}


def ask_file(*, report: ProvinceReport, format: str, by: User) -> Job:
    """Those who ask for the same words and figures share the work."""
    return enqueue(
        kind="report.province",
        title=f"Báo cáo tổng hợp ({LABELS[format]}): {report.campaign.title}",
        args={"report": report.pk, "format": format},
        by=by,
        province=report.province_id,
        key=f"report.province:{report.pk}:{format}:{report.version}:{report.sha256[:16]}",
    )


def province_bytes(report: ProvinceReport, format: str) -> tuple[bytes, str]:
    """The file and its name, in one of LABELS. The report was consolidated once."""
    return WRITERS[format](report, parse(report.campaign.form_version.definition)), filename(report, format)


def filename(report: ProvinceReport, format: str) -> str:
    """Such as "Tổng hợp cv-4675 – Thành phố Hải Phòng.pdf"."""
    name = f"Tổng hợp {report.campaign.slug} – {report.campaign.province.name}.{format}"
    return name if report.state == ProvinceReportState.LOCKED else f"DỰ THẢO {name}"


def _document(report: ProvinceReport, definition: Definition):
    figures = figures_of(report)
    paper = figures.paper or province_paper(report.campaign, figures)
    return province_document(figures, definition, report.texts, paper)


def _pdf(report: ProvinceReport, definition: Definition) -> bytes:
    from cdt_portal.lib.documents.pdf import render_pdf

    return render_pdf(_document(report, definition))


def _docx(report: ProvinceReport, definition: Definition) -> bytes:
    from cdt_portal.lib.documents.docx import render_docx

    return render_docx(_document(report, definition))


def _xlsx(report: ProvinceReport, definition: Definition) -> bytes:
    target = BytesIO()
    write_province_sheets(target, figures_of(report), definition)
    return target.getvalue()


WRITERS: dict[str, Callable[[ProvinceReport, Definition], bytes]] = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}
