from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.utils import timezone

from cdt_portal.accounts.history import keep_history, no_truncate


class UserManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """A user who can log in with `password`; without one, only after an invitation has set it."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


@keep_history(exclude=["password", "last_login", "last_seen_at", "tour_seen_at"], also=("second_factor_reset",))
class User(AbstractBaseUser, PermissionsMixin):
    """One person, one account. What the person may see comes from `teams.Assignment`, not from here."""

    username = models.CharField("tên đăng nhập", max_length=60, unique=True, validators=[ASCIIUsernameValidator()])
    full_name = models.CharField("họ và tên", max_length=120)
    position = models.CharField("chức vụ", max_length=120, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("số điện thoại", max_length=20, blank=True)
    is_active = models.BooleanField("đang hoạt động", default=True)
    is_staff = models.BooleanField("vào được trang quản trị", default=False)
    date_joined = models.DateTimeField("ngày tạo", default=timezone.now)
    last_seen_at = models.DateTimeField("lần dùng gần nhất", null=True, blank=True)
    tour_seen_at = models.DateTimeField("xem giới thiệu lúc", null=True, blank=True, editable=False)
    reopened_at = models.DateTimeField("mở lại lúc", null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"

    def __str__(self):
        return self.full_name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One writing for one name: it is looked up, counted and stored in this form only."""
        return super().normalize_username(username).strip().lower()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rpartition(" ")[2]

    @property
    def is_unused(self) -> bool:
        """Not used for `UNUSED_DAYS`: the account must be re-enabled before the next login."""
        last_sign = max(filter(None, [self.date_joined, self.last_seen_at, self.reopened_at]))
        return timezone.now() - last_sign > timedelta(days=settings.UNUSED_DAYS)


class Invitation(models.Model):
    """A one-time link with which a person sets their password. Only its token's hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lời mời"
        verbose_name_plural = "lời mời"

    def __str__(self):
        return f"Lời mời của {self.user}"


class LoginLimit(models.Model):
    """Attempts made under one login name. An attempt is taken before the password is hashed: see `limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "giới hạn đăng nhập"
        verbose_name_plural = "giới hạn đăng nhập"

    def __str__(self):
        return self.key


@pgtrigger.register(pgtrigger.Protect(name="append_only", operation=pgtrigger.Update), no_truncate())
class LoginEvent(models.Model):
    """The access log: who came in, left or was refused, when, from where. Kept for `LOGIN_EVENT_DAYS`."""

    class Outcome(models.TextChoices):
        LOGIN = "login", "đăng nhập"
        LOGOUT = "logout", "đăng xuất"
        FAILED = "failed", "sai mật khẩu"
        WRONG_CODE = "wrong_code", "sai mã xác thực"
        LOCKED = "locked", "bị khóa tạm vì sai nhiều lần"
        UNUSED = "unused", "bị từ chối vì lâu không dùng"
        DISABLED = "disabled", "bị từ chối vì đã ngừng hoạt động"

    # A name that belongs to nobody is kept as a hash only: people type passwords into the wrong box.
    user = models.ForeignKey(User, models.PROTECT, related_name="login_events", null=True, db_index=False)
    name_hash = models.CharField(max_length=64, blank=True)
    outcome = models.CharField("kết quả", max_length=12, choices=Outcome)
    address = models.GenericIPAddressField("địa chỉ", null=True)
    at = models.DateTimeField("lúc", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "lượt đăng nhập"
        verbose_name_plural = "nhật ký đăng nhập"
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self):
        return f"{self.get_outcome_display()} {self.at:%d/%m/%Y %H:%M}"
