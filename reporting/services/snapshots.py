"""What a commune submits is frozen: figures, texts, roster and the day they speak of, under one checksum."""

import hashlib
import json
from dataclasses import asdict

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from reporting.figures import frozen, to_json
from reporting.models import Report, ReportSnapshot
from reporting.queries.figures import report_figures
from reporting.queries.review import weigh


def freeze(*, report: Report, by: User) -> ReportSnapshot:
    """The report as it stands now, in the caller's transaction, which holds the report's row; its PDF is asked for."""
    figures = report_figures(report, roster=True)
    content = to_json(frozen(figures))
    roster = content.pop("roster", [])
    snapshot = ReportSnapshot.objects.create(
        report=report,
        province_id=report.province_id,
        commune_id=report.commune_id,
        number=report.snapshots.count() + 1,
        form_version_id=report.campaign.form_version_id,
        as_of=figures.as_of,
        content=content,
        roster=roster,
        sha256=checksum(content, roster),
        made_by=by,
        **asdict(weigh(figures)),
    )
    ask_pdf(snapshot, by=by)
    return snapshot


def ask_pdf(snapshot: ReportSnapshot, *, by: User) -> Job:
    """The job that draws the snapshot's PDF, in the caller's transaction; the one that is under way, if there is."""
    return enqueue(
        kind="report.pdf",
        title=f"Bản PDF báo cáo của {snapshot.content['commune']}, lần nộp {snapshot.number}",
        args={"snapshot": snapshot.pk},
        by=by,
        province=snapshot.province_id,
        commune=snapshot.commune_id,
        key=_key(snapshot),
    )


def pdf_job(snapshot: ReportSnapshot) -> Job | None:
    """While the snapshot has no PDF the last job that was to draw it. It may be done since the snapshot was read, which
    then has its PDF."""
    if snapshot.pdf_sha256:
        return None
    job = Job.objects.filter(key=_key(snapshot)).order_by("created_at").last()
    snapshot.refresh_from_db(fields=["pdf", "pdf_sha256"])
    return None if snapshot.pdf_sha256 else job


def _key(snapshot: ReportSnapshot) -> str:
    return f"report.pdf:{snapshot.pk}"


def checksum(content: dict, roster: list) -> str:
    """sha256 of both as canonical JSON: keys in order, no spaces, UTF-8."""
    text = json.dumps([content, roster], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
