"""Topics with their files and links, for those who learn and those who teach."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from teams.access import Scope
from teams.models.base import in_force
from training.access import own_or_shipped
from training.models import Material, Topic


def topics_of_scope(scope: Scope) -> QuerySet[Topic]:
    """Of all times."""
    return Topic.objects.filter(own_or_shipped(scope)).select_related("province")


def materials_of_scope(scope: Scope) -> QuerySet[Material]:
    return Material.objects.filter(own_or_shipped(scope)).select_related("topic", "province")


def catalogue(scope: Scope, day: date) -> list[Topic]:
    """What is taught that day, each topic with how many `files_and_links` the reader finds there. One query."""
    seen = Q(materials__isnull=False) & own_or_shipped(scope, "materials__")
    topics = topics_of_scope(scope).filter(in_force(day))
    return list(topics.annotate(files_and_links=Count("materials", filter=seen)))


def materials_of(scope: Scope, topic: int) -> list[Material]:
    return list(materials_of_scope(scope).filter(topic=topic))
