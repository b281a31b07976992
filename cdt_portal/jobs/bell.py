"""Tells Celery that a job waits. Nothing depends on being heard: the sweeper rings again."""

import logging
import threading
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def reach(timeout: float) -> None:
    """Raises whatever the broker's library raises when it does not answer."""
    with current_app.connection_for_write(connect_timeout=timeout) as broker:
        broker.ensure_connection(max_retries=1, timeout=timeout)


def ring(job_id: UUID) -> None:
    """Return at once, whatever state Redis is in."""
    threading.Thread(target=send, args=[job_id], name="bell", daemon=True).start()


def send(job_id: UUID) -> bool:
    """Whether the message went out. May wait for the broker's time-outs."""
    try:
        current_app.send_task("cdt_portal.jobs.tasks.run_job", [str(job_id)], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("job %s: the bell is not heard (%s)", job_id, type(error).__name__)
        return False
    return True
