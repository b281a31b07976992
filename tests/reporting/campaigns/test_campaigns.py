"""Campaigns: what opening makes, what may still change, copies, extensions, locks."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cdt_portal.lib.periods import due_after
from cdt_portal.notices.models import Notice
from reporting.enums import CampaignKind, CampaignState, ReportState
from reporting.models import Campaign, DirectiveLetter, Report
from reporting.queries.campaigns import deadline
from reporting.services.addressees import add_bodies, remove_group, save_group
from reporting.services.campaigns import (
    ask_more,
    copy_campaign,
    create_campaign,
    drop_campaign,
    extend,
    lock_campaign,
    open_campaign,
    update_campaign,
)
from teams.services.concurrency import Conflict
from tests.conftest import client_of, make_commune
from tests.reporting.campaigns.makers import (
    JANUARY,
    ad_hoc,
    make_form,
    make_letter,
    make_period,
    make_periodic,
    opened,
)


@pytest.fixture
def draft(hai_phong, cat_hai, tran_lieu, staff) -> Campaign:
    return create_campaign(by=staff, province=hai_phong, fields=ad_hoc(make_letter(hai_phong), make_form()))


@pytest.fixture
def campaign(draft, staff) -> Campaign:
    return opened(draft, staff)


# Making ---------------------------------------------------------------------------------------------------------------


def test_the_slug_comes_from_the_letter_or_the_period_and_is_new_in_the_province(hai_phong, hac_thanh, staff):
    form, period = make_form(), make_period(hai_phong)
    letters = [make_letter(hai_phong), make_letter(hai_phong), make_letter(hai_phong, "Kế hoạch số 4675/KH-UBND")]
    made = [create_campaign(by=staff, province=hai_phong, fields=ad_hoc(letter, form)) for letter in letters]
    made += [make_periodic(period, staff, form=form), make_periodic(period, staff, form=form)]
    assert [each.slug for each in made] == ["cv-4675", "cv-4675-2", "kh-4675", "quy-1-2026", "quy-1-2026-2"]
    elsewhere = ad_hoc(make_letter(hac_thanh.province), form)
    assert create_campaign(by=staff, province=hac_thanh.province, fields=elsewhere).slug == "cv-4675"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": date(2026, 1, 1)}, "starts_on"),
        ({"commune_due_at": due_after(date(2025, 12, 31))}, "commune_due_at"),
        ({"commune_due_at": due_after(date(2025, 12, 31)) - timedelta(hours=8)}, "commune_due_at"),
        ({"department_due_at": due_after(date(2026, 1, 15))}, "department_due_at"),
    ],
)
def test_days_that_do_not_follow_are_refused_beside_their_field(hai_phong, staff, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        create_campaign(by=staff, province=hai_phong, fields=ad_hoc(make_letter(hai_phong), make_form(), **wrong))
    assert set(refusal.value.error_dict) == {field}
    assert not Campaign.objects.exists()


def test_the_first_working_day_after_the_cutoff_is_late_enough(hai_phong, staff):
    fields = ad_hoc(make_letter(hai_phong), make_form(), commune_due_at=due_after(date(2026, 1, 1)))
    with pytest.raises(ValidationError):  # New Year's day is off
        create_campaign(by=staff, province=hai_phong, fields=fields)
    fields["commune_due_at"] = due_after(date(2026, 1, 2))
    assert create_campaign(by=staff, province=hai_phong, fields=fields)


def test_a_periodic_one_is_compared_with_the_period_before_of_the_same_form(hai_phong, cat_hai, staff):
    form, other = make_form(), make_form("mau-khac")
    first = opened(make_periodic(make_period(hai_phong), staff, form=form), staff)
    second = make_period(hai_phong, 2)
    newer = make_form(number=2)
    assert make_periodic(second, staff, form=newer).previous == first
    assert make_periodic(second, staff, form=other).previous is None


def test_the_database_wants_a_period_or_a_letter(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.update(letter=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.update(kind=CampaignKind.PERIODIC)


# Opening --------------------------------------------------------------------------------------------------------------


def test_every_commune_that_exists_on_the_cutoff_owes_a_report(hai_phong, hac_thanh, draft, cat_hai, tran_lieu, staff):
    gone = make_commune("20001", "Xã Cũ", "rural_commune", hai_phong)
    gone.ended_on = draft.ends_on  # the first day on which it no longer exists
    gone.save()
    new = make_commune("20002", "Xã Mới", "rural_commune", hai_phong)
    new.valid_from = draft.ends_on
    new.save()
    opened(draft, staff)
    reports = Report.objects.filter(campaign=draft)
    assert {report.commune_id for report in reports} == {cat_hai.pk, tran_lieu.pk, new.pk}
    assert {report.state for report in reports} == {ReportState.NOT_STARTED}
    assert {report.province_id for report in reports} == {hai_phong.pk}


def test_only_those_asked_owe_and_are_told(hai_phong, cat_hai, tran_lieu, staff, officer, neighbour, stranger):
    letter, form = make_letter(hai_phong), make_form()
    draft = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(letter, form), communes=[cat_hai.pk])
    opened(draft, staff)
    assert Report.objects.get().commune == cat_hai
    notice = Notice.objects.get()
    assert notice.user == officer
    assert "hết ngày 15/01/2026" in notice.text


def test_nobody_asked_nothing_opened(hai_phong, cat_hai, hac_thanh, staff):
    letter, form = make_letter(hai_phong), make_form()
    draft = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(letter, form), communes=[hac_thanh.pk])
    with pytest.raises(ValidationError, match="Chưa có xã"):
        opened(draft, staff)
    assert not Report.objects.exists()


def test_it_opens_once_and_not_after_its_deadline(draft, staff):
    with pytest.raises(ValidationError, match="đã qua"):
        open_campaign(campaign=draft, by=staff, now=draft.commune_due_at)
    assert open_campaign(campaign=draft, by=staff, now=draft.commune_due_at - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="đã mở rồi"):
        opened(draft, staff)
    assert Report.objects.count() == 2


def test_what_the_opener_did_not_see_is_a_conflict(draft, staff):
    update_campaign(campaign=draft, version=1, fields={"instructions": "Gửi sớm."}, by=staff)
    with pytest.raises(Conflict):
        open_campaign(campaign=draft, by=staff, version=1, now=JANUARY)
    assert open_campaign(campaign=draft, by=staff, version=2, now=JANUARY).state == CampaignState.OPEN


# Changing -------------------------------------------------------------------------------------------------------------


def test_of_an_open_campaign_deadlines_and_words_may_change_only(campaign, staff):
    later = {"commune_due_at": due_after(date(2026, 1, 16)), "instructions": "Gửi cả bản giấy."}
    changed = update_campaign(campaign=campaign, version=campaign.version, fields=later, by=staff, now=JANUARY)
    assert changed.commune_due_at == later["commune_due_at"]
    over = {"commune_due_at": due_after(date(2026, 1, 9))}
    with pytest.raises(ValidationError, match="đã qua"):
        update_campaign(campaign=campaign, version=changed.version, fields=over, by=staff, now=JANUARY)
    for frozen in ({"ends_on": date(2025, 12, 30)}, {"form_version": make_form("mau-khac")}, {"communes": []}):
        with pytest.raises(ValidationError, match="Đợt đã mở"):
            update_campaign(campaign=campaign, version=changed.version, fields=frozen, by=staff)
    same = {"ends_on": campaign.ends_on, "title": "Tên mới"}
    assert update_campaign(campaign=campaign, version=changed.version, fields=same, by=staff).title == "Tên mới"


def test_a_draft_changes_as_a_whole_and_a_locked_one_not_at_all(draft, staff):
    changed = update_campaign(campaign=draft, version=1, fields={"ends_on": date(2025, 12, 30)}, by=staff)
    assert changed.ends_on == date(2025, 12, 30)
    lock_campaign(campaign=opened(draft, staff), by=staff)
    with pytest.raises(ValidationError, match="đã chốt"):
        update_campaign(campaign=draft, version=4, fields={"title": "Tên mới"}, by=staff)


def test_a_new_deadline_is_told_to_those_who_still_owe(campaign, cat_hai, officer, neighbour, staff):
    Report.objects.filter(commune=cat_hai).update(state=ReportState.ACCEPTED)
    Notice.objects.all().delete()
    later = {"commune_due_at": due_after(date(2026, 1, 16))}
    update_campaign(campaign=campaign, version=campaign.version, fields=later, by=staff, now=JANUARY)
    assert [notice.user for notice in Notice.objects.all()] == [neighbour]


def test_communes_are_added_to_an_open_campaign_once(hai_phong, cat_hai, tran_lieu, staff):
    letter, form = make_letter(hai_phong), make_form()
    draft = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(letter, form), communes=[cat_hai.pk])
    with pytest.raises(ValidationError):
        ask_more(campaign=draft, communes=[tran_lieu.pk], by=staff)
    campaign = opened(draft, staff)
    assert ask_more(campaign=campaign, communes=[tran_lieu.pk, cat_hai.pk], by=staff, now=JANUARY) == 1
    with pytest.raises(ValidationError):
        ask_more(campaign=campaign, communes=[tran_lieu.pk], by=staff, now=JANUARY)
    campaign.refresh_from_db()
    assert campaign.communes == sorted([cat_hai.pk, tran_lieu.pk])
    assert campaign.reports.count() == 2


def test_a_draft_is_dropped_with_its_letter_and_an_open_one_stays(hai_phong, draft, staff):
    other = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(make_letter(hai_phong), draft.form_version))
    drop_campaign(campaign=other, by=staff)
    assert DirectiveLetter.objects.get() == draft.letter
    opened(draft, staff)
    with pytest.raises(ValidationError):
        drop_campaign(campaign=draft, by=staff)


def test_a_letter_that_two_campaigns_answer_stays_with_the_other(hai_phong, draft, staff):
    twin = create_campaign(by=staff, province=hai_phong, fields=ad_hoc(draft.letter, draft.form_version))
    drop_campaign(campaign=twin, by=staff)
    assert DirectiveLetter.objects.get() == draft.letter


def test_changes_are_kept_in_history(campaign, staff):
    events = Campaign.pgh_event_model.objects.filter(pgh_obj=campaign).order_by("pgh_id")
    assert [event.state for event in events] == [CampaignState.DRAFT, CampaignState.OPEN]
    assert {event.pgh_context.metadata["user"] for event in events} == {staff.pk}


# Copies ---------------------------------------------------------------------------------------------------------------


def test_a_copy_has_the_new_period_the_latest_form_the_same_addressees(hai_phong, cat_hai, tran_lieu, staff):
    source = make_periodic(make_period(hai_phong), staff, form=make_form(), communes=[cat_hai.pk, tran_lieu.pk])
    island = {"name": "Các xã đảo", "due_at": due_after(date(2026, 3, 23)), "communes": [cat_hai.pk]}
    save_group(campaign=source, group=None, version=0, fields=island, by=staff)
    add_bodies(campaign=source, names=["Tỉnh đoàn"], by=staff)
    update_campaign(campaign=source, version=1, fields={"instructions": "Gửi cả bản giấy."}, by=staff)
    newer, period = make_form(number=2), make_period(hai_phong, 2)
    source.refresh_from_db()
    copy = copy_campaign(campaign=source, period=period, by=staff)
    assert (copy.state, copy.previous, copy.form_version) == (CampaignState.DRAFT, source, newer)
    assert (copy.title, copy.slug) == ("Báo cáo hoạt động Quý II năm 2026", "quy-2-2026")
    assert (copy.starts_on, copy.ends_on, copy.commune_due_at) == (
        period.starts_on,
        period.ends_on,
        period.commune_due_at,
    )
    assert (copy.communes, copy.instructions) == ([cat_hai.pk, tran_lieu.pk], "Gửi cả bản giấy.")
    group = copy.groups.get()
    assert (group.name, group.communes) == ("Các xã đảo", [cat_hai.pk])
    assert group.due_at == due_after(date(2026, 6, 23))  # three days after the communes', a Tuesday
    assert copy.bodies.get().name == "Tỉnh đoàn"
    with pytest.raises(ValidationError, match="đã có đợt"):
        copy_campaign(campaign=source, period=period, by=staff)


# Deadlines ------------------------------------------------------------------------------------------------------------


def test_the_deadline_is_the_campaigns_the_groups_or_the_extension(campaign, cat_hai, staff):
    report = campaign.reports.select_related("campaign").get(commune=cat_hai)
    assert deadline(report) == campaign.commune_due_at
    group = {"name": "Các xã đảo", "due_at": due_after(date(2026, 1, 19)), "communes": [cat_hai.pk]}
    saved = save_group(campaign=campaign, group=None, version=0, fields=group, by=staff)
    report.refresh_from_db()
    assert deadline(report) == group["due_at"]
    until = due_after(date(2026, 1, 20))
    extended = extend(report=report, until=until, reason="Mưa bão", by=staff, now=JANUARY)
    assert deadline(extended) == until
    remove_group(group=saved, by=staff)
    extended.refresh_from_db()
    assert (extended.due_at, deadline(extended)) == (None, until)


def test_an_extension_never_shortens(campaign, cat_hai, staff):
    report = campaign.reports.get(commune=cat_hai)
    extend(report=report, until=due_after(date(2026, 1, 16)), reason="Mưa bão", by=staff, now=JANUARY)
    later = {"commune_due_at": due_after(date(2026, 1, 20))}
    update_campaign(campaign=campaign, version=campaign.version, fields=later, by=staff, now=JANUARY)
    assert deadline(Report.objects.select_related("campaign").get(pk=report.pk)) == later["commune_due_at"]


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (due_after(date(2026, 1, 15)), ReportState.NOT_STARTED),  # what it has already
        (due_after(date(2026, 1, 16)), ReportState.SUBMITTED),
        (due_after(date(2026, 1, 16)), ReportState.ACCEPTED),
    ],
)
def test_no_extension_to_nothing_later_or_of_what_was_sent(campaign, cat_hai, staff, until, state):
    Report.objects.filter(commune=cat_hai).update(state=state)
    report = campaign.reports.get(commune=cat_hai)
    with pytest.raises(ValidationError):
        extend(report=report, until=until, reason="Mưa bão", by=staff, now=JANUARY)
    Report.objects.filter(commune=cat_hai).update(state=ReportState.DRAFT)
    assert extend(report=report, until=due_after(date(2026, 1, 16)), reason="Mưa bão", by=staff, now=JANUARY)


def test_nobody_is_late_by_being_asked_later(hai_phong, cat_hai, tran_lieu, staff):
    fields = ad_hoc(make_letter(hai_phong), make_form())
    campaign = opened(create_campaign(by=staff, province=hai_phong, fields=fields, communes=[cat_hai.pk]), staff)
    over, more = campaign.commune_due_at, {"campaign": campaign, "communes": [tran_lieu.pk], "by": staff}
    for until in (None, over):
        with pytest.raises(ValidationError) as refusal:
            ask_more(**more, until=until, now=over)
        assert set(refusal.value.error_dict) == {"until"}
    assert not campaign.reports.filter(commune=tran_lieu).exists()
    until = due_after(date(2026, 1, 20))
    assert ask_more(**more, until=until, now=over) == 1
    report = campaign.reports.get(commune=tran_lieu)
    assert (deadline(report), report.extension_reason) == (until, "Được bổ sung vào đợt báo cáo")


def test_before_the_deadline_nobody_needs_one_of_their_own(hai_phong, cat_hai, tran_lieu, staff):
    fields = ad_hoc(make_letter(hai_phong), make_form())
    campaign = opened(create_campaign(by=staff, province=hai_phong, fields=fields, communes=[cat_hai.pk]), staff)
    last = campaign.commune_due_at - timedelta(seconds=1)
    assert ask_more(campaign=campaign, communes=[tran_lieu.pk], by=staff, now=last) == 1
    report = campaign.reports.get(commune=tran_lieu)
    assert (report.extended_until, report.extension_reason) == (None, "")


def test_the_departments_deadline_leaves_each_group_a_working_day_before_it(campaign, cat_hai, staff):
    group = {"name": "Các xã đảo", "due_at": due_after(date(2026, 1, 20)), "communes": [cat_hai.pk]}
    save_group(campaign=campaign, group=None, version=0, fields=group, by=staff)
    campaign.refresh_from_db()
    changes = {"campaign": campaign, "version": campaign.version, "by": staff, "now": JANUARY}
    with pytest.raises(ValidationError) as refusal:
        update_campaign(**changes, fields={"department_due_at": due_after(date(2026, 1, 20))})
    assert "Các xã đảo" in str(refusal.value.error_dict["department_due_at"])
    assert update_campaign(**changes, fields={"department_due_at": due_after(date(2026, 1, 21))})


def test_an_extension_into_the_past_is_none(campaign, cat_hai, staff):
    report, until = campaign.reports.get(commune=cat_hai), due_after(date(2026, 1, 16))
    with pytest.raises(ValidationError):
        extend(report=report, until=until, reason="Mưa bão", by=staff, now=until)
    assert extend(report=report, until=until, reason="Mưa bão", by=staff, now=until - timedelta(seconds=1))


def test_what_was_reopened_is_reopened_until_another_day_and_not_extended(campaign, cat_hai, staff):
    """Its own date says until when it may be written: a later deadline would open nothing."""
    report, until = campaign.reports.get(commune=cat_hai), due_after(date(2026, 1, 16))
    rows = Report.objects.filter(pk=report.pk)
    rows.update(state=ReportState.RETURNED, reopened_until=JANUARY)
    here = reverse("reporting:campaign", args=[campaign.pk])
    extending = reverse("reporting:campaign_extend", args=[campaign.pk, report.pk])
    with pytest.raises(ValidationError, match="mở lại đến ngày khác"):
        extend(report=report, until=until, reason="Mưa bão", by=staff, now=JANUARY)
    assert extending not in client_of(staff).get(here).content.decode()
    rows.update(reopened_until=None)
    assert extending in client_of(staff).get(here).content.decode()
    assert extend(report=report, until=until, reason="Mưa bão", by=staff, now=JANUARY)


def test_an_extension_is_told_to_that_commune(campaign, cat_hai, officer, neighbour, staff):
    until, report = due_after(date(2026, 1, 16)), campaign.reports.get(commune=cat_hai)
    extend(report=report, until=until, reason="Mưa bão", by=staff, now=JANUARY)
    assert [notice.user for notice in Notice.objects.all()] == [officer]
    assert Notice.objects.get().text.endswith("đến hết ngày 16/01/2026: Mưa bão")


def test_a_group_before_the_opening_reaches_the_reports(draft, cat_hai, tran_lieu, staff):
    group = {"name": "Các xã đảo", "due_at": due_after(date(2026, 1, 19)), "communes": [cat_hai.pk]}
    save_group(campaign=draft, group=None, version=0, fields=group, by=staff)
    opened(draft, staff)
    rows = {report.commune_id: (report.group, report.due_at) for report in draft.reports.all()}
    assert rows == {cat_hai.pk: ("Các xã đảo", group["due_at"]), tran_lieu.pk: ("", None)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Các xã đảo"}, "name"),
        ({"communes": ["11914"]}, "communes"),
        ({"due_at": due_after(date(2025, 12, 31))}, "due_at"),
        ({"due_at": due_after(date(2026, 1, 22))}, "due_at"),
    ],
)
def test_a_group_that_can_not_be_is_refused_beside_its_field(campaign, cat_hai, tran_lieu, staff, wrong, field):
    due_at = due_after(date(2026, 1, 19))
    island = {"name": "Các xã đảo", "due_at": due_at, "communes": [cat_hai.pk]}
    save_group(campaign=campaign, group=None, version=0, fields=island, by=staff)
    other = {"name": "Các phường", "due_at": due_at, "communes": [tran_lieu.pk]}
    with pytest.raises(ValidationError) as refusal:
        save_group(campaign=campaign, group=None, version=0, fields=other | wrong, by=staff)
    assert set(refusal.value.error_dict) == {field}
    assert save_group(campaign=campaign, group=None, version=0, fields=other, by=staff)


# Locking --------------------------------------------------------------------------------------------------------------


def test_locking_locks_what_was_accepted_and_leaves_the_rest(campaign, cat_hai, tran_lieu, staff):
    Report.objects.filter(commune=cat_hai).update(state=ReportState.ACCEPTED)
    locked = lock_campaign(campaign=campaign, by=staff)
    assert (locked.state, locked.locked_at is not None) == (CampaignState.LOCKED, True)
    assert [Report.objects.get(commune=each).state for each in (cat_hai, tran_lieu)] == [
        ReportState.LOCKED,
        ReportState.NOT_STARTED,
    ]
    with pytest.raises(ValidationError):
        lock_campaign(campaign=campaign, by=staff)
