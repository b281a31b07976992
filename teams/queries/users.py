"""Who the department looks after, and what each of them needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import LoginEvent, LoginLimit, User
from teams.access import Can, Scope
from teams.enums import UserRole
from teams.models import Assignment


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user as the list shows them. `state` is a key of STATES."""

    user: User
    posts: list[Assignment]
    state: str

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


def manageable_users(scope: Scope) -> QuerySet[User]:
    """Users all of whose posts lie where the scope manages users; administrators are managed by administrators."""
    inside = Assignment.objects.filter(scope.where(capability=Can.MANAGE_USERS))
    users = User.objects.order_by("full_name", "pk")
    if not is_administrator(scope):
        inside = inside.exclude(role=UserRole.SYSTEM_ADMIN)
        users = users.filter(is_staff=False, is_superuser=False)
    outside = Assignment.objects.filter(user=OuterRef("pk")).exclude(pk__in=inside.values("pk"))
    return users.filter(Exists(inside.filter(user=OuterRef("pk"))), ~Exists(outside))


def matching(users: QuerySet[User], search: str) -> QuerySet[User]:
    """By part of the name, the login name, or the unit of a post."""
    if not search:
        return users
    units = Assignment.objects.filter(
        Q(commune__name__icontains=search) | Q(commune=None, province__name__icontains=search), user=OuterRef("pk")
    )
    return users.filter(Q(full_name__icontains=search) | Q(username__icontains=search) | Exists(units))


def user_lines(users: Iterable[User]) -> list[UserLine]:
    users = list(users)
    posts: dict[int, list[Assignment]] = {user.pk: [] for user in users}
    for post in Assignment.objects.filter(user__in=users).select_related("province", "commune").order_by("pk"):
        posts[post.user_id].append(post)
    locked = _locked_keys(users)
    return [UserLine(user, posts[user.pk], _state(user, locked)) for user in users]


def login_events(user: User, count: int = 30) -> QuerySet[LoginEvent]:
    return user.login_events.order_by("-at")[:count]


def _locked_keys(users: list[User]) -> set[str]:
    keys = [key for user in users for key in limits.keys_of(user)]
    rows = LoginLimit.objects.filter(limits.is_locked(timezone.now()), key__in=keys)
    return set(rows.values_list("key", flat=True))


def _state(user: User, locked: set[str]) -> str:
    if not user.is_active:
        return "disabled"
    if not user.has_usable_password():
        return "invited"
    if user.is_unused:
        return "unused"
    return "locked" if locked.intersection(limits.keys_of(user)) else "active"
