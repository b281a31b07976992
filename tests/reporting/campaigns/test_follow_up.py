"""Who owes a campaign its report, as its page, the Zalo text, reminders and their log tell it."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import resolve
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import due_after, spell_deadline
from cdt_portal.notices.duties import duties
from cdt_portal.notices.follow_up import zalo_text
from cdt_portal.notices.models import Notice, Reminder
from cdt_portal.notices.reminders import remind
from reporting.enums import CampaignState, ReportState
from reporting.models import Campaign, Report
from reporting.services.duties import duties_of, follow_up_of
from reporting.views.campaigns import wording
from teams.enums import UserRole
from teams.models import Commune
from tests.conftest import client_of, make_commune, make_user
from tests.queries import count_queries
from tests.reporting.campaigns.makers import page_text

S = ReportState


def url(campaign: Campaign, part: str = "don-doc/") -> str:
    return f"/bao-cao/dot/{campaign.pk}/{part}"


def set_state(commune: Commune, state: str, **more) -> None:
    Report.objects.filter(commune=commune).update(state=state, **more)


def owed_codes(campaign: Campaign) -> list[str]:
    return [each.commune_code for duty in duties_of([campaign], timezone.now()) for each in duty.owed]


# Duties ---------------------------------------------------------------------------------------------------------------


def test_an_open_campaign_is_a_duty_of_its_communes(campaign, cat_hai, tran_lieu, officer, neighbour, staff, viewer):
    (duty,) = duties(timezone.now())
    assert (duty.subject, duty.asked, duty.due_at) == (f"campaign:{campaign.pk}", 2, campaign.commune_due_at)
    assert {each.commune_code: each.users for each in duty.owed} == {
        cat_hai.pk: (officer.pk,),
        tran_lieu.pk: (neighbour.pk,),
    }
    assert duty.staff == (staff.pk,)
    assert duty.since == campaign.opened_at


@pytest.mark.parametrize("state", S.values)
def test_what_is_sent_is_owed_no_more_and_what_came_back_is(campaign, cat_hai, tran_lieu, state):
    set_state(cat_hai, state)
    owes = state in (S.NOT_STARTED, S.DRAFT, S.AWAITING_APPROVAL, S.RETURNED)
    assert (cat_hai.pk in owed_codes(campaign)) == owes
    assert tran_lieu.pk in owed_codes(campaign)


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.LOCKED])
def test_nothing_is_owed_before_the_opening_and_after_the_locking(campaign, state):
    assert duties(timezone.now())
    Campaign.objects.update(state=state)
    assert duties(timezone.now()) == []


def test_the_leader_is_reminded_when_it_is_the_leaders_turn(campaign, cat_hai, officer, commune_leader):
    def told() -> set[int]:
        return {user for duty in duties(timezone.now()) for each in duty.owed for user in each.users}

    assert told() == {officer.pk}
    set_state(cat_hai, S.AWAITING_APPROVAL)
    assert told() == {officer.pk, commune_leader.pk}


def test_those_who_are_gone_are_not_told(campaign, officer, staff):
    User.objects.filter(pk__in=[officer.pk, staff.pk]).update(is_active=False)
    (duty,) = duties(timezone.now())
    assert (duty.staff, {each.users for each in duty.owed}) == ((), {()})


def test_a_commune_that_ended_by_the_cutoff_owes_nothing(campaign, cat_hai, tran_lieu):
    Commune.objects.filter(pk=cat_hai.pk).update(ended_on=date(2025, 12, 31))
    (duty,) = duties(timezone.now())
    assert (duty.asked, owed_codes(campaign)) == (1, [tran_lieu.pk])


def test_an_extension_is_a_duty_of_its_own(campaign, cat_hai, tran_lieu):
    later = campaign.commune_due_at + timedelta(days=3)
    Report.objects.filter(commune=cat_hai).update(extended_until=later)
    usual, extended = duties(timezone.now())
    assert (usual.due_at, [each.commune_code for each in usual.owed]) == (campaign.commune_due_at, [tran_lieu.pk])
    assert (extended.due_at, [each.commune_code for each in extended.owed]) == (later, [cat_hai.pk])


def test_reminders_follow_an_extension(campaign, cat_hai, officer, neighbour):
    last = campaign.commune_due_at
    Report.objects.filter(commune=cat_hai).update(extended_until=last + timedelta(days=2))
    remind(last + timedelta(hours=9))  # the day after the deadline
    assert Notice.objects.filter(user=neighbour, text__contains="đã quá hạn").exists()
    assert list(Reminder.objects.filter(user=officer).values_list("moment", flat=True)) == [
        f"T-1 {last + timedelta(days=1, hours=12):%Y-%m-%d}"
    ]


def test_a_reopened_report_is_owed_until_its_own_date(campaign, cat_hai, tran_lieu):
    now = timezone.now()
    set_state(cat_hai, S.DRAFT, reopened_until=now + timedelta(days=2))
    assert now + timedelta(days=2) in {duty.due_at for duty in duties(now)}
    assert cat_hai.pk in owed_codes(campaign)
    set_state(cat_hai, S.DRAFT, reopened_until=now - timedelta(minutes=1))
    assert owed_codes(campaign) == [tran_lieu.pk]


def test_the_duties_take_the_same_queries_for_few_and_many(campaign, hai_phong, staff, django_assert_num_queries):
    with django_assert_num_queries(6) as few:  # the sixth asks for training's open calls
        duties(timezone.now())
    for number in range(10):
        commune = make_commune(f"2000{number}", f"Xã Số {number}", "rural_commune", hai_phong)
        Report.objects.create(campaign=campaign, commune=commune, province=hai_phong)
        make_user(f"canbo.{number}", UserRole.COMMUNE_OFFICER, commune=commune)
    with django_assert_num_queries(len(few)):
        (duty,) = duties(timezone.now())
    assert len(duty.owed) == 12


# The text to paste ----------------------------------------------------------------------------------------------------


def zalo(campaign: Campaign, now) -> str:
    return zalo_text(follow_up_of(campaign, now), wording(campaign), now=now, address="https://cong.example/bao-cao/")


def test_the_zalo_text_names_who_owes_by_state(campaign, cat_hai, tran_lieu, hai_phong):
    campaign.commune_due_at = due_after(date(2026, 1, 15))
    Campaign.objects.update(commune_due_at=campaign.commune_due_at)
    sent = make_commune("30001", "Xã Cẩm Giang", "rural_commune", hai_phong)
    Report.objects.create(campaign=campaign, commune=sent, province=hai_phong, state=S.ACCEPTED)
    extended_until = due_after(date(2026, 1, 20))
    set_state(tran_lieu, S.RETURNED, extended_until=extended_until)
    now = due_after(date(2026, 1, 11)) + timedelta(hours=8, minutes=5)
    assert zalo(campaign, now) == "\n".join(
        [
            "Kính gửi: UBND các xã, phường, đặc khu",
            "",
            "Về việc nộp báo cáo “Báo cáo theo Công văn 4675” (Công văn số 4675/SKHCN-CNTT ngày 19/12/2025):",
            "Đến 8 giờ 05 ngày 12/01/2026, còn 2/3 đơn vị chưa nộp hoặc chưa nộp lại.",
            "Hạn nộp: hết ngày 15/01/2026.",
            "",
            "1. Chưa bắt đầu (1): Đặc khu Cát Hải.",
            "2. Trả lại (1): Phường Trần Liễu (hạn: hết ngày 20/01/2026).",
            "",
            "Đề nghị các đơn vị nêu trên hoàn thành và nộp báo cáo đúng hạn tại: https://cong.example/bao-cao/",
            "Trân trọng cảm ơn.",
        ]
    )


def test_the_zalo_text_says_when_the_deadline_is_over(campaign):
    text = zalo(campaign, campaign.commune_due_at)
    assert f"Hạn nộp: {spell_deadline(campaign.commune_due_at)} (đã quá hạn)." in text
    assert "nộp báo cáo ngay tại:" in text


# Pages ----------------------------------------------------------------------------------------------------------------


def test_who_may_remind_and_who_may_read_the_log(campaign, staff, viewer, officer, stranger):
    def statuses(ask) -> list[int]:
        return [ask(client_of(user)).status_code for user in (viewer, officer, stranger, staff)]

    assert statuses(lambda client: client.get(url(campaign))) == [403, 403, 404, 200]
    payload = {"communes": ["11914"]}
    assert statuses(lambda client: client.post(url(campaign), payload)) == [403, 403, 404, 302]
    assert Reminder.objects.filter(by=staff).count() == 1  # of the four posts only the last one was heard
    assert statuses(lambda client: client.get(url(campaign, "don-doc/nhat-ky/"))) == [200, 403, 404, 200]


def test_the_page_of_a_campaign_lists_who_owes(campaign, cat_hai, staff, viewer):
    set_state(cat_hai, S.RETURNED)
    for user, may in ((staff, True), (viewer, False)):
        page = page_text(client_of(user), url(campaign, ""))
        assert "Còn 2/2 đơn vị chưa nộp" in page
        assert "<dt>Trả lại (1)</dt> <dd>Đặc khu Cát Hải</dd>" in page
        assert "http://testserver/bao-cao/" in page
        assert ("Đôn đốc ngay</a>" in page) == may
    Report.objects.update(state=S.ACCEPTED)
    assert "đơn vị chưa nộp" not in page_text(client_of(staff), url(campaign, ""))


def test_the_preview_ticks_those_who_can_be_told(campaign, cat_hai, tran_lieu, officer, staff):
    page = page_text(client_of(staff), url(campaign))
    assert "chưa nộp báo cáo “Báo cáo theo Công văn 4675”, đang ở trạng thái “Chưa bắt đầu”." in page
    assert f'value="{cat_hai.pk}" checked' in page
    assert f'value="{tran_lieu.pk}" disabled' in page and "chưa có tài khoản" in page
    assert not Reminder.objects.exists()


def test_the_ticked_are_told_once_and_the_log_says_so(campaign, cat_hai, tran_lieu, officer, neighbour, staff):
    client, log = client_of(staff), url(campaign, "don-doc/nhat-ky/")
    assert "Chưa gửi lượt đôn đốc nào" in page_text(client, log)
    answer = client.post(url(campaign), {"communes": [cat_hai.pk]}, follow=True).content.decode()
    assert "Đã đôn đốc 1 đơn vị." in answer
    notice = Notice.objects.get(text__contains="chưa nộp")
    assert (notice.user, notice.url) == (officer, f"/bao-cao/xa/{Report.objects.get(commune=cat_hai).pk}/")
    assert resolve(notice.url).view_name == "reporting:report"
    page = page_text(client, log)
    for words in ("Đặc khu Cát Hải", officer.full_name, "Đôn đốc ngay", "Trong cổng", "Đã gửi", staff.full_name):
        assert words in page
    again = client.post(url(campaign), {"communes": [cat_hai.pk, tran_lieu.pk]}, follow=True).content.decode()
    assert "Đã đôn đốc 1 đơn vị." in again and "1 đơn vị vừa được đôn đốc" in again
    assert "vừa đôn đốc" in page_text(client, url(campaign))
    assert Notice.objects.filter(text__contains="chưa nộp").count() == 2
    assert mail.outbox == []


@pytest.mark.parametrize("codes", [[], ["14797"], ["' OR 1=1"]])
def test_a_commune_that_owes_nothing_here_is_not_told(campaign, hac_thanh, stranger, officer, staff, codes):
    answer = client_of(staff).post(url(campaign), {"communes": codes}, follow=True).content.decode()
    assert "Chưa chọn đơn vị nào" in answer
    assert not Reminder.objects.exists()


def test_when_nobody_owes_there_is_nothing_to_send(campaign, officer, staff):
    Report.objects.update(state=S.ACCEPTED)
    for answer in (
        client_of(staff).get(url(campaign), follow=True),
        client_of(staff).post(url(campaign), {"communes": ["11914"]}, follow=True),
    ):
        assert "Không còn đơn vị nào nợ báo cáo" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_the_log_takes_the_same_queries_for_few_and_many(campaign, officer, neighbour, staff):
    client, log = client_of(staff), url(campaign, "don-doc/nhat-ky/")
    client.post(url(campaign), {"communes": ["11914"]})
    few = count_queries(client, log)
    client.post(url(campaign), {"communes": ["10729"]})
    remind(campaign.commune_due_at - timedelta(days=1, hours=12))
    assert Reminder.objects.count() == 5
    assert count_queries(client, log) == few
    assert "Sở (tổng hợp)" in page_text(client, log)
