"""Who the department looks after, and what each of them needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import LoginEvent, LoginLimit, User
from cdt_portal.lib import text
from teams.access import Can, Scope
from teams.enums import UserRole
from teams.models import Assignment


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user as the list shows them. `state` is a key of STATES."""

    user: User
    posts: list[Assignment]
    state: str

    def fits(self, search: str, state: str) -> bool:
        """Part of the name, the login name or the unit of a post, with or without marks; "" asks for nothing."""
        units = (str(post.commune or post.province or "") for post in self.posts)
        names = (text.fold(name) for name in (self.user.full_name, self.user.username, *units))
        return state in ("", self.state) and any(text.fold(search) in name for name in names)

    @property
    def label(self) -> str:
        return STATES[self.state][0]

    @property
    def tag(self) -> str:
        return STATES[self.state][1]

    @property
    def may_reopen(self) -> bool:
        return self.state in {"disabled", "unused", "locked"}


STATES = {
    "disabled": ("Đã ngừng", "tag-plain"),
    "invited": ("Chưa đặt mật khẩu", "tag-info"),
    "unused": (f"Không dùng quá {settings.UNUSED_DAYS} ngày", "tag-warn"),
    "locked": ("Khóa tạm vì nhập sai", "tag-bad"),
    "active": ("Đang dùng", "tag-good"),
}


def is_administrator(scope: Scope) -> bool:
    return any(post.role == UserRole.SYSTEM_ADMIN for post in scope.posts)


def administrators() -> QuerySet[User]:
    return User.objects.filter(is_active=True, assignments__role=UserRole.SYSTEM_ADMIN).distinct()


def manageable_users(scope: Scope) -> QuerySet[User]:
    """Users all of whose posts lie where the scope manages users; administrators are managed by administrators."""
    inside = Assignment.objects.filter(scope.where(capability=Can.MANAGE_USERS))
    users = User.objects.order_by("full_name", "pk")
    if not is_administrator(scope):
        inside = inside.exclude(role=UserRole.SYSTEM_ADMIN)
        users = users.filter(is_staff=False, is_superuser=False)
    outside = Assignment.objects.filter(user=OuterRef("pk")).exclude(pk__in=inside.values("pk"))
    return users.filter(Exists(inside.filter(user=OuterRef("pk"))), ~Exists(outside))


def unused_users(scope: Scope) -> QuerySet[User]:
    """Those in the state "unused", counted by the database: `User.is_unused`, and a password of their own."""
    since = timezone.now() - timedelta(days=settings.UNUSED_DAYS)
    signs = (Q(**{name: None}) | Q(**{f"{name}__lt": since}) for name in ("last_seen_at", "reopened_at"))
    users = manageable_users(scope).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return users.filter(*signs, is_active=True, date_joined__lt=since)


def waiting_users(scope: Scope) -> QuerySet[User]:
    """Those in the state "invited"."""
    return manageable_users(scope).filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


def versioned(users: QuerySet[User]) -> QuerySet[User]:
    """With `version`: the latest entry of the user's history, which every change of their details moves on."""
    past = User.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk")).order_by("-pgh_id")
    return users.annotate(version=Subquery(past.values("pgh_id")[:1]))


def matching(users: QuerySet[User], search: str, state: str = "") -> QuerySet[User] | list[User]:
    """Compared in Python: a manager's users are some hundreds, and neither marks nor states are columns."""
    if not search and not state:
        return users
    return [line.user for line in user_lines(users) if line.fits(search, state)]


def whose_traces(scope: Scope, search: str) -> QuerySet[User] | list[int] | None:
    """Whose traces the scope reads, as `queries.activity.traces` takes them; a login name in full means its user."""
    users = manageable_users(scope)
    if not search:
        everything = is_administrator(scope) and scope.where(capability=Can.MANAGE_USERS) == Q()
        return None if everything else users.order_by().values("pk")
    exact = list(users.filter(username=User.normalize_username(search)).values_list("pk", flat=True))
    return exact or [user.pk for user in matching(users, search)]


def user_lines(users: Iterable[User]) -> list[UserLine]:
    users = list(users)
    posts: dict[int, list[Assignment]] = {user.pk: [] for user in users}
    for post in Assignment.objects.filter(user__in=users).select_related("province", "commune").order_by("pk"):
        posts[post.user_id].append(post)
    locked = set(LoginLimit.objects.filter(limits.is_locked(timezone.now())).values_list("key", flat=True))
    return [UserLine(user, posts[user.pk], _state(user, locked)) for user in users]


def login_events(user: User, count: int = 30) -> QuerySet[LoginEvent]:
    return user.login_events.order_by("-at")[:count]


def _state(user: User, locked: set[str]) -> str:
    if not user.is_active:
        return "disabled"
    if not user.has_usable_password():
        return "invited"
    if user.is_unused:
        return "unused"
    return "locked" if locked.intersection(limits.keys_of(user)) else "active"
