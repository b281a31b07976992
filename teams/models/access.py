from django.conf import settings
from django.db import models
from django.db.models import Q

from cdt_portal.accounts.history import keep_history
from teams.enums import UserRole
from teams.models.units import Commune, Province

COMMUNE_ROLES = [UserRole.COMMUNE_OFFICER, UserRole.COMMUNE_LEADER]


@keep_history()
class Assignment(models.Model):
    """A user's post: a role in one commune, in one province, or (neither given) in the whole country."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name="người dùng"
    )
    role = models.CharField("vai trò", max_length=20, choices=UserRole)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="tỉnh")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="xã")

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "province", "commune"], nulls_distinct=False, name="a_post_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=COMMUNE_ROLES, commune__isnull=False, province__isnull=False)
                | (~Q(role__in=COMMUNE_ROLES) & Q(commune=None)),
                name="commune_roles_have_a_commune",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} – {self.commune or self.province or 'toàn quốc'}"
