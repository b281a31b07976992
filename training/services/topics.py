"""The shipped catalogue of topics, from its file."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from training.models import Topic

SHIPPED = Path("fixtures") / "training_topics.json"


@transaction.atomic
def load_shipped(path: Path = settings.BASE_DIR / SHIPPED, *, today: date | None = None) -> int:
    """Bring the catalogue to what the file says; returns how many topics began or ended. What calls and classes named
    stays as it was: a topic that the file words anew ends and another begins, one that it no longer has ends."""
    today = today or timezone.localdate()
    wanted = {each["code"]: each | {"hours": Decimal(each["hours"])} for each in json.loads(path.read_text("utf-8"))}
    shipped = list(Topic.objects.filter(province=None))
    live, known = {topic.code: topic for topic in shipped if not topic.ended_on}, {topic.code for topic in shipped}
    stale = [topic.pk for code, topic in live.items() if not _is(topic, wanted.get(code, {}))]
    Topic.objects.filter(pk__in=stale).update(ended_on=today)
    fresh = [
        # The first catalogue has no beginning: calls about days before it was loaded may name its topics.
        Topic(**each, valid_from=today if code in known else None)
        for code, each in wanted.items()
        if code not in live or live[code].pk in stale
    ]
    Topic.objects.bulk_create(fresh)
    return len(stale) + len(fresh)


def _is(topic: Topic, wanted: dict[str, object]) -> bool:
    return all(getattr(topic, name) == wanted.get(name) for name in ("name", "description", "hours"))
