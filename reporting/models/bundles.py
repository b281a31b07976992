from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cdt_portal.jobs.models import Job
from reporting.enums import BundleKind
from reporting.models.campaigns import Campaign
from teams.models import Province


class Bundle(models.Model):
    """Many communes' PDFs in one file. It waits until each of its snapshots has its PDF; the job that makes the last
    one asks for the bundle. Two people who ask for the same snapshots share one bundle (`key`)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="bundles")
    province = models.ForeignKey(Province, models.PROTECT, related_name="+")
    kind = models.CharField("loại", max_length=10, choices=BundleKind)
    snapshots = ArrayField(models.BigIntegerField())
    key = models.CharField(max_length=64, unique=True)  # sha256 of campaign, kind and snapshots
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = "tập báo cáo"
        verbose_name_plural = "tập báo cáo"

    def __str__(self):
        return f"{self.get_kind_display()} {self.campaign}"
