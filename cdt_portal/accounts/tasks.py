from celery import shared_task
from django.core.management import call_command

from cdt_portal.accounts import events


@shared_task
def forget_old_logins() -> None:
    """Once a day: login events past their time, and sessions that have ended."""
    events.forget_old()
    call_command("clearsessions")
