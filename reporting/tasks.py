"""What reports do outside requests."""

from celery import shared_task

from reporting.services import periods


@shared_task
def open_due_periods() -> int:
    return len(periods.open_due_periods())
