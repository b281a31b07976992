"""The one place that turns a user into the rows they may touch.

`scope_for(user)` says where (nation, provinces, communes) and what (capabilities); `scope.narrow(queryset)` is the only
filter of foreign rows, for pages, counts, exports, autocompletes and job results alike. Someone else's object is a 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from cdt_portal.accounts.models import User
from cdt_portal.lib.row_security import EVERYTHING, Sight
from teams.enums import UserRole
from teams.models import Assignment, Commune, Province

M = TypeVar("M", bound=Model)


class Can(StrEnum):
    """What a role may do inside its units."""

    VIEW = "view"
    EDIT_ROSTER = "edit_roster"
    EDIT_UNITS = "edit_units"
    IMPORT_ROSTER = "import_roster"
    SEE_PHONES = "see_phones"  # in full without asking; others reveal one by one, which leaves a trace
    REVEAL_PHONES = "reveal_phones"
    APPROVE = "approve"
    WRITE_REPORT = "write_report"
    REVIEW_REPORT = "review_report"
    RUN_CAMPAIGNS = "run_campaigns"  # periods, forms, letters, campaigns, consolidation
    REGISTER_NEEDS = "register_needs"  # needs, who replaces whom, contest counts of the commune
    RUN_TRAINING = "run_training"  # calls, plans, classes, results, certificates, contests
    MANAGE_USERS = "manage_users"


CAPABILITIES: dict[UserRole, frozenset[Can]] = {
    UserRole.SYSTEM_ADMIN: frozenset({Can.VIEW, Can.MANAGE_USERS, Can.EDIT_UNITS}),
    UserRole.DEPARTMENT_STAFF: frozenset(
        {
            Can.VIEW,
            Can.EDIT_ROSTER,
            Can.EDIT_UNITS,
            Can.IMPORT_ROSTER,
            Can.REVEAL_PHONES,
            Can.MANAGE_USERS,
            Can.REVIEW_REPORT,
            Can.RUN_CAMPAIGNS,
            Can.RUN_TRAINING,
        }
    ),
    UserRole.DEPARTMENT_VIEWER: frozenset({Can.VIEW}),
    UserRole.COMMUNE_OFFICER: frozenset(
        {
            Can.VIEW,
            Can.EDIT_ROSTER,
            Can.EDIT_UNITS,
            Can.IMPORT_ROSTER,
            Can.SEE_PHONES,
            Can.REVEAL_PHONES,
            Can.WRITE_REPORT,
            Can.REGISTER_NEEDS,
        }
    ),
    UserRole.COMMUNE_LEADER: frozenset({Can.VIEW, Can.REVEAL_PHONES, Can.APPROVE}),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One assignment: a role over the nation (both codes empty), a province, or a commune."""

    role: UserRole
    province: str
    commune: str

    def covers(self, province: str, commune: str) -> bool:
        if self.commune:
            return self.commune == commune
        return not self.province or self.province == province


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a user may look and what they may do there."""

    posts: tuple[Post, ...]

    def _with(self, capability: Can) -> list[Post]:
        return [post for post in self.posts if capability in CAPABILITIES[post.role]]

    def where(self, path: str = "", capability: Can = Can.VIEW) -> Q:
        """The condition on rows whose `province_id` and `commune_id` stand behind `path` ("" or "team__")."""
        posts = self._with(capability)
        if any(not post.province for post in posts):
            return Q()
        condition = Q(pk__in=[])
        provinces = {post.province for post in posts if not post.commune}
        communes = {post.commune for post in posts if post.commune}
        if provinces:
            condition |= Q(**{f"{path}province_id__in": provinces})
        if communes:
            condition |= Q(**{f"{path}commune_id__in": communes})
        return condition

    def codes(self, capability: Can = Can.VIEW) -> frozenset[str] | None:
        """The codes of the provinces and of the single communes in scope, for an index that knows rows by them; None
        is everywhere. What is found by them is narrowed as everything else."""
        posts = self._with(capability)
        return None if any(not post.province for post in posts) else frozenset(p.commune or p.province for p in posts)

    def narrow(self, queryset: QuerySet[M], path: str = "", capability: Can = Can.VIEW) -> QuerySet[M]:
        return queryset.filter(self.where(path, capability))

    def communes(self, capability: Can = Can.VIEW) -> QuerySet[Commune]:
        """The communes in scope; narrower callers pass what they want to do there."""
        posts = self._with(capability)
        if any(not post.province for post in posts):
            return Commune.objects.all()
        provinces = {post.province for post in posts if not post.commune}
        return Commune.objects.filter(
            Q(province_id__in=provinces) | Q(pk__in={post.commune for post in posts if post.commune})
        )

    def provinces(self, capability: Can = Can.VIEW) -> QuerySet[Province]:
        """The provinces the user sees as a whole (a commune's people see none)."""
        posts = [post for post in self._with(capability) if not post.commune]
        if any(not post.province for post in posts):
            return Province.objects.all()
        return Province.objects.filter(pk__in={post.province for post in posts})

    def in_provinces(self, path: str = "", capability: Can = Can.VIEW) -> Q:
        """The condition on rows that a whole province shares (periods, campaigns): a commune's people see those of
        their province too."""
        posts = self._with(capability)
        if any(not post.province for post in posts):
            return Q()
        return Q(**{f"{path}province_id__in": {post.province for post in posts}})

    def allows(self, capability: Can, province: str = "", commune: str = "") -> bool:
        """Whether the user may do it in that unit; without a unit, whether they may do it anywhere."""
        posts = self._with(capability)
        if not province and not commune:
            return bool(posts)
        return any(post.covers(province, commune) for post in posts)

    def require(self, capability: Can, province: str = "", commune: str = "") -> None:
        """403 unless the user may do it in that unit."""
        if not self.allows(capability, province, commune):
            raise PermissionDenied("Bạn chỉ được xem, không được sửa mục này.")

    @property
    def sight(self) -> Sight:
        """The same for the database, whatever may be done there: the lock below `narrow`."""
        codes = self.codes()
        if codes is None:
            return EVERYTHING
        return Sight.of(codes, {post.province for post in self.posts})

    @property
    def home_province(self) -> str:
        """The code of the only province that the user has to do with, or ""."""
        provinces = {post.province for post in self.posts}
        return provinces.pop() if len(provinces) == 1 else ""

    @property
    def home_commune(self) -> str:
        """The code of the only commune the user has, or ""."""
        communes = {post.commune for post in self.posts}
        return communes.pop() if len(communes) == 1 else ""


def scope_for(user: User) -> Scope:
    """The scope of `user` now: read on every request, so that a change of post acts on the next one."""
    if not user.is_authenticated or not user.is_active:
        return Scope(())
    rows = Assignment.objects.filter(user=user).values_list("role", "province_id", "commune_id")
    return Scope(tuple(Post(UserRole(role), province or "", commune or "") for role, province, commune in rows))


def needs_second_factor(user: User) -> bool:
    """Department staff, viewers and administrators always; communes by the portal's setting."""
    roles = set(Assignment.objects.filter(user=user).values_list("role", flat=True))
    commune_roles = {UserRole.COMMUNE_OFFICER, UserRole.COMMUNE_LEADER}
    return bool(roles - commune_roles) or user.is_staff or (settings.COMMUNE_SECOND_FACTOR and bool(roles))


def get_or_404(scope: Scope, queryset: QuerySet[M], capability: Can = Can.VIEW, **lookup) -> M:
    """The one row in scope; 404 when it is absent or somebody else's, 403 when seen but not to be changed."""
    row = scope.narrow(queryset).filter(**lookup).first()
    if row is None:
        raise Http404("Không tìm thấy, hoặc không thuộc đơn vị của bạn.")
    scope.require(capability, row.province_id, row.commune_id)
    return row


def commune_or_404(scope: Scope, code: str, capability: Can = Can.VIEW) -> Commune:
    commune = scope.communes().select_related("province").filter(pk=code).first()
    if commune is None:
        raise Http404("Không tìm thấy xã, hoặc xã không thuộc phạm vi của bạn.")
    if not scope.allows(capability, commune.province_id, commune.pk):
        raise PermissionDenied("Bạn chỉ được xem, không được sửa dữ liệu của xã này.")
    return commune


def requires(capability: Can) -> Callable:
    """View decorator: 403 unless the user has the capability in some unit; the view still narrows to the unit."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.scope.allows(capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
