"""Settings of the processes that the faults tests start: only the sweep beats, `FAULTS_SPEED` times as often."""

from cdt_portal import env
from tests.settings import *  # noqa: F403

FAULTS_SPEED = env.number("FAULTS_SPEED", 1)
SWEEP = CELERY_BEAT_SCHEDULE["sweep"]  # noqa: F405
CELERY_BEAT_SCHEDULE = {"sweep": SWEEP | {"schedule": SWEEP["schedule"] / FAULTS_SPEED}}
