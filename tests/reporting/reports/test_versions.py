"""What was sent, version by version, and the page that compares two of them."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from reporting.models import Report
from reporting.queries.differences import compare_rosters, renamed_teams, roster_words
from reporting.queries.figures import frozen_figures
from reporting.services import reports as services
from reporting.services.attachments import attach, detach
from teams.models import Member
from tests.conftest import client_of
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_report, make_version, ready
from tests.teams.makers import make_member, make_team

pytestmark = pytest.mark.django_db


def shown(report: Report, user, query: str = "") -> str:
    return client_of(user).get(reverse("reporting:report_versions", args=[report.pk]) + query).content.decode()


def test_two_versions_are_compared_by_indicator(report, officer, staff):
    ready(report, officer, people="100")
    services.submit(report=report, by=officer)
    services.return_(report=report, by=staff, note="Sửa.")
    services.save_answer(report=report, code="people", raw="150", note="", version=1, by=officer)
    services.submit(report=report, by=officer)
    page = shown(report, officer)
    assert "Lần 2 khác lần 1" in page
    assert "<del>100</del>" in page
    assert "<ins>150</ins>" in page
    assert "<del>12</del>" not in page
    back = shown(report, officer, "?cu=2&moi=1")
    assert "<del>150</del>" in back
    assert "Lần 2 khác lần 1" in shown(report, officer, "?cu=x&moi=9")


def test_two_versions_tell_which_files_and_which_people_differ(hai_phong, cat_hai, officer, staff, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    form = SMALL_FORM | {"roster_appendix": True}
    report = make_report(make_campaign(hai_phong, version=make_version(form)), cat_hai)
    team = make_team(cat_hai, "Thôn 1", by=officer, founded_on=date(2025, 11, 1))
    make_member(team, "Lê Thị Hoa", joined_on=date(2025, 11, 1))
    paper = ContentFile(b"%PDF-1.7 %%EOF")
    old = attach(report=report, code="", file=paper, filename="Cũ.pdf", by=officer)
    services.submit(report=ready(report, officer), by=officer)
    services.return_(report=report, by=staff, note="Sửa.")
    assert "Lần 2 khác lần 1" not in shown(report, officer)
    detach(attachment=old, by=officer)
    attach(report=report, code="", file=paper, filename="Mới.pdf", by=officer)
    Member.objects.update(role="leader")
    make_member(team, "Đỗ Thu Giang", joined_on=date(2025, 11, 1))
    services.submit(report=report, by=officer)
    told = shown(report, officer)
    assert "1 tệp thêm, 1 tệp bỏ" in told
    assert "Thêm: <ins>Mới.pdf</ins>" in told and "Bỏ: <del>Cũ.pdf</del>" in told
    assert "Danh sách tổ: 1 người vào, 1 người đổi chức vụ" in told
    assert "<del>Thành viên</del>" in told and "<ins>Tổ trưởng</ins>" in told and "Đỗ Thu Giang" in told
    assert "Số liệu và nội dung giống nhau." in told


def test_a_renamed_team_is_the_same_team(hai_phong, cat_hai, officer, staff):
    report = make_report(
        make_campaign(hai_phong, version=make_version(SMALL_FORM | {"roster_appendix": True})), cat_hai
    )
    team = make_team(cat_hai, "Thôn 1", by=officer, founded_on=date(2025, 11, 1))
    make_member(team, "Lê Thị Hoa", joined_on=date(2025, 11, 1))
    services.submit(report=ready(report, officer), by=officer)
    services.return_(report=report, by=staff, note="Sửa.")
    team.name = "Tân Tiến"
    team.save()
    services.submit(report=report, by=officer)
    told = shown(report, officer)
    assert "1 tổ đổi tên" in told and f"<ins>{team.title}</ins>" in told
    assert "Danh sách tổ: " not in told
    old, new = (frozen_figures(each).roster for each in report.snapshots.order_by("number"))
    by_name = [replace(each, team_id=None) for each in old]  # as rosters were frozen before they held ids
    assert renamed_teams(by_name, new) == []
    assert roster_words(compare_rosters(by_name, new)) == "1 người vào, 1 người thôi"
