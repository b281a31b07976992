"""The page of a campaign and what is done from it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cdt_portal.lib.periods import due_after, spell_deadline
from reporting.enums import CampaignState, ReportState
from reporting.models import Campaign, Report
from reporting.queries.campaigns import report_lines
from reporting.queries.rates import rates_of
from reporting.services.addressees import save_group
from reporting.services.campaigns import create_campaign
from reporting.services.duties import follow_up_of
from teams.models import Commune
from tests.conftest import client_of, make_commune, make_user
from tests.queries import count_queries
from tests.reporting.campaigns.makers import (
    LINE,
    ad_hoc,
    make_letter,
    make_period,
    make_periodic,
    opened,
    page_text,
    typed_letter,
)

PDF = b"%PDF-1.7 ..."
TODAY = timezone.localdate()


# Who may --------------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("part", ["mo/", "xoa/", "chep/"])
def test_viewers_change_nothing_by_a_post(draft, viewer, part):
    assert client_of(viewer).post(f"/bao-cao/dot/{draft.pk}/{part}", {"version": 1}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == CampaignState.DRAFT


# Looking, opening, changing -------------------------------------------------------------------------------------------


def test_a_draft_says_what_opening_will_do_and_opens(draft, cat_hai, tran_lieu, staff):
    url = f"/bao-cao/dot/{draft.pk}/"
    page = page_text(client_of(staff), url)
    assert "<strong>2 xã, phường, đặc khu</strong>" in page
    assert f"nộp <strong>{spell_deadline(draft.commune_due_at)}</strong>" in page
    client_of(staff).post(f"{url}mo/", {"version": draft.version})
    assert Report.objects.filter(campaign=draft).count() == 2
    assert "Chưa bắt đầu" in page_text(client_of(staff), url)


def test_a_draft_for_some_names_them_and_one_for_all_does_not(draft, cat_hai, tran_lieu, staff):
    url = f"/bao-cao/dot/{draft.pk}/"
    assert "Gồm: " not in page_text(client_of(staff), url)
    Campaign.objects.update(communes=[cat_hai.pk])
    assert f"Gồm: {cat_hai.name}." in page_text(client_of(staff), url)


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
    filtered = page_text(client_of(staff), f"{url}?trang_thai=submitted").partition('id="xa"')[2]
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


@pytest.mark.parametrize(
    ("ended_on", "listed"), [(date(2025, 12, 30), 1), (date(2025, 12, 31), 1), (date(2026, 1, 1), 2)]
)
def test_a_commune_that_ended_before_the_cutoff_is_neither_listed_nor_owed(ended_on, listed, campaign, cat_hai):
    """The page's list, its counts and who is reminded go by one rule; that of `in_force` on the cut-off."""
    assert len(report_lines(campaign)) == 2
    Campaign.objects.update(starts_on=date(2025, 10, 1), ends_on=date(2025, 12, 31), cumulative_from=date(2025, 1, 1))
    Commune.objects.filter(pk=cat_hai.pk).update(valid_from=date(2025, 7, 1), ended_on=ended_on)
    campaign.refresh_from_db()
    assert len(report_lines(campaign)) == listed
    assert follow_up_of(campaign, timezone.now()).asked == listed
    assert rates_of([campaign])[campaign.pk].asked == listed


@pytest.mark.parametrize(("hours", "late", "owed"), [(None, 2, 2), (1, 1, 2), (-1, 1, 1)])
def test_a_reopened_report_is_not_late_until_its_date_nor_owed_after_it(hours, late, owed, campaign, cat_hai):
    now = timezone.now()
    Campaign.objects.update(commune_due_at=now - timedelta(minutes=1))
    until = now + timedelta(hours=hours) if hours else None
    Report.objects.filter(commune=cat_hai).update(state=ReportState.DRAFT, reopened_until=until)
    campaign.refresh_from_db()
    assert sum(line.is_late for line in report_lines(campaign, now)) == late
    assert follow_up_of(campaign, now).owed == owed


def test_the_page_names_those_who_owe_and_have_nobody_to_approve(campaign, cat_hai, staff, commune_leader):
    url, told = f"/bao-cao/dot/{campaign.pk}/", "đơn vị chưa có tài khoản lãnh đạo nên chưa nộp được:"
    assert told not in page_text(client_of(staff), url)
    Campaign.objects.update(leader_approves=True)
    assert f"1 {told} Phường Trần Liễu." in page_text(client_of(staff), url)
    Commune.objects.exclude(pk=cat_hai.pk).update(valid_from=date(2025, 7, 1), ended_on=campaign.ends_on)
    assert told not in page_text(client_of(staff), url)


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
    assert "Chép cho Quý I năm 2030" in page_text(client_of(staff), f"/bao-cao/dot/{source.pk}/")
    answer = client_of(staff).post(f"/bao-cao/dot/{source.pk}/chep/", {"period": future.pk})
    copy = Campaign.objects.exclude(pk=source.pk).get()
    assert answer.headers["Location"] == f"/bao-cao/dot/{copy.pk}/"
    again = client_of(staff).post(f"/bao-cao/dot/{source.pk}/chep/", {"period": future.pk}, follow=True)
    assert "đã có đợt báo cáo theo mẫu này" in again.content.decode()
    assert "Chép đợt" not in page_text(client_of(staff), f"/bao-cao/ky/{future.pk}/")
    assert "Chép cho" not in page_text(client_of(staff), f"/bao-cao/dot/{source.pk}/")


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


# Deadlines that move --------------------------------------------------------------------------------------------------


def test_who_moves_an_open_deadline_reads_that_what_was_sent_keeps_its_result(campaign, staff):
    words = "Báo cáo đã nộp giữ kết quả đúng hạn hay trễ hạn theo thời hạn lúc nộp"
    url = f"/bao-cao/dot/{campaign.pk}/sua/"
    assert words in page_text(client_of(staff), url)
    Campaign.objects.filter(pk=campaign.pk).update(state="draft")
    assert words not in page_text(client_of(staff), url)


@pytest.mark.parametrize(("days", "is_told"), [(35, False), (45, True)])
def test_an_extension_beyond_the_departments_deadline_is_told(campaign, cat_hai, staff, days, is_told):
    report = campaign.reports.get(commune=cat_hai)
    until = f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"
    typed = {"until": until, "reason": "Mưa bão", "version": str(report.version)}
    client, url = client_of(staff), f"/bao-cao/dot/{campaign.pk}/gia-han/{report.pk}/"
    answer = client.post(url, typed, follow=True)
    assert "Đã gia hạn cho Đặc khu Cát Hải." in answer.content.decode()
    assert ("Hạn mới sau hạn tổng hợp của Sở" in answer.content.decode()) is is_told


def test_the_second_who_extends_is_told_who_was_first_and_keeps_the_reason(campaign, cat_hai, staff, hai_phong):
    report = campaign.reports.get(commune=cat_hai)
    here = f"/bao-cao/dot/{campaign.pk}/gia-han/{report.pk}/"
    colleague = make_user("so.haiphong.2", "department_staff", province=hai_phong)
    days = [spell_deadline(campaign.commune_due_at + timedelta(days=days)) for days in (2, 3)]
    typed = {"version": report.version, "until": days[1], "reason": "Đường bị ngập."}
    client_of(staff).post(here, typed | {"until": days[0], "reason": "Mưa bão"})
    refused = client_of(colleague).post(here, typed)
    shown = refused.content.decode()
    assert refused.status_code == 422
    for words in (f"{staff} vừa thay đổi báo cáo này", f"hạn nộp: {days[0]}", "Đường bị ngập.", days[1]):
        assert words in shown
    report.refresh_from_db()
    assert report.extension_reason == "Mưa bão"
    assert client_of(colleague).post(here, typed | {"version": report.version}).status_code == 302
    report.refresh_from_db()
    assert report.extension_reason == "Đường bị ngập."
