"""What a commune is told before it sends: the day its figures speak of, what is incomplete, who could approve."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reporting.definition import Severity
from reporting.enums import ReportState
from reporting.layouts.report import report_document
from reporting.models import Campaign, Report, ReportSnapshot, TeamFigures
from reporting.queries.approvers import communes_without_approver, lacks_approver
from reporting.queries.figures import frozen_figures, report_figures
from reporting.queries.readiness import findings_before_sending
from reporting.services.reports import submit
from teams.models import Team
from tests.conftest import client_of
from tests.reporting.figures.makers import make_period, make_register
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_report, make_version, ready

pytestmark = pytest.mark.django_db

FORM = SMALL_FORM | {"roster_appendix": True, "opening": "{commune} báo cáo đến hết ngày {cutoff}:"}
TEAM_ITEMS = [
    {"code": "households", "label": "Số hộ", "kind": "number", "source": "teams.households"},
    {"code": "guided", "label": "Số hộ được hướng dẫn", "kind": "number", "source": "teams.guided"},
]


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def send(report: Report, user, **sent):
    return client_of(user).post(reverse("reporting:report_submit", args=[report.pk]), sent)


def shown(report: Report, user, page: str = "report_submit") -> str:
    return client_of(user).get(reverse(f"reporting:{page}", args=[report.pk])).content.decode()


# The day -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def early(hai_phong, cat_hai, officer) -> Report:
    """To a campaign whose cut-off is five days off; one of its teams begins tomorrow."""
    today = timezone.localdate()
    day = today + timedelta(days=5)
    campaign = make_campaign(hai_phong, version=make_version(FORM), starts_on=today, ends_on=day)
    make_register(cat_hai, officer)
    Team.objects.filter(commune=cat_hai, name__contains="Thôn 2").update(founded_on=today + timedelta(days=1))
    return ready(make_report(campaign, cat_hai), officer)


def test_before_the_cutoff_the_page_warns_and_sends_only_what_is_meant(early, officer):
    page = shown(early, officer)
    today, day = (f"{each:%d/%m/%Y}" for each in (timezone.localdate(), early.campaign.ends_on))
    assert f"Đợt này lấy số liệu đến hết ngày {day}; hôm nay mới là ngày {today}." in page
    assert 'name="early"' in page
    refused = send(early, officer)
    assert refused.status_code == 200
    assert "Hãy đánh dấu vào ô đồng ý" in refused.content.decode()
    early.refresh_from_db()
    assert (early.state, ReportSnapshot.objects.count()) == (ReportState.DRAFT, 0)
    assert send(early, officer, early="1").status_code == 302
    early.refresh_from_db()
    assert early.state == ReportState.SUBMITTED
    assert f"Trước ngày chốt {day}" in shown(early, officer, "report")


def test_on_the_cutoff_itself_nothing_is_asked(early, officer):
    Campaign.objects.update(ends_on=timezone.localdate())
    assert 'name="early"' not in shown(early, officer)
    assert send(early, officer).status_code == 302
    early.refresh_from_db()
    assert early.state == ReportState.SUBMITTED
    assert "Trước ngày chốt" not in shown(early, officer, "report")


def test_what_is_sent_early_speaks_of_the_day_on_which_it_was_sent(early, officer):
    submit(report=early, by=officer)
    snapshot, today = ReportSnapshot.objects.get(), timezone.localdate()
    figures = frozen_figures(snapshot)
    assert snapshot.as_of == figures.as_of == today
    assert [team.team for team in figures.roster] == ["Tổ Thôn 1", "Đội 1"]
    paper = report_document(figures)
    assert f"hết ngày {today:%d/%m/%Y}" in str(paper.blocks)
    assert f"{early.campaign.ends_on:%d/%m/%Y}" not in str(paper)


# What is incomplete --------------------------------------------------------------------------------------------------


def test_teams_without_figures_are_told_and_stand_not_in_the_way(hai_phong, cat_hai, officer):
    teams = make_register(cat_hai, officer)
    period = make_period(hai_phong)
    section = SMALL_FORM["sections"][1] | {"indicators": [*SMALL_FORM["sections"][1]["indicators"], *TEAM_ITEMS]}
    form = SMALL_FORM | {"sections": [section]}
    campaign = make_campaign(hai_phong, version=make_version(form, slug="co-to"), starts_on=period.starts_on)
    report = ready(make_report(campaign, cat_hai), officer)
    units = {"province": hai_phong, "commune": cat_hai}
    TeamFigures.objects.create(period=period, team=teams[0], values={"households": 40}, **units)
    [told] = [each for each in findings_before_sending(report_figures(report)) if each.code == "households"]
    assert told.severity == Severity.WARNING
    assert "Mới có 1/2 tổ có số liệu của kỳ" in told.message
    for page in ("report", "report_submit"):
        assert "Mới có 1/2 tổ có số liệu của kỳ" in shown(report, officer, page)
    TeamFigures.objects.create(period=period, team=teams[1], values={"guided": 4}, **units)
    assert "tổ có số liệu của kỳ" not in shown(report, officer)
    assert send(report, officer).status_code == 302


@pytest.mark.parametrize(("written", "told"), [(0, True), (2, True), (6, False)])
def test_many_empty_items_are_told_by_name(written, told, report, officer):
    answers = {
        "people": "100", "skill": "Tốt", "zalo": "https://zalo.me/g/a", "held_on": "01/12/2025",
        "proposals": "<p>Không.</p>", "decision": "Quyết định số 1",
    }  # fmt: skip
    ready(report, officer, **dict(list(answers.items())[:written]))
    found = [each for each in findings_before_sending(report_figures(report)) if "để trống" in each.message]
    assert bool(found) is told
    if told:
        assert found[0].code == "documents"
        assert "“Văn bản đã ban hành”" in found[0].message
        assert f"{8 - written} mục để trống" in found[0].message
        assert send(report, officer).status_code == 302


# Who approves --------------------------------------------------------------------------------------------------------


@pytest.fixture
def approved(hai_phong, cat_hai, officer) -> Report:
    campaign = make_campaign(hai_phong, leader_approves=True)
    campaign.letter.contact_name, campaign.letter.contact_phone = "Trần Minh", "0912345601"
    campaign.letter.save()
    return ready(make_report(campaign, cat_hai), officer)


def test_an_officer_whose_commune_has_no_leader_is_told_whom_to_ask(approved, officer):
    for page in ("report", "report_submit"):
        told = shown(approved, officer, page)
        assert "Đặc khu Cát Hải chưa có tài khoản lãnh đạo" in told
        assert "Trần Minh, 0912 345 601" in told


def test_with_a_leader_nothing_is_told(approved, officer, commune_leader):
    assert not lacks_approver(approved)
    assert "chưa có tài khoản lãnh đạo" not in shown(approved, officer) + shown(approved, officer, "report")


def test_the_department_learns_which_communes_have_nobody_to_approve(approved, cat_hai, tran_lieu, commune_leader):
    make_report(approved.campaign, tran_lieu)
    assert communes_without_approver(approved.campaign) == [tran_lieu]
    commune_leader.is_active = False
    commune_leader.save()
    assert communes_without_approver(approved.campaign) == [cat_hai, tran_lieu]
    Report.objects.filter(commune=tran_lieu).update(state=ReportState.ACCEPTED)
    assert communes_without_approver(approved.campaign) == [cat_hai]
    approved.campaign.leader_approves = False
    assert communes_without_approver(approved.campaign) == []
