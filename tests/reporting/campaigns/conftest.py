"""A draft and an open campaign whose deadlines are still to come, and a period to come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.periods import due_after
from reporting.models import Campaign, FormVersion, ReportPeriod
from reporting.services.campaigns import create_campaign, open_campaign
from tests.reporting.campaigns.makers import ad_hoc, make_form, make_letter, make_period


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def form(db) -> FormVersion:
    return make_form()


@pytest.fixture
def draft(hai_phong, cat_hai, tran_lieu, staff, form) -> Campaign:
    """On a letter, for both communes, due in a month."""
    fields = ad_hoc(make_letter(hai_phong), form) | {
        "commune_due_at": due_after(timezone.localdate() + timedelta(days=30)),
        "department_due_at": due_after(timezone.localdate() + timedelta(days=40)),
    }
    return create_campaign(by=staff, province=hai_phong, fields=fields)


@pytest.fixture
def campaign(draft, staff) -> Campaign:
    return open_campaign(campaign=draft, by=staff)


@pytest.fixture
def future(hai_phong) -> ReportPeriod:
    """A period whose deadlines are still to come."""
    ends_on = timezone.localdate() + timedelta(days=20)
    return make_period(
        hai_phong,
        name="Quý I năm 2030",
        starts_on=timezone.localdate(),
        ends_on=ends_on,
        cumulative_from=timezone.localdate(),
        team_due_at=due_after(ends_on + timedelta(days=5)),
        commune_due_at=due_after(ends_on + timedelta(days=10)),
        department_due_at=due_after(ends_on + timedelta(days=20)),
    )
