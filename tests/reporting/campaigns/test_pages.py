"""The department's pages: who may see them, what they say, what they keep."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cdt_portal.lib.periods import due_after, spell_deadline
from reporting.enums import CampaignKind, CampaignState, FormAudience, ReportState
from reporting.models import BodyAddressee, Campaign, DirectiveLetter, Holiday, Report, ReportingPolicy, ReportPeriod
from reporting.services.addressees import save_group
from reporting.services.campaigns import create_campaign, open_campaign
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.reporting.campaigns.makers import LINE, ad_hoc, make_form, make_letter, make_period, make_periodic, opened

PDF = b"%PDF-1.7 ..."
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def form(db):
    return make_form()


@pytest.fixture
def draft(hai_phong, cat_hai, tran_lieu, staff, form) -> Campaign:
    """On a letter, for both communes, due in a month."""
    fields = ad_hoc(make_letter(hai_phong), form) | {
        "commune_due_at": due_after(TODAY + timedelta(days=30)),
        "department_due_at": due_after(TODAY + timedelta(days=40)),
    }
    return create_campaign(by=staff, province=hai_phong, fields=fields)


@pytest.fixture
def campaign(draft, staff) -> Campaign:
    return open_campaign(campaign=draft, by=staff)


@pytest.fixture
def future(hai_phong) -> ReportPeriod:
    """A period whose deadlines are still to come."""
    ends_on = TODAY + timedelta(days=20)
    return make_period(
        hai_phong,
        name="Quý I năm 2030",
        starts_on=TODAY,
        ends_on=ends_on,
        cumulative_from=TODAY,
        team_due_at=due_after(ends_on + timedelta(days=5)),
        commune_due_at=due_after(ends_on + timedelta(days=10)),
        department_due_at=due_after(ends_on + timedelta(days=20)),
    )


def page_text(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


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


def test_a_campaign_is_its_departments_and_unknown_to_others(campaign, staff, viewer, officer, stranger):
    url = f"/bao-cao/dot/{campaign.pk}/"
    assert [client_of(user).get(url).status_code for user in (staff, viewer, officer, stranger)] == [200, 200, 403, 404]
    for part in ("sua/", "chot/", "nhom/them/", "co-quan/"):
        assert [client_of(user).get(url + part).status_code for user in (staff, viewer, officer, stranger)] == [
            200,
            403,
            403,
            404,
        ]


def test_a_draft_is_unknown_to_communes(draft, staff, officer):
    url = f"/bao-cao/dot/{draft.pk}/"
    assert [client_of(user).get(url).status_code for user in (staff, officer)] == [200, 404]


def test_a_period_is_its_departments(hai_phong, hac_thanh, staff, officer, stranger):
    url = f"/bao-cao/ky/{make_period(hai_phong).pk}/"
    assert [client_of(user).get(url).status_code for user in (staff, officer, stranger)] == [200, 403, 404]


def test_who_sees_many_provinces_chooses_one(hai_phong, hac_thanh, admin):
    page = page_text(client_of(admin), "/bao-cao/ky/")
    assert 'href="?tinh=31"' in page
    assert "Thành phố Hải Phòng" in page_text(client_of(admin), "/bao-cao/ky/?tinh=31")


@pytest.mark.parametrize("part", ["mo/", "xoa/", "chep/"])
def test_viewers_change_nothing_by_a_post(draft, viewer, part):
    assert client_of(viewer).post(f"/bao-cao/dot/{draft.pk}/{part}", {"version": 1}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == CampaignState.DRAFT


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
    for words in ("4 tháng cuối năm 2025", "Xã nộp báo cáo hết ngày 15/01/2026.", "Tổ gửi số liệu hết ngày 01/01/2026"):
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


def test_fixed_days_off_are_offered_and_tet_is_written_in(hai_phong, staff):
    client, url = client_of(staff), "/bao-cao/ky/ngay-nghi/"
    assert "Thêm 4 ngày này" in client.get(f"{url}?nam=2026").content.decode()
    client.post(f"{url}co-dinh/?nam=2026")
    assert "Thêm 4 ngày này" not in client.get(f"{url}?nam=2026").content.decode()
    client.post(f"{url}?nam=2026", {"first": "16/2/2026", "last": "20/2/2026", "name": "Tết Nguyên đán"})
    assert Holiday.objects.filter(name="Tết Nguyên đán").count() == 5
    again = client.post(f"{url}?nam=2026", {"first": "16/2/2026", "last": "", "name": "Tết"})
    assert again.status_code == 422
    removed = Holiday.objects.get(day=date(2026, 2, 20))
    client.post(f"{url}{removed.pk}/bo/")
    assert Holiday.objects.count() == 8


def test_days_off_of_the_nation_and_of_others_stay(hai_phong, hac_thanh, staff, viewer):
    national = Holiday.objects.create(province=None, day=date(2026, 9, 2), name="Quốc khánh")
    other = Holiday.objects.create(province=hac_thanh.province, day=date(2026, 9, 3), name="Khác")
    own = Holiday.objects.create(province=hai_phong, day=date(2026, 9, 4), name="Riêng")
    url = "/bao-cao/ky/ngay-nghi/{}/bo/".format
    assert [client_of(staff).post(url(day.pk)).status_code for day in (national, other)] == [404, 404]
    assert client_of(viewer).post(url(own.pk)).status_code == 403
    assert client_of(staff).post(url(own.pk)).status_code == 302
    assert Holiday.objects.count() == 2


# Making a campaign ----------------------------------------------------------------------------------------------------


def typed_letter(form, **more) -> dict:
    return {
        "letter_line": LINE,
        "issued_on": "",
        "subject": "Báo cáo kết quả hoạt động",
        "issuer": "Sở Khoa học và Công nghệ",
        "contact_name": "Trần Văn Bình",
        "contact_phone": "0912 345 678",
        "title": "",
        "form_version": form.pk,
        "starts_on": "",
        "ends_on": "31/12/2025",
        "commune_due_at": "trước ngày 16/1/2026",
        "department_due_at": "",
        "asked": "all",
        "instructions": "",
        "bodies": "Tỉnh đoàn\nHội Nông dân",
    } | more


AD_HOC, PERIODIC = "/bao-cao/dot/them/?loai=dot-xuat", "/bao-cao/dot/them/?loai=dinh-ky"


def test_the_two_ways_are_offered(hai_phong, staff, form):
    page = page_text(client_of(staff), "/bao-cao/dot/them/")
    assert 'href="?loai=dinh-ky"' in page
    assert 'href="?loai=dot-xuat"' in page


def test_without_a_published_form_it_says_so(hai_phong, staff):
    make_form(audience=FormAudience.TEAM)
    for url in ("/bao-cao/dot/them/", AD_HOC):
        assert "Chưa có mẫu báo cáo" in page_text(client_of(staff), url)


def test_a_letter_is_read_from_its_line(hai_phong, cat_hai, staff, form):
    typed = typed_letter(form) | {"file": SimpleUploadedFile("abc.pdf", PDF)}
    answer = client_of(staff).post(AD_HOC, typed)
    campaign = Campaign.objects.get()
    letter = campaign.letter
    assert answer.headers["Location"] == f"/bao-cao/dot/{campaign.pk}/"
    assert (letter.number, letter.symbol, letter.issued_on) == ("4675", "SKHCN-CNTT", date(2025, 12, 19))
    assert letter.contact_phone == "0912345678"
    assert letter.file.name.endswith(".pdf")
    assert (campaign.slug, campaign.kind, campaign.title) == ("cv-4675", CampaignKind.AD_HOC, letter.subject)
    assert (campaign.starts_on, campaign.cumulative_from) == (date(2025, 1, 1), date(2025, 1, 1))
    assert spell_deadline(campaign.commune_due_at) == "hết ngày 15/01/2026"
    assert spell_deadline(campaign.department_due_at) == "hết ngày 22/01/2026"
    assert [body.name for body in campaign.bodies.all()] == ["Tỉnh đoàn", "Hội Nông dân"]
    assert campaign.communes is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter_line": "Công văn của Sở"},
        {"letter_line": "4675/SKHCN-CNTT"},
        {"commune_due_at": "hôm nào cũng được"},
        {"commune_due_at": "31/12/2025"},
        {"contact_phone": "123"},
        {"asked": "chosen"},
        {"form_version": "999999"},
        {"file": SimpleUploadedFile("a.pdf", b"MZ")},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(hai_phong, cat_hai, staff, form, wrong):
    answer = client_of(staff).post(AD_HOC, typed_letter(form) | wrong)
    assert answer.status_code == 422
    assert 'value="Báo cáo kết quả hoạt động"' in answer.content.decode()
    assert not DirectiveLetter.objects.exists()


def test_a_letter_without_its_date_gets_it_beside(hai_phong, cat_hai, staff, form):
    client_of(staff).post(AD_HOC, typed_letter(form, letter_line="4675/SKHCN-CNTT", issued_on="19/12/2025"))
    assert DirectiveLetter.objects.get().issued_on == date(2025, 12, 19)


def test_chosen_communes_only(hai_phong, cat_hai, tran_lieu, staff, form):
    client_of(staff).post(AD_HOC, typed_letter(form, asked="chosen", communes=[tran_lieu.pk]))
    assert Campaign.objects.get().communes == [tran_lieu.pk]


def test_communes_of_others_can_not_be_chosen(hai_phong, cat_hai, hac_thanh, staff, form):
    answer = client_of(staff).post(AD_HOC, typed_letter(form, asked="chosen", communes=[hac_thanh.pk]))
    assert answer.status_code == 422


def test_a_periodic_one_takes_days_and_deadlines_from_its_period(hai_phong, cat_hai, staff, form, future):
    client = client_of(staff)
    page = client.get(f"{PERIODIC}&ky={future.pk}").content.decode()
    assert f'<option value="{future.pk}" selected>' in page
    typed = {"period": future.pk, "form_version": form.pk, "asked": "all", "title": "", "bodies": ""}
    client.post(PERIODIC, typed)
    campaign = Campaign.objects.get()
    assert campaign.title == "Báo cáo kết quả hoạt động của Tổ công nghệ số cộng đồng quý I năm 2030"
    assert (campaign.slug, campaign.ends_on) == ("quy-1-2030", future.ends_on)
    assert campaign.commune_due_at == future.commune_due_at


def test_a_period_of_another_province_can_not_be_chosen(hai_phong, hac_thanh, staff, form):
    other = make_period(hac_thanh.province)
    answer = client_of(staff).post(PERIODIC, {"period": other.pk, "form_version": form.pk, "asked": "all"})
    assert answer.status_code == 422


def test_a_new_letter_starts_from_an_old_campaign(campaign, staff):
    BodyAddressee.objects.create(campaign=campaign, province=campaign.province, name="Tỉnh đoàn")
    page = client_of(staff).get(f"{AD_HOC}&chep={campaign.pk}").content.decode()
    assert "Tỉnh đoàn</textarea>" in page
    assert 'value="Sở Khoa học và Công nghệ"' in page
    assert f'value="{LINE}"' not in page


# Looking, opening, changing -------------------------------------------------------------------------------------------


def test_a_draft_says_what_opening_will_do_and_opens(draft, cat_hai, tran_lieu, staff):
    url = f"/bao-cao/dot/{draft.pk}/"
    page = page_text(client_of(staff), url)
    assert "<strong>2 xã, phường, đặc khu</strong>" in page
    assert f"nộp <strong>{spell_deadline(draft.commune_due_at)}</strong>" in page
    client_of(staff).post(f"{url}mo/", {"version": draft.version})
    assert Report.objects.filter(campaign=draft).count() == 2
    assert "Chưa bắt đầu" in page_text(client_of(staff), url)


def test_what_somebody_changed_meanwhile_is_looked_at_again_before_opening(draft, staff):
    Campaign.objects.update(version=2)
    page = client_of(staff).post(f"/bao-cao/dot/{draft.pk}/mo/", {"version": 1}, follow=True).content.decode()
    assert "Người khác vừa sửa" in page
    assert not Report.objects.exists()


def test_a_draft_whose_deadline_is_over_is_not_opened(draft, staff):
    Campaign.objects.update(commune_due_at=due_after(TODAY - timedelta(days=1)))
    url = f"/bao-cao/dot/{draft.pk}/"
    assert "Mở đợt báo cáo</button>" not in page_text(client_of(staff), url)
    client_of(staff).post(f"{url}mo/", {"version": 1})
    assert not Report.objects.exists()


def test_the_page_shows_each_communes_state_and_filters(campaign, cat_hai, tran_lieu, staff):
    Report.objects.filter(commune=cat_hai).update(
        state=ReportState.SUBMITTED, submitted_at=timezone.now(), first_submitted_at=timezone.now(), on_time=True
    )
    url = f"/bao-cao/dot/{campaign.pk}/"
    page = page_text(client_of(staff), url)
    for words in ("Đặc khu Cát Hải", "Phường Trần Liễu", "Đã nộp", "Chưa bắt đầu", ">Đúng hạn</span>"):
        assert words in page
    filtered = page_text(client_of(staff), f"{url}?trang_thai=submitted")
    assert "Đặc khu Cát Hải" in filtered
    assert "Phường Trần Liễu" not in filtered


def test_late_is_late_only_after_the_deadline_and_locks_nothing(campaign, cat_hai, staff):
    url = f"/bao-cao/dot/{campaign.pk}/"
    assert "Quá hạn" not in page_text(client_of(staff), url)
    Campaign.objects.update(commune_due_at=timezone.now() - timedelta(minutes=1))
    assert "Quá hạn, chưa nộp" in page_text(client_of(staff), url)
    assert "Đặc khu Cát Hải" in page_text(client_of(staff), f"{url}?qua_han=1")
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.OPEN


def test_the_page_takes_as_many_queries_for_few_communes_as_for_many(campaign, hai_phong, staff):
    client, url = client_of(staff), f"/bao-cao/dot/{campaign.pk}/"
    few = count_queries(client, url)
    for number in range(10):
        commune = make_commune(f"2000{number}", f"Xã Số {number}", "rural_commune", hai_phong)
        Report.objects.create(campaign=campaign, commune=commune, province=hai_phong)
    assert count_queries(client, url) == few


def test_an_open_campaign_changes_its_deadline_and_not_its_form(campaign, staff):
    url = f"/bao-cao/dot/{campaign.pk}/sua/"
    page = client_of(staff).get(url).content.decode()
    assert 'name="form_version"' not in page
    due = campaign.commune_due_at + timedelta(days=1)
    typed = {
        "title": campaign.title,
        "commune_due_at": spell_deadline(due),
        "department_due_at": spell_deadline(campaign.department_due_at),
        "instructions": "Gửi cả bản giấy.",
        "version": campaign.version,
    }
    assert client_of(staff).post(url, typed).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.commune_due_at, campaign.instructions) == (due, "Gửi cả bản giấy.")
    late = client_of(staff).post(url, typed | {"title": "Tên khác", "commune_due_at": "1/1/2031"})
    assert late.status_code == 422
    assert "Người khác vừa ghi" in late.content.decode()


def test_a_draft_changes_as_a_whole(draft, tran_lieu, staff, form):
    url = f"/bao-cao/dot/{draft.pk}/sua/"
    client = client_of(staff)
    assert LINE in client.get(url).content.decode()
    typed = typed_letter(
        form,
        letter_line="Công văn số 4676/SKHCN-CNTT ngày 20/12/2025",
        commune_due_at=spell_deadline(draft.commune_due_at),
        asked="chosen",
        communes=[tran_lieu.pk],
        version=draft.version,
    )
    assert client.post(url, typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.communes, draft.letter.number) == ([tran_lieu.pk], "4676")
    assert client.post(url, typed).status_code == 422  # the version of before


def test_the_letters_file_is_for_all_whom_it_asks(campaign, staff, officer, stranger):
    campaign.letter.file.save("cong-van.pdf", SimpleUploadedFile("a.pdf", PDF))
    url = f"/bao-cao/dot/{campaign.pk}/cong-van/"
    answers = [client_of(user).get(url) for user in (staff, officer, stranger)]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert [b"".join(answer) for answer in answers[:2]] == [PDF, PDF]
    assert "attachment" in answers[1].headers["Content-Disposition"]


def test_a_campaign_is_copied_to_the_next_period_in_one_click(hai_phong, cat_hai, staff, form, future):
    source = opened(make_periodic(make_period(hai_phong), staff, form=form), staff)
    page = page_text(client_of(staff), f"/bao-cao/ky/{future.pk}/")
    assert "Chép đợt Quý I năm 2026" in page
    answer = client_of(staff).post(f"/bao-cao/dot/{source.pk}/chep/", {"period": future.pk})
    copy = Campaign.objects.exclude(pk=source.pk).get()
    assert answer.headers["Location"] == f"/bao-cao/dot/{copy.pk}/"
    again = client_of(staff).post(f"/bao-cao/dot/{source.pk}/chep/", {"period": future.pk}, follow=True)
    assert "đã có đợt báo cáo theo mẫu này" in again.content.decode()
    assert "Chép đợt" not in page_text(client_of(staff), f"/bao-cao/ky/{future.pk}/")


def test_locking_is_foretold(campaign, cat_hai, staff):
    Report.objects.filter(commune=cat_hai).update(state=ReportState.ACCEPTED)
    url = f"/bao-cao/dot/{campaign.pk}/chot/"
    preview = client_of(staff).post(url, {"version": campaign.version}).content.decode()
    assert "1 báo cáo đã duyệt được khóa." in preview
    assert "1 báo cáo ở trạng thái “Chưa bắt đầu” giữ nguyên như vậy." in preview
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.OPEN
    client_of(staff).post(url, {"version": campaign.version, "confirm": "1"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.LOCKED


# Addressees -----------------------------------------------------------------------------------------------------------


def test_one_commune_gets_more_time(campaign, cat_hai, tran_lieu, staff):
    report = Report.objects.get(commune=cat_hai)
    url = f"/bao-cao/dot/{campaign.pk}/gia-han/{report.pk}/"
    until = spell_deadline(campaign.commune_due_at + timedelta(days=3))
    typed = {"until": until, "reason": "Mưa bão", "version": report.version}
    refused = client_of(staff).post(url, typed | {"until": spell_deadline(campaign.commune_due_at)})
    assert refused.status_code == 422
    assert 'value="Mưa bão"' in refused.content.decode()
    assert client_of(staff).post(url, typed).status_code == 302
    page = page_text(client_of(staff), f"/bao-cao/dot/{campaign.pk}/")
    assert f'{until} <span class="tag tag-info" title="Mưa bão">gia hạn</span>' in page
    assert client_of(staff).post(url, typed).status_code == 422  # the version of before


def test_a_report_of_another_campaign_is_not_found_there(campaign, cat_hai, hai_phong, staff, form):
    other = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(make_letter(hai_phong), form))
    report = Report.objects.get(commune=cat_hai)
    assert client_of(staff).get(f"/bao-cao/dot/{other.pk}/gia-han/{report.pk}/").status_code == 404


def test_a_group_with_its_own_deadline(campaign, cat_hai, tran_lieu, staff):
    url = f"/bao-cao/dot/{campaign.pk}/nhom/"
    due = campaign.commune_due_at + timedelta(days=3)
    typed = {"name": "Các xã đảo", "due_at": spell_deadline(due), "communes": [cat_hai.pk], "version": "0"}
    assert client_of(staff).post(f"{url}them/", typed).status_code == 302
    assert Report.objects.get(commune=cat_hai).due_at == due
    assert client_of(staff).post(f"{url}them/", typed | {"name": "Khác"}).status_code == 422
    group = campaign.groups.get()
    assert spell_deadline(due) in client_of(staff).get(f"{url}{group.pk}/").content.decode()
    client_of(staff).post(f"{url}{group.pk}/", typed | {"communes": [tran_lieu.pk], "version": group.version})
    assert [Report.objects.get(commune=each).group for each in (cat_hai, tran_lieu)] == ["", "Các xã đảo"]
    client_of(staff).post(f"{url}{group.pk}/bo/")
    assert not Report.objects.exclude(due_at=None).exists()


def test_more_communes_are_asked(campaign, hai_phong, staff):
    Campaign.objects.update(communes=list(campaign.reports.values_list("commune", flat=True)))
    url = f"/bao-cao/dot/{campaign.pk}/them-don-vi/"
    assert client_of(staff).get(url).status_code == 302  # there are no others
    new = make_commune("20001", "Xã Mới", "rural_commune", hai_phong)
    assert client_of(staff).post(url, {"communes": [new.pk]}).status_code == 302
    campaign.refresh_from_db()
    assert new.pk in campaign.communes
    assert campaign.reports.count() == 3


def test_what_other_bodies_sent_is_noted(campaign, staff, viewer, stranger):
    client, url = client_of(staff), f"/bao-cao/dot/{campaign.pk}/co-quan/"
    client.post(url, {"names": "Tỉnh đoàn\n\n Tỉnh đoàn \nHội Nông dân"})
    body, other = campaign.bodies.all()
    typed = {"name": "Tỉnh đoàn", "due_at": "", "received_on": format(TODAY, "%d/%m/%Y"), "note": "", "version": 1}
    assert client.post(f"{url}{body.pk}/", typed | {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 302
    assert f"nhận ngày {TODAY:%d/%m/%Y}" in page_text(client, f"/bao-cao/dot/{campaign.pk}/")
    assert b"".join(client_of(viewer).get(f"{url}{body.pk}/tep/")) == PDF
    assert client_of(stranger).get(f"{url}{body.pk}/tep/").status_code == 404
    for each in (body, other):
        client.post(f"{url}{each.pk}/bo/")
    assert campaign.bodies.get() == body


def test_groups_stand_in_the_preview(draft, cat_hai, staff):
    fields = {"name": "Đảo", "due_at": draft.commune_due_at + timedelta(days=3), "communes": [cat_hai.pk]}
    save_group(campaign=draft, group=None, version=0, fields=fields, by=staff)
    assert "nhóm Đảo (1 đơn vị)" in page_text(client_of(staff), f"/bao-cao/dot/{draft.pk}/")
