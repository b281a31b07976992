"""The department's pages about periods: who may see them, what they say, what they keep."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cdt_portal.lib.periods import due_after, spell_deadline
from reporting.models import Campaign, Holiday, ReportingPolicy, ReportPeriod
from reporting.queries.periods import foreseen
from tests.conftest import client_of
from tests.queries import count_queries
from tests.reporting.campaigns.makers import (
    make_period,
    make_periodic,
    page_text,
)

PDF = b"%PDF-1.7 ..."
TODAY = timezone.localdate()


# Who may --------------------------------------------------------------------------------------------------------------

LISTS = ["/bao-cao/ky/", "/bao-cao/ky/ngay-nghi/"]
WORKSHOPS = ["/bao-cao/ky/them/", "/bao-cao/ky/cach-bao-cao/", "/bao-cao/dot/them/"]


@pytest.mark.parametrize("url", LISTS)
def test_lists_are_for_the_department_to_read(url, hai_phong, staff, viewer, officer, stranger):
    assert [client_of(user).get(url).status_code for user in (staff, viewer, officer, stranger)] == [200, 200, 403, 403]
    assert client_of(staff).get(f"{url}?tinh=38").status_code == 404


@pytest.mark.parametrize("url", WORKSHOPS)
def test_changes_are_for_staff(url, hai_phong, staff, viewer, officer):
    assert [client_of(user).get(url).status_code for user in (staff, viewer, officer)] == [200, 403, 403]


def test_a_period_is_its_departments(hai_phong, hac_thanh, staff, officer, stranger):
    url = f"/bao-cao/ky/{make_period(hai_phong).pk}/"
    assert [client_of(user).get(url).status_code for user in (staff, officer, stranger)] == [200, 403, 404]


def test_who_sees_many_provinces_chooses_one(hai_phong, hac_thanh, admin):
    page = page_text(client_of(admin), "/bao-cao/ky/")
    assert 'href="?tinh=31"' in page
    assert "Thành phố Hải Phòng" in page_text(client_of(admin), "/bao-cao/ky/?tinh=31")


# Periods, policy, days off --------------------------------------------------------------------------------------------


def test_the_list_spells_out_deadlines_and_foretells(hai_phong, staff):
    ReportingPolicy.objects.create(province=hai_phong)
    period = make_period(hai_phong)
    page = page_text(client_of(staff), "/bao-cao/ky/")
    for words in ("Quý I năm 2026", "15/12/2025 –", "hết ngày 20/03/2026", "Sắp tới, sẽ tự mở", "Đã qua"):
        assert words in page
    assert f'href="/bao-cao/ky/{period.pk}/"' in page


def test_the_list_takes_as_many_queries_for_one_period_as_for_many(hai_phong, staff, form):
    make_periodic(make_period(hai_phong), staff, form=form)
    client = client_of(staff)
    few = count_queries(client, "/bao-cao/ky/")
    for quarter in (2, 3, 4):
        make_periodic(make_period(hai_phong, quarter), staff, form=form)
    assert count_queries(client, "/bao-cao/ky/") == few


def typed_period(**more) -> dict:
    return {
        "starts_on": "1/9/2025",
        "ends_on": "31/12/2025",
        "cumulative_from": "",
        "name": "",
        "team_due_at": "",
        "commune_due_at": "",
        "department_due_at": "",
        "team_form": "",
    } | more


def test_a_range_is_foretold_in_words_then_added(hai_phong, staff):
    client = client_of(staff)
    preview = client.post("/bao-cao/ky/them/", typed_period(commune_due_at="trước ngày 16/1/2026")).content.decode()
    for words in ("4 tháng cuối năm 2025", "Xã nộp báo cáo hết ngày 15/01/2026.", "Tổ gửi số liệu hết ngày 02/01/2026"):
        assert words in preview
    assert not ReportPeriod.objects.exists()
    answer = client.post("/bao-cao/ky/them/", typed_period(commune_due_at="trước ngày 16/1/2026", confirm="1"))
    period = ReportPeriod.objects.get()
    assert answer.headers["Location"] == f"/bao-cao/ky/{period.pk}/"
    assert (period.name, period.commune_due_at) == ("4 tháng cuối năm 2025", due_after(date(2026, 1, 15)))


def test_a_deadline_that_is_not_understood_keeps_what_was_typed(hai_phong, staff):
    answer = client_of(staff).post("/bao-cao/ky/them/", typed_period(commune_due_at="chiều thứ hai"))
    assert answer.status_code == 422
    assert 'value="chiều thứ hai"' in answer.content.decode()


def test_an_edit_of_a_period_that_came_second_is_told(hai_phong, staff):
    period = make_period(hai_phong)
    url = f"/bao-cao/ky/{period.pk}/sua/"
    typed = {"name": period.name, "team_form": "", "version": "1"} | {
        name: spell_deadline(getattr(period, name)) for name in ("team_due_at", "commune_due_at", "department_due_at")
    }
    assert client_of(staff).post(url, typed | {"commune_due_at": "23/3/2026"}).status_code == 302
    late = client_of(staff).post(url, typed | {"name": "Quý một"})
    assert late.status_code == 422
    text = late.content.decode()
    assert "Người khác vừa ghi: hết ngày 23/03/2026" in text
    assert 'value="Quý một"' in text


def typed_policy(**more) -> dict:
    return {
        "scheme": "nd09",
        "kinds": ["quarter", "year"],
        "open_days_ahead": "30",
        "team_days": "1",
        "commune_days": "2",
        "department_days": "5",
        "household_target": "80",
        "version": "0",
    } | more


def test_the_policy_is_foretold_saved_once_and_conflicts_are_told(hai_phong, staff):
    client, url = client_of(staff), "/bao-cao/ky/cach-bao-cao/"
    preview = client.post(url, typed_policy()).content.decode()
    assert f"Quý IV năm {TODAY.year + 1} (15/09/{TODAY.year + 1} – 14/12/{TODAY.year + 1})" in preview
    assert not ReportingPolicy.objects.exists()
    assert client.post(url, typed_policy(confirm="1")).status_code == 302
    late = client.post(url, typed_policy(confirm="1", kinds=["year"]))
    assert late.status_code == 422
    assert "Người khác vừa ghi: Quý, Năm" in late.content.decode()
    assert ReportingPolicy.objects.get().kinds == ["quarter", "year"]


@pytest.mark.parametrize("wrong", [{"team_days": "0"}, {"kinds": []}, {"open_days_ahead": "1000"}])
def test_a_policy_that_can_not_work_is_refused(hai_phong, staff, wrong):
    answer = client_of(staff).post("/bao-cao/ky/cach-bao-cao/", typed_policy(**wrong, confirm="1"))
    assert answer.status_code == 422
    assert not ReportingPolicy.objects.exists()


def test_a_custom_scheme_needs_no_kinds(hai_phong, staff):
    typed = typed_policy(scheme="custom", kinds=[], confirm="1")
    assert client_of(staff).post("/bao-cao/ky/cach-bao-cao/", typed).status_code == 302


def test_fixed_days_off_stand_there_and_tet_is_written_in(hai_phong, staff):
    client, url = client_of(staff), "/bao-cao/ky/ngay-nghi/"
    page = page_text(client, f"{url}?nam=2026")
    assert page.count("Cố định hằng năm") == 4 and "02/09/2026" in page
    assert client.post(f"{url}?nam=2026", {"first": "2/9/2026", "last": "", "name": "Nghỉ"}).status_code == 422
    client.post(f"{url}?nam=2026", {"first": "16/2/2026", "last": "20/2/2026", "name": "Tết Nguyên đán"})
    assert Holiday.objects.filter(name="Tết Nguyên đán").count() == 5
    again = client.post(f"{url}?nam=2026", {"first": "16/2/2026", "last": "", "name": "Tết"})
    assert again.status_code == 422
    removed = Holiday.objects.get(day=date(2026, 2, 20))
    client.post(f"{url}{removed.pk}/bo/")
    assert Holiday.objects.count() == 4


def test_a_deadline_on_a_day_off_that_was_added_later_is_told(future, staff, form):
    campaign = make_periodic(future, staff, form=form)
    pages = [f"/bao-cao/ky/{future.pk}/", f"/bao-cao/dot/{campaign.pk}/"]
    day = next(day for n in range(60) if (day := TODAY + timedelta(days=30 + n)).weekday() < 5)
    ReportPeriod.objects.filter(pk=future.pk).update(commune_due_at=due_after(day), department_due_at=due_after(day))
    Campaign.objects.filter(pk=campaign.pk).update(commune_due_at=due_after(day))
    told = f"Hạn của xã hết ngày {day:%d/%m/%Y} là ngày nghỉ (Nghỉ bão)"
    assert [told in page_text(client_of(staff), url) for url in pages] == [False, False]
    Holiday.objects.create(province=future.province, day=day, name="Nghỉ bão")
    assert [told in page_text(client_of(staff), url) for url in pages] == [True, True]


def test_a_scheme_that_would_double_a_running_quarter_says_so(hai_phong, staff):
    ReportingPolicy.objects.create(province=hai_phong)
    coming = foreseen(ReportingPolicy(province=hai_phong), TODAY)
    quarter = next(each.span for each in coming if each.span.kind == "quarter")
    make_period(hai_phong, name="Quý đang mở", starts_on=quarter.starts_on, ends_on=quarter.ends_on)
    typed = typed_policy(scheme="calendar", kinds=["quarter"], version="1")
    preview = client_of(staff).post("/bao-cao/ky/cach-bao-cao/", typed).content.decode()
    assert "không tự mở, vì trùng ngày với Quý đang mở đã có" in preview


def test_days_off_of_the_nation_and_of_others_stay(hai_phong, hac_thanh, staff, viewer):
    national = Holiday.objects.create(province=None, day=date(2026, 9, 2), name="Quốc khánh")
    other = Holiday.objects.create(province=hac_thanh.province, day=date(2026, 9, 3), name="Khác")
    own = Holiday.objects.create(province=hai_phong, day=date(2026, 9, 4), name="Riêng")
    url = "/bao-cao/ky/ngay-nghi/{}/bo/".format
    assert [client_of(staff).post(url(day.pk)).status_code for day in (national, other)] == [404, 404]
    assert client_of(viewer).post(url(own.pk)).status_code == 403
    assert client_of(staff).post(url(own.pk)).status_code == 302
    assert Holiday.objects.count() == 2
