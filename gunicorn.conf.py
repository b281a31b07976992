"""What gunicorn does wherever it is started, beside the options of bin/run and of the image."""

from gunicorn.arbiter import Arbiter

from cdt_portal.logs import HideLinks


def on_starting(server: Arbiter) -> None:
    for log in (server.log.access_log, server.log.error_log):
        log.addFilter(HideLinks())
