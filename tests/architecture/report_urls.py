"""The URLs of reports and of notices, and who may what there: sections of `url_table`."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from cdt_portal.lib.periods import due_after, last_day, spell_deadline
from reporting.enums import BundleKind, PeriodKind
from reporting.models import Campaign
from reporting.services.team_links import SENDER
from tests.architecture.grids import (
    A_USER,
    ADDS_FORMS,
    ANYBODY,
    APPROVES,
    ASKED_FOR_IT,
    DRAFTS_FORM,
    NOT_SENT_YET,
    NOT_SO,
    READS_DRAFT,
    REVIEWS,
    RUNS_CAMPAIGN,
    RUNS_CAMPAIGNS,
    RUNS_OF_PROVINCE,
    SEES,
    SEES_CAMPAIGN,
    SEES_FORM,
    SEES_OF_PROVINCE,
    SEES_WHOLE_PROVINCE,
    SOME_RUN_CAMPAIGNS,
    SOME_SEE_PROVINCES,
    WRITES_REPORTS,
    everybody,
)
from tests.architecture.pages import Door, Page, act, asked, form, only_read, read
from tests.architecture.places import Place
from tests.reporting.campaigns.makers import typed_letter

OF_PROVINCE = "?tinh={0.commune.province_id}"
SURE = {"confirm": "1"}
NOBODY = everybody("404", anonymous="404")


def later(campaign: Campaign, days: int) -> str:
    """A deadline after the campaign's own, as people type it."""
    return spell_deadline(due_after(last_day(campaign.commune_due_at) + timedelta(days=days)))


# Periods --------------------------------------------------------------------------------------------------------------


def period_details(at: Place) -> dict:
    row = at.shared.period
    due = {name: spell_deadline(getattr(row, name)) for name in ("team_due_at", "commune_due_at", "department_due_at")}
    return {"name": "Kỳ đổi tên", "team_form": row.team_form_id, "version": row.version} | due


def policy_details(at: Place) -> dict:
    days = {"open_days_ahead": 0, "team_days": 2, "commune_days": 2, "department_days": 5, "household_target": 80}
    return SURE | days | {"scheme": "nd09", "kinds": [PeriodKind.YEAR], "version": at.shared.policy.version}


A_RANGE = SURE | {"starts_on": "1/9/2025", "ends_on": "31/12/2025"}
A_DAY_OFF = {"first": "16/2/2026", "name": "Tết Nguyên đán"}

A_TARGET = dict.fromkeys(
    ("coverage", "led", "assisted", "decided", "sized", "reachable", "trained", "reported"), 90
) | {"version": 0}

OVERVIEW = {
    "reporting:overview": only_read(A_USER),
    "reporting:overview of one province": asked(only_read(SEES_WHOLE_PROVINCE), OF_PROVINCE),
    "reporting:overview_sheet": only_read(SOME_SEE_PROVINCES),
    "reporting:overview_sheet of one province": asked(only_read(SEES_WHOLE_PROVINCE), OF_PROVINCE),
    "reporting:overview_paper": act(SOME_SEE_PROVINCES),
    "reporting:overview_paper of one province": asked(act(SEES_WHOLE_PROVINCE), OF_PROVINCE),
    "reporting:targets": read(SOME_RUN_CAMPAIGNS),
    "reporting:targets of one province": asked(form(RUNS_CAMPAIGNS, lambda at: A_TARGET), OF_PROVINCE),
}
PERIODS = {
    "reporting:home": only_read(A_USER),
    "reporting:period_list": read(SOME_SEE_PROVINCES),
    "reporting:period_list of one province": read(SEES_WHOLE_PROVINCE, query=OF_PROVINCE),
    "reporting:period_add": read(SOME_RUN_CAMPAIGNS),
    "reporting:period_add to one province": asked(form(RUNS_CAMPAIGNS, lambda at: A_RANGE), OF_PROVINCE),
    "reporting:period": read(SEES_OF_PROVINCE, "shared.period.pk"),
    "reporting:period_edit": form(RUNS_OF_PROVINCE, period_details, "shared.period.pk"),
    "reporting:period_remove": act(RUNS_OF_PROVINCE, "shared.bare_period.pk"),
    "reporting:policy": read(SOME_RUN_CAMPAIGNS),
    "reporting:policy of one province": asked(form(RUNS_CAMPAIGNS, policy_details), OF_PROVINCE),
    "reporting:holidays": Page(Door(SOME_SEE_PROVINCES), Door(SOME_SEE_PROVINCES | {("own", "viewer"): "403"})),
    "reporting:holidays of one province": Page(
        Door(SEES_WHOLE_PROVINCE), Door(RUNS_CAMPAIGNS, 302, writes=True), (), lambda at: A_DAY_OFF, OF_PROVINCE
    ),
    "reporting:holiday_remove": act(RUNS_OF_PROVINCE, "shared.holiday.pk"),
    "reporting:holiday_remove of the nation": act(everybody("404"), "shared.shipped.holiday.pk"),
}

# Forms ----------------------------------------------------------------------------------------------------------------


def new_form(at: Place) -> dict:
    return {"name": "Mẫu mới", "audience": "commune", "province": at.commune.province_id}


def draft_version(at: Place) -> dict:
    return {"version": at.shared.draft.version, "name": "Mẫu đổi tên"}


FORMS = {
    "reporting:forms": read(A_USER),
    "reporting:form_add": Page(Door(SOME_RUN_CAMPAIGNS), Door(ADDS_FORMS, 302, writes=True), payload=new_form),
    "reporting:form": read(SEES_FORM, "shared.form.pk"),
    "reporting:form that is shipped": read(A_USER, "shared.shipped.version.form_id"),
    "reporting:form_draft": act(RUNS_OF_PROVINCE, "shared.form.pk"),
    "reporting:form_draft like a shipped one": act(
        RUNS_CAMPAIGNS, "shared.shipped.version.form_id", payload=lambda at: {"province": at.commune.province_id}
    ),
    "reporting:form_edit": form(DRAFTS_FORM, draft_version, "shared.draft.pk"),
    "reporting:form_edit of what is published": read(RUNS_OF_PROVINCE, "shared.published.pk", status=302),
    "reporting:form_edit of a shipped one": read(everybody("403"), "shared.shipped.version.pk"),
    "reporting:form_publish": form(DRAFTS_FORM, draft_version, "shared.draft.pk"),
    "reporting:form_discard": act(DRAFTS_FORM, "shared.draft.pk", payload=draft_version),
    "reporting:form_preview": read(SEES_FORM, "shared.published.pk"),
    "reporting:form_preview of a draft": read(DRAFTS_FORM, "shared.draft.pk"),
    "reporting:form_preview_pdf": read(SEES_FORM, "shared.published.pk"),
    "reporting:form_preview_pdf of a draft": read(DRAFTS_FORM, "shared.draft.pk"),
}

# Campaigns ------------------------------------------------------------------------------------------------------------


def new_letter(at: Place) -> dict:
    due = later(at.reports.open, 0)
    return typed_letter(at.shared.published, asked="chosen", communes=[at.commune.pk], commune_due_at=due)


def new_periodic(at: Place) -> dict:
    return {"period": at.shared.bare_period.pk, "form_version": at.shared.published.pk, "asked": "all"}


def open_details(at: Place) -> dict:
    row = at.reports.open
    due = {"commune_due_at": later(row, 1), "department_due_at": spell_deadline(row.department_due_at)}
    return due | {"title": row.title, "version": row.version}


def draft_details(at: Place) -> dict:
    return new_letter(at) | {"version": at.reports.unopened.version}


def group_details(at: Place) -> dict:
    group = at.reports.group
    due = {"due_at": later(at.reports.open, 4)}
    return due | {"name": group.name, "communes": group.communes, "version": group.version}


def new_group(at: Place) -> dict:
    return {"name": "Nhóm khác", "due_at": later(at.reports.unopened, 3), "communes": [at.commune.pk], "version": 0}


def longer(at: Place) -> dict:
    return {"until": later(at.reports.open, 5), "reason": "Mưa bão", "version": at.reports.writing.version}


def body_details(at: Place) -> dict:
    body = at.reports.bare_body
    return {"name": body.name, "received_on": "1/2/2026", "version": body.version}


OPEN, UNOPENED = "reports.open.pk", "reports.unopened.pk"

CAMPAIGNS = {
    "reporting:campaign_add": read(SOME_RUN_CAMPAIGNS),
    "reporting:campaign_add on a letter": asked(form(RUNS_CAMPAIGNS, new_letter), f"{OF_PROVINCE}&loai=dot-xuat"),
    "reporting:campaign_add on a period": asked(form(RUNS_CAMPAIGNS, new_periodic), f"{OF_PROVINCE}&loai=dinh-ky"),
    "reporting:campaign": read(SEES_CAMPAIGN, OPEN),
    "reporting:campaign that is a draft": read(SEES_WHOLE_PROVINCE, UNOPENED),
    "reporting:campaign_edit": form(RUNS_CAMPAIGN, open_details, OPEN),
    "reporting:campaign_edit of a draft": form(RUNS_CAMPAIGNS, draft_details, UNOPENED),
    "reporting:campaign_open": act(
        RUNS_CAMPAIGNS, UNOPENED, payload=lambda at: {"version": at.reports.unopened.version}
    ),
    "reporting:campaign_copy": act(RUNS_CAMPAIGN, OPEN, payload=lambda at: {"period": at.shared.bare_period.pk}),
    "reporting:campaign_drop": act(RUNS_CAMPAIGNS, UNOPENED),
    "reporting:campaign_lock": form(RUNS_CAMPAIGN, lambda at: SURE | {"version": at.reports.open.version}, OPEN),
    "reporting:campaign_letter": read(SEES, OPEN),
    "reporting:campaign_letter of a draft": read(SEES_WHOLE_PROVINCE, UNOPENED),
    "reporting:campaign_ask": form(RUNS_CAMPAIGN, lambda at: {"communes": [at.shared.spare.pk]}, OPEN),
    "reporting:campaign_extend": form(RUNS_CAMPAIGN, longer, OPEN, "reports.writing.pk"),
    "reporting:campaign_group_add": form(RUNS_CAMPAIGNS, new_group, UNOPENED),
    "reporting:campaign_group": form(RUNS_CAMPAIGN, group_details, OPEN, "reports.group.pk"),
    "reporting:campaign_group_remove": act(RUNS_CAMPAIGN, OPEN, "reports.group.pk"),
    "reporting:campaign_bodies": form(RUNS_CAMPAIGN, lambda at: {"names": "Công an tỉnh"}, OPEN),
    "reporting:campaign_body": form(RUNS_CAMPAIGN, body_details, OPEN, "reports.bare_body.pk"),
    "reporting:campaign_body_remove": act(RUNS_CAMPAIGN, OPEN, "reports.bare_body.pk"),
    "reporting:campaign_body_file": read(SEES_CAMPAIGN, OPEN, "reports.body.pk"),
}

# Team figures ---------------------------------------------------------------------------------------------------------

GRID = ("commune.pk", "shared.period.pk")


def typed_cells(at: Place) -> dict:
    return {"version": at.reports.figures.version, "f-households": "150"}


def seen(at: Place) -> dict:
    sent = at.reports.submission
    return {"s": f"{sent.pk}|{sent.stamp}|{at.reports.figures.version}"}


def refusal(at: Place) -> dict:
    return {"stamp": at.reports.submission.stamp, "reason": "Sai số hộ"}


TEAM_FIGURES = {
    "reporting:team_figures_index": only_read(A_USER),
    "reporting:team_figures_province": only_read(SEES_WHOLE_PROVINCE, "shared.period.pk"),
    "reporting:team_figures": only_read(SEES, *GRID),
    "reporting:team_figures_save": act(WRITES_REPORTS, *GRID, "team.pk", payload=typed_cells, status=200),
    "reporting:team_figures_paste": act(
        WRITES_REPORTS,
        *GRID,
        payload=lambda at: {"start": "f-households", "cells": '[["100"]]'},
        status=200,
        writes=False,
    ),
    "reporting:team_figures_copy": act(WRITES_REPORTS, *GRID, status=200),
    "reporting:team_figures_take": act(WRITES_REPORTS, *GRID, payload=seen),
    "reporting:team_figures_refuse": act(WRITES_REPORTS, *GRID, "reports.submission.pk", payload=refusal),
    "reporting:links": only_read(WRITES_REPORTS, *GRID),
    "reporting:links_make": act(WRITES_REPORTS, *GRID),
    "reporting:links_slips": only_read(WRITES_REPORTS, *GRID),
    "reporting:link_revoke": act(WRITES_REPORTS, *GRID, "reports.link.pk"),
    "reporting:link_renew": act(WRITES_REPORTS, *GRID, "reports.link.pk"),
    "reporting:team_link": Page(
        Door(ANYBODY),
        Door(ANYBODY, 302, writes=True),
        ("reports.token",),
        lambda at: {"households": "130", SENDER: "Nguyễn Văn An"},
    ),
    "reporting:team_link that is forged": read(NOBODY, "reports.forged_token"),
    "reporting:team_link that was revoked": read(everybody("410", anonymous="410"), "reports.revoked_token"),
}

# The commune's report -------------------------------------------------------------------------------------------------

WRITING, SENT = "reports.writing.pk", "reports.sent.pk"


def enclosure(at: Place) -> dict:
    return {"file": SimpleUploadedFile("phu-luc.pdf", b"%PDF-1.7 %%EOF")}


COMMUNE_REPORTS = {
    "reporting:report": only_read(SEES, WRITING),
    "reporting:report that was sent": only_read(SEES, SENT),
    "reporting:report_save": act(
        WRITES_REPORTS, WRITING, "reports.code", payload=lambda at: {"version": 0, "raw": "40"}
    ),
    "reporting:report_submit": form(WRITES_REPORTS, lambda at: {}, WRITING),
    "reporting:report_submit by the leader": form(APPROVES, lambda at: {}, "reports.awaiting.pk"),
    "reporting:report_send_back": act(APPROVES, "reports.awaiting.pk", payload=lambda at: {"note": "Ghi rõ số lớp."}),
    "reporting:report_withdraw": act(WRITES_REPORTS, SENT),
    "reporting:report_file": only_read(READS_DRAFT, WRITING, "reports.excel"),
    "reporting:report_file of what was sent": only_read(SEES, SENT, "reports.pdf"),
    "reporting:report_file of what was returned": only_read(READS_DRAFT, "reports.returned.pk", "reports.excel"),
    "reporting:report_versions": only_read(READS_DRAFT, WRITING),
    "reporting:report_versions of what was sent": only_read(SEES, SENT),
    "reporting:report_version_pdf": only_read(SEES, SENT, "reports.first"),
    "reporting:report_attach": act(WRITES_REPORTS, WRITING, payload=enclosure),
    "reporting:report_attachment": only_read(READS_DRAFT, WRITING, "reports.enclosed.pk"),
    "reporting:report_attachment of what was sent": only_read(SEES, SENT, "reports.sent_enclosed.pk"),
    "reporting:report_detach": act(WRITES_REPORTS, WRITING, "reports.enclosed.pk"),
}

# The department: review, what is added up, reminders ------------------------------------------------------------------

ADDED_UP = "reports.accepted.campaign_id"


def as_seen(at: Place) -> dict:
    return {"version": at.reports.sent.version, "note": "Thiếu số tháng 12."}


def reopening(at: Place) -> dict:
    return {"version": at.reports.accepted.version, "until": later(at.reports.open, 5), "note": "Bổ sung số lớp."}


def clean(at: Place) -> dict:
    return {"seen": f"{at.reports.sent.pk}-{at.reports.sent.version}"}


def totals_seen(at: Place) -> dict:
    return SURE | {"version": at.reports.province_report.version, "sha256": at.reports.province_report.sha256}


REVIEW = {
    "reporting:review_desk": only_read(SOME_SEE_PROVINCES),
    "reporting:review_desk of one province": asked(only_read(SEES_WHOLE_PROVINCE), OF_PROVINCE),
    "reporting:review": only_read(SEES_CAMPAIGN, SENT),
    "reporting:review of what was not sent": only_read(NOT_SENT_YET, WRITING),
    "reporting:review_take": act(REVIEWS, SENT, status=200),
    "reporting:review_accept": act(REVIEWS, SENT, payload=as_seen),
    "reporting:review_reopen": form(REVIEWS, reopening, "reports.accepted.pk"),
    "reporting:review_return": act(REVIEWS, SENT, payload=as_seen),
    "reporting:review_accept_clean": form(SOME_RUN_CAMPAIGNS, clean),
    "reporting:review_accept_clean of one province": asked(form(RUNS_CAMPAIGNS, clean), OF_PROVINCE),
    "reporting:ready_add": asked(act(RUNS_CAMPAIGNS, payload=lambda at: {"text": "Xem lại."}, status=200), OF_PROVINCE),
    "reporting:ready_remove": act(RUNS_CAMPAIGNS, "shared.comment.pk", status=200),
    "reporting:campaign_remind": form(RUNS_CAMPAIGN, lambda at: {"communes": [at.commune.pk]}, OPEN),
    "reporting:campaign_reminders": only_read(SEES_CAMPAIGN, OPEN),
    "reporting:province_report": only_read(SEES_CAMPAIGN, ADDED_UP),
    "reporting:province_report of a draft": only_read(everybody("404"), UNOPENED),
    "reporting:province_consolidate": act(RUNS_CAMPAIGN, OPEN),
    "reporting:province_file": act(SEES_CAMPAIGN, ADDED_UP, "reports.excel"),
    "reporting:province_kept": only_read(SEES_CAMPAIGN, "reports.locked.campaign_id", "reports.excel"),
    "reporting:province_rows": only_read(SEES_CAMPAIGN, ADDED_UP, "reports.code"),
    "reporting:province_texts": only_read(SEES_CAMPAIGN, ADDED_UP),
    "reporting:province_words": form(
        RUNS_CAMPAIGN, lambda at: {"raw": "Đề nghị.", "seen": ""}, ADDED_UP, "reports.section"
    ),
    "reporting:province_lock": form(RUNS_CAMPAIGN, totals_seen, ADDED_UP),
    "reporting:bundle_ask": act(SEES_CAMPAIGN, ADDED_UP, payload=lambda at: {"kind": BundleKind.MERGED}),
    "reporting:bundle": only_read(SEES_CAMPAIGN, ADDED_UP, "reports.bundle.pk"),
    "reporting:bundle_file": only_read(SEES_CAMPAIGN, ADDED_UP, "reports.bundle.pk"),
}

# Notices --------------------------------------------------------------------------------------------------------------

NOTICES = {
    "notices:list": only_read(A_USER),
    "notices:open": Page(Door(ASKED_FOR_IT, 302, writes=True), Door(NOT_SO), ("reports.notice.pk",)),
    "notices:seen": act(A_USER),
}

REPORT_SECTIONS = {
    "overview": OVERVIEW,
    "periods": PERIODS,
    "forms": FORMS,
    "campaigns": CAMPAIGNS,
    "team figures": TEAM_FIGURES,
    "reports": COMMUNE_REPORTS,
    "review": REVIEW,
    "notices": NOTICES,
}
