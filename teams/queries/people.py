"""Who works where: the active users who may do something in a unit by a post of theirs, for those who tell them.

People of the whole nation run the portal; nobody tells them of one unit's work.
"""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet

from cdt_portal.accounts.models import User
from teams.access import CAPABILITIES, Can
from teams.models import Assignment


def posts_with(capability: Can) -> QuerySet[Assignment]:
    """Posts of active users that give the capability, wherever they are."""
    roles = [role for role, granted in CAPABILITIES.items() if capability in granted]
    return Assignment.objects.filter(role__in=roles, user__is_active=True)


def people_with(capability: Can, province: str, commune: str) -> QuerySet[User]:
    """Those who may do it in the commune by a post there or over its whole province."""
    there, above = Q(commune=commune), Q(province=province, commune=None)
    return User.objects.filter(pk__in=posts_with(capability).filter(there | above).values("user")).order_by("pk")


def people_of_communes(capability: Can, codes: Collection[str]) -> dict[str, list[int]]:
    """Ids of those with a post in each commune itself, by its code; a commune without any is left out. One query."""
    found: dict[str, list[int]] = defaultdict(list)
    posts = posts_with(capability).filter(commune__in=codes)
    for code, user_id in posts.order_by("user_id").values_list("commune_id", "user_id").distinct():
        found[code].append(user_id)
    return dict(found)


def people_of_departments(capability: Can, codes: Collection[str]) -> dict[str, list[int]]:
    """Ids of those with a post over each whole province, by its code. One query."""
    found: dict[str, list[int]] = defaultdict(list)
    posts = posts_with(capability).filter(province__in=codes, commune=None)
    for code, user_id in posts.order_by("user_id").values_list("province_id", "user_id").distinct():
        found[code].append(user_id)
    return dict(found)
