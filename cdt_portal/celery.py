"""The Celery application: `celery -A cdt_portal worker` and `celery -A cdt_portal beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdt_portal.settings")

app = Celery("cdt_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # for every thread: without it, other threads than the importing one get a bare application
app.autodiscover_tasks()
