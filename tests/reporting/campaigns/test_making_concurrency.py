"""Names that become addresses, given by several people at the same moment."""

import pytest
from django.db import IntegrityError, transaction

from reporting.models import Campaign, ReportForm
from reporting.services.campaigns import create_campaign
from reporting.services.forms import add_form
from tests.reporting.campaigns.makers import ad_hoc, make_letter
from tests.teams.test_members_concurrency import PEOPLE, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_forms_of_one_name_are_all_added(hai_phong, staff):
    def add(number: int) -> None:
        add_form(province=hai_phong, name="Báo cáo tháng", audience="commune", like=None, by=staff)

    assert all_at_once(add) == ["written"] * PEOPLE
    slugs = set(ReportForm.objects.values_list("slug", flat=True))
    assert slugs == {"bao-cao-thang", *(f"bao-cao-thang-{number}" for number in range(2, PEOPLE + 1))}


def test_campaigns_on_one_letter_are_all_made(hai_phong, cat_hai, staff, form):
    letter = make_letter(hai_phong)

    def make(number: int) -> None:
        create_campaign(by=staff, province=hai_phong, fields=ad_hoc(letter, form))

    assert all_at_once(make) == ["written"] * PEOPLE
    assert Campaign.objects.values("slug").distinct().count() == PEOPLE


def test_the_database_would_refuse_a_second_of_one_address(hai_phong):
    ReportForm.objects.create(province=hai_phong, slug="mau", name="Mẫu", audience="commune")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportForm.objects.create(province=hai_phong, slug="mau", name="Mẫu", audience="commune")
