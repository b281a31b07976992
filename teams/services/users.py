"""The department's care for accounts: posts, links to log in, ending and reopening."""

import re
from collections.abc import Container
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.accounts import invitations, limits, second_factor
from cdt_portal.accounts.models import User
from cdt_portal.lib import text
from teams.enums import UserRole
from teams.models import Assignment, Commune, Province
from teams.queries.users import versioned
from teams.services.actions import action
from teams.services.concurrency import Conflict


@action
def add_user(
    *,
    username: str,
    fields: dict[str, str],
    role: UserRole,
    province: Province | None,
    commune: Commune | None,
    by: User,
) -> User:
    """An account with one post and no password yet; raises ValidationError when the login name is taken."""
    if User.objects.filter(username=User.normalize_username(username)).exists():
        raise ValidationError({"username": "Tên đăng nhập này đã có người dùng."})
    user = User.objects.create_user(username, **fields)
    Assignment.objects.create(user=user, role=role, province=province, commune=commune)
    return user


def login_name(full_name: str, commune: Commune | None, taken: Container[str]) -> str:
    """As offices make them, given name and initials: Nguyễn Văn An of Đặc khu Cát Hải is annv.cathai. A number follows
    where that is taken."""
    *others, given = text.fold(text.strip_honorific(full_name)).split() or [""]
    name = given + "".join(word[0] for word in others)
    if commune:
        place = text.fold(commune.name).removeprefix(text.fold(commune.get_kind_display()))
        name = f"{name}.{''.join(place.split())}"
    name = _NOT_IN_A_LOGIN.sub("", name)[:50].strip(".") or "nguoidung"
    numbered = (f"{name}{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


_NOT_IN_A_LOGIN = re.compile(r"[^a-z0-9.]")


@action
def update_user(*, user: User, version: int, fields: dict[str, str], by: User) -> User:
    """Raises Conflict when the details moved on from `version` (see `queries.users.versioned`)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    current = versioned(User.objects.all()).get(pk=user.pk)
    if current.version != version:
        raise Conflict(current)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    return user


@action
def assign(*, user: User, role: UserRole, province: Province | None, commune: Commune | None, by: User) -> Assignment:
    """One more post; raises ValidationError when the user has it already."""
    post, created = Assignment.objects.get_or_create(user=user, role=role, province=province, commune=commune)
    if not created:
        raise ValidationError({"role": "Người này đã có vai trò đó ở đơn vị đó."})
    return post


@action
def unassign(*, post: Assignment, by: User) -> None:
    """Acts on the user's next request. The last post stays: who has none left is disabled instead."""
    if not Assignment.objects.filter(user=post.user_id).exclude(pk=post.pk).exists():
        raise ValidationError("Đây là vai trò cuối cùng. Hãy ngừng tài khoản nếu người này không còn phụ trách.")
    post.delete()


@action
def make_link(*, user: User, by: User) -> str:
    """The path of a one-time link to set the password; the old password holds until the link is used."""
    if not user.is_active:
        raise ValidationError("Tài khoản đã ngừng. Hãy mở lại trước khi gửi liên kết.")
    return invitations.invite(user=user, by=by)


@action
def disable(*, user: User, by: User) -> None:
    """No login, and no page from the next request on. Nobody ends their own account."""
    _not_oneself(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])


@action
def reopen(*, user: User, by: User) -> None:
    """The one way back for the disabled, the long unused and the locked: they log in as before."""
    user.is_active = True
    user.reopened_at = timezone.now()
    user.save(update_fields=["is_active", "reopened_at"])
    limits.unlock(user)


@action
def reset_second_factor(*, user: User, by: User) -> None:
    """For a lost device. Noted in the user's history; nobody takes the factor off their own account this way."""
    _not_oneself(user, by)
    second_factor.reset(user)


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise ValidationError("Bạn không làm việc này với tài khoản của chính mình được.")
