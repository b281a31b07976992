"""Topics with their files and links, for those who learn and those who teach."""

from collections import Counter
from datetime import date

from django.db.models import QuerySet

from teams.access import Scope
from teams.models.base import in_force
from training.access import own_or_shipped
from training.models import Material, Topic


def topics_of_scope(scope: Scope) -> QuerySet[Topic]:
    """Of all times."""
    return Topic.objects.filter(own_or_shipped(scope)).select_related("province")


def materials_of_scope(scope: Scope) -> QuerySet[Material]:
    return Material.objects.filter(own_or_shipped(scope)).select_related("topic", "province")


def catalogue(scope: Scope, day: date) -> list[tuple[Topic, int]]:
    """What is taught that day, each topic with how many files and links the reader finds there. Two queries."""
    found = Counter(materials_of_scope(scope).order_by().values_list("topic__province", "topic__code"))
    topics = topics_of_scope(scope).filter(in_force(day))
    return [(topic, found[topic.province_id, topic.code]) for topic in topics]


def materials_of(scope: Scope, topic: Topic) -> list[Material]:
    """Those of its code: a topic that is worded anew keeps what was there for the one before it."""
    return list(materials_of_scope(scope).filter(topic__code=topic.code, topic__province=topic.province_id))
