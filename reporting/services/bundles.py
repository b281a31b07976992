"""All communes' PDFs in one file. Each PDF is made by its own job, so that several workers share them; whichever makes
the last one asks for the bundle.

Whoever makes or asks for PDFs locks first the snapshots without one, then the bundle, and counts under both locks: so
neither of two last PDFs, nor a PDF finished while somebody asks, leaves a bundle waiting.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from cdt_portal.accounts.models import User
from cdt_portal.jobs.enums import UNFINISHED, JobState
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.sheets import write_zip
from reporting.enums import BundleKind
from reporting.models import Bundle, Campaign, ReportSnapshot
from reporting.queries.consolidation import asked_communes
from reporting.services.snapshots import ask_pdf

SUFFIX = {BundleKind.ZIP: ".zip", BundleKind.MERGED: ".pdf"}


@transaction.atomic
def ask_bundle(*, campaign: Campaign, kind: str, by: User) -> Bundle:
    """The bundle of what counts now, the same for all who ask; PDFs that are missing, or failed, are asked for again.
    Raises ValidationError when no report counts yet."""
    snapshots = [each.snapshot for each in asked_communes(campaign) if each.snapshot]
    if not snapshots:
        raise ValidationError("Chưa có xã nào nộp báo cáo, nên chưa có gì để gộp.")
    missing = list(_without_pdf(snapshots).select_for_update(of=["self"]).order_by("pk"))
    asked = Bundle(
        campaign=campaign,
        province_id=campaign.province_id,
        kind=kind,
        snapshots=snapshots,
        key=_key(campaign, kind, snapshots),
        asked_by=by,
    )
    Bundle.objects.bulk_create([asked], ignore_conflicts=True)
    bundle = _held(asked.key)
    for snapshot in missing:
        ask_pdf(snapshot, by=by)
    _start_when_complete(bundle, by)
    return bundle


def _key(campaign: Campaign, kind: str, snapshots: list[int]) -> str:
    return hashlib.sha256(json.dumps([campaign.pk, kind, snapshots]).encode()).hexdigest()


def _without_pdf(snapshots: list[int]):
    return ReportSnapshot.objects.filter(pk__in=snapshots, pdf_sha256="")


def _held(key: str) -> Bundle:
    """The bundle as it stands now; it stays so until the caller's transaction ends."""
    return Bundle.objects.select_for_update(of=["self"]).select_related("campaign", "job", "asked_by").get(key=key)


def pdf_made(snapshot: ReportSnapshot) -> None:
    """In the transaction that made the snapshot's PDF and holds its row: bundles that waited for it alone begin."""
    waiting = Bundle.objects.filter(snapshots__contains=[snapshot.pk], job=None).order_by("pk")
    for key in waiting.values_list("key", flat=True):
        bundle = _held(key)
        _start_when_complete(bundle, bundle.asked_by)


def _start_when_complete(bundle: Bundle, by: User) -> None:
    """Ask for the bundle's own job when no PDF is missing, unless it runs or its file is there."""
    if _without_pdf(bundle.snapshots).exists() or _is_made(bundle.job):
        return
    bundle.job = enqueue(
        kind="report.bundle",
        title=f"{bundle.get_kind_display()}: {bundle.campaign.title}",
        args={"bundle": bundle.pk},
        by=by,
        province=bundle.province_id,
        key=f"report.bundle:{bundle.pk}",
    )
    bundle.save(update_fields=["job"])


def _is_made(job: Job | None) -> bool:
    """A file goes after 30 days and is made again then."""
    return job is not None and job.state == JobState.DONE and bool(job.file)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bundle is: `made` of `asked` PDFs; `failed` are (commune, reason) of those that could not be made."""

    made: int
    asked: int
    failed: tuple[tuple[str, str], ...]

    @property
    def is_stuck(self) -> bool:
        """Nothing will come any more unless somebody tries again."""
        return bool(self.failed) and self.made + len(self.failed) == self.asked


def progress_of(bundle: Bundle) -> Progress:
    """Two queries."""
    missing = dict(_without_pdf(bundle.snapshots).values_list("pk", "commune__name"))
    keys = {f"report.pdf:{pk}": name for pk, name in missing.items()}
    jobs = Job.objects.filter(key__in=keys, kind="report.pdf").order_by("key", "-created_at").distinct("key")
    failed = tuple((keys[job.key], job.error) for job in jobs if job.state not in [*UNFINISHED, JobState.DONE])
    return Progress(len(bundle.snapshots) - len(missing), len(bundle.snapshots), failed)


def write_bundle(bundle: Bundle, target: Path, progress: Callable[..., None]) -> None:
    """Write the file of a bundle none of whose PDFs is missing to `target`."""
    parts = _parts(bundle, progress)
    if bundle.kind == BundleKind.MERGED:
        from cdt_portal.lib.documents.pdf import merge

        merge(parts, target)
        return
    with target.open("wb") as file:
        write_zip(file, ((f"{number:03} {name}.pdf", _writer(data)) for number, (name, data) in enumerate(parts, 1)))


def _writer(data: bytes) -> Callable:
    return lambda part: part.write(data)


def _parts(bundle: Bundle, progress: Callable[..., None]) -> Iterator[tuple[str, bytes]]:
    """(commune, PDF), by commune's name; one is read at a time."""
    found = ReportSnapshot.objects.select_related("commune").defer("content", "roster").in_bulk(bundle.snapshots)
    for number, pk in enumerate(bundle.snapshots):
        progress(number, len(bundle.snapshots), "Đang gộp các bản PDF")
        with found[pk].pdf.open() as file:
            yield found[pk].commune.name, file.read()


def bundle_filename(bundle: Bundle) -> str:
    """Such as "Báo cáo các xã cv-4675.zip"."""
    return f"Báo cáo các xã {bundle.campaign.slug}{SUFFIX[BundleKind(bundle.kind)]}"
