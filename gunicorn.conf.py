"""What gunicorn does wherever it is started, beside the options of bin/run and of the image."""

import os
import shutil
import tempfile
from itertools import count

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from cdt_portal.logs import HideLinks, JsonLine

# As in cdt_portal/metrics.py, which is imported in the workers only: what it imports asks for the folder at once.
FOLDER, PLACE = "PROMETHEUS_MULTIPROC_DIR", "CDT_METRICS_PLACE"


class Log(Logger):
    """Lines as the portal's own."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            log.addFilter(HideLinks())
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLine())


logger_class = Log


def on_starting(server: Arbiter) -> None:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="cdt-metrics-")


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """The lowest place that no living worker has: whoever takes one over goes on counting where the last one ended."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in count() if place not in taken)


def post_fork(server: Arbiter, worker: Worker) -> None:
    os.environ[PLACE] = str(worker.place)


def on_exit(server: Arbiter) -> None:
    shutil.rmtree(os.environ[FOLDER], ignore_errors=True)
