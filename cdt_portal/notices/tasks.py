"""What beat does about notices and reminders."""

from celery import shared_task

from cdt_portal.notices import reminders, services


@shared_task
def remind() -> int:
    return reminders.remind()


@shared_task
def send_mail() -> int:
    return reminders.send_mail()


@shared_task
def forget_old_notices() -> int:
    return services.forget_old()
