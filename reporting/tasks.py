"""What reports do outside requests."""

from celery import shared_task

from cdt_portal.jobs.registry import Result, Work, job
from reporting.services import periods, reports
from reporting.services.rendering import store_pdf


@shared_task
def open_due_periods() -> int:
    return len(periods.open_due_periods())


@shared_task
def lock_lapsed_reports() -> int:
    return reports.lock_lapsed()


@job("report.pdf")
def render_report(work: Work) -> Result:
    snapshot = store_pdf(work.args["snapshot"])
    return Result(message=f"Đã tạo bản PDF của lần nộp {snapshot.number}.")
