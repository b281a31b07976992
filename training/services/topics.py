"""Topics: the shipped catalogue, from its file, and those of a province. One that is worded anew ends and another of
its code begins: what calls and classes named stays as it was."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.models import Province
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged
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


# Of a province --------------------------------------------------------------------------------------------------------


@action
def begin_topic(*, province: Province, code: str, wording: dict[str, object], begins: date | None, by: User) -> Topic:
    """A topic of the province's own. `wording`: name, description, hours. Raises ValidationError for a code that is
    taught already."""
    if Topic.objects.filter(province=province, code=code, ended_on=None).exists():
        raise ValidationError(f"Đã có chuyên đề mang mã “{code}” đang dùng.")
    if Topic.objects.filter(province=None, code=code).exists():
        raise ValidationError(f"Mã “{code}” là của danh mục chung. Hãy dùng mã khác.")
    return Topic.objects.create(province=province, code=code, valid_from=begins, **wording)


@action
def reword_topic(*, topic: Topic, version: int, wording: dict[str, object], begins: date, by: User) -> Topic:
    """The one that takes its place from that day. Raises Conflict, ValidationError."""
    end_topic(topic=topic, version=version, on=begins, by=by)
    return Topic.objects.create(province=topic.province, code=topic.code, valid_from=begins, **wording)


@action
def end_topic(*, topic: Topic, version: int, on: date, by: User) -> Topic:
    """It is taught no more from that day. Raises Conflict; ValidationError for a day before it began."""
    if topic.valid_from and on < topic.valid_from:
        raise ValidationError("Ngày thôi dùng trước ngày bắt đầu dùng.")
    return save_if_unchanged(topic, version=version, fields={"ended_on": on})
