"""The nightly backup."""

from pathlib import Path

from celery import shared_task
from django.conf import settings

from cdt_portal.backup import services
from cdt_portal.jobs.registry import Result, Work, job
from cdt_portal.jobs.services import JobFailed, enqueue


@shared_task
def ask_for_backup() -> None:
    """A job, so that one worker takes it, it is tried again, and its failure is told where jobs are counted."""
    if settings.BACKUP_DIR:
        enqueue(kind="backup", title="Sao lưu hằng đêm", args={}, by=None, key="backup")


@job("backup")
def take_backup(work: Work) -> Result:
    try:
        path, manifest = services.take(Path(settings.BACKUP_DIR), keep=settings.BACKUP_KEEP)
    except services.Refused as refusal:
        raise JobFailed(str(refusal)) from refusal
    return Result(message=f"Đã sao lưu {sum(manifest.counts.values())} dòng, {len(manifest.files)} tệp: {path.name}.")
