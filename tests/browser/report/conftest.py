import pytest
from playwright.sync_api import Page

from reporting.models import Report
from tests.browser.report.editor import opened
from tests.reporting.reports.makers import make_campaign, make_report
from tests.teams.makers import make_units


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def report(live_server, hai_phong, cat_hai, officer) -> Report:
    make_units(cat_hai, "Thôn Đông", "Thôn Đoài", by=officer)
    return make_report(make_campaign(hai_phong), cat_hai)


@pytest.fixture
def page(window_of, officer, report) -> Page:
    return opened(window_of(officer).new_page(), report)
