"""The province's report as files: kept as it was locked, else as last consolidated, under a name that says "draft"."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from reporting.definition import Definition, parse
from reporting.enums import ProvinceFormat, ProvinceReportState
from reporting.layouts.province import province_document
from reporting.layouts.province_sheet import write_province_sheets
from reporting.models import ProvinceFile, ProvinceReport
from reporting.queries.consolidation import figures_of, province_paper


def ask_file(*, report: ProvinceReport, format: str, by: User) -> Job:
    """A draft's file. Those who ask for the same words and figures share the work."""
    return enqueue(
        kind="report.province",
        title=f"Báo cáo tổng hợp ({ProvinceFormat(format).label}): {report.campaign.title}",
        args={"report": report.pk, "format": format},
        by=by,
        province=report.province_id,
        key=f"report.province:{report.pk}:{format}:{report.version}:{report.sha256[:16]}",
    )


def ask_kept_files(*, report: ProvinceReport, by: User) -> Job:
    """The job that draws a locked report once and for all; the one that is under way, if there is."""
    return enqueue(
        kind="report.province_kept",
        title=f"Tệp báo cáo tổng hợp đã chốt: {report.campaign.title}",
        args={"report": report.pk},
        by=by,
        province=report.province_id,
        key=kept_key(report),
    )


def kept_key(report: ProvinceReport) -> str:
    return f"report.province_kept:{report.pk}"


@transaction.atomic
def keep_file(report: ProvinceReport, format: str) -> ProvinceFile:
    """The locked report's file of that format, drawn unless it is there; in the caller's transaction, which then holds
    the report's row."""
    ProvinceReport.objects.select_for_update().get(pk=report.pk)
    kept = report.files.filter(format=format).first()
    if kept is None:
        data = _drawn(report, format)
        kept = ProvinceFile(report=report, format=format, sha256=hashlib.sha256(data).hexdigest())
        field = kept._meta.get_field("file")
        name = field.generate_filename(kept, f"{report.pk}.{format}")
        field.storage.delete(name)  # of a run that was rolled back: nobody else has this name
        kept.file = field.storage.save(name, ContentFile(data))
        kept.save(force_insert=True)
    return kept


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """A locked report's files by format, those that are made; while one is missing `job` is the last that was asked."""

    made: dict[str, ProvinceFile]
    job: Job | None

    @property
    def is_waiting(self) -> bool:
        return self.job is not None and self.job.is_unfinished


def kept_files(report: ProvinceReport) -> KeptFiles:
    """Two queries, the job's first: what a job that was done has made is there when the files are asked for."""
    job = Job.objects.filter(key=kept_key(report)).order_by("created_at").last()
    kept = {each.format: each for each in report.files.all()}
    made = {format.value: kept[format] for format in ProvinceFormat if format in kept}
    return KeptFiles(made, None if len(made) == len(ProvinceFormat) else job)


def province_bytes(report: ProvinceReport, format: str) -> tuple[bytes, str]:
    """The file and its name, in a ProvinceFormat. The report was consolidated once; of a locked one it is the file that
    is kept."""
    if report.state != ProvinceReportState.LOCKED:
        return _drawn(report, format), filename(report, format)
    with keep_file(report, format).file.open() as file:
        return file.read(), filename(report, format)


def _drawn(report: ProvinceReport, format: str) -> bytes:
    return WRITERS[format](report, parse(report.campaign.form_version.definition))


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
