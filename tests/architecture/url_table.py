"""Every URL and who may what there, written by hand. A new URL gets a line here before it can pass the tests.

What follows a space in a name tells two ways to ask the same URL apart. Those of reports and of training stand in
`report_urls` and `training_urls`.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from cdt_portal.accounts.models import User
from teams.queries.users import versioned
from tests.architecture.grids import (
    A_USER,
    A_USER_OR_HOME,
    ANYBODY,
    ASKED_FOR_IT,
    AWAY,
    BACK_OFFICE,
    BACK_OFFICE_ROW,
    EDITS_ROSTER,
    EDITS_UNITS,
    EDITS_UNITS_OF_PROVINCE,
    GIVES_POSTS,
    HAS_THE_FILE,
    IMPORTS,
    MANAGES_USERS,
    NOT_SO,
    NOT_SO_EVEN_IN_PUBLIC,
    NOTHING_YET,
    OFFICERS_BY_WORKBOOK,
    ONCE_LOGGED_OUT,
    PROVINCE_OR_AWAY_HOME,
    READ_ONLY_ROW,
    REVEALS_PHONES,
    RUNS_CAMPAIGNS,
    SEES,
    SEES_MANY_PROVINCES,
    SEES_ONE_PROVINCE,
    SEES_PROVINCE_OR_HOME,
    SEES_WHOLE_PROVINCE,
    SOME_EDIT_PROVINCES,
    SOME_IMPORT,
    SOME_MANAGE_USERS,
    SOME_SEE_PROVINCES,
    UPLOADS,
    WHOLE_PROVINCE_OR_AWAY_HOME,
    WRITES_REPORTS,
    back_office_says,
    everybody,
)
from tests.architecture.pages import Door, Page, act, asked, form, only_read, read
from tests.architecture.places import Place
from tests.architecture.report_urls import REPORT_SECTIONS
from tests.architecture.training_urls import TRAINING_SECTIONS

EVENT = {"effective_on": "1/7/2026", "legal_basis": "Nghị quyết 05/NQ-HĐND"}
NEW_PASSWORD = {"new_password1": "mat-khau-moi-2", "new_password2": "mat-khau-moi-2"}
SURE = {"confirm": "1"}
FROM_AUGUST = {"kind": "establish", "effective_on": "1/8/2025"}
PERSON = "8f14e45f-ceea-467f-a8b4-2c1a1b0f4a11"


def plan(place: Place) -> dict:
    team, member = place.team, place.member
    seen = {f"t{team.pk}-seen-{member.pk}": member.version, f"t{team.pk}-role-{member.pk}": member.role}
    when = {"decision_line": "09/QĐ-UBND ngày 1/7/2026", "effective_on": "1/8/2026", "confirm": "1"}
    return when | seen | {f"t{team.pk}-included": "on", f"t{team.pk}-joins": "Trần Thị Bình"}


def user_details(place: Place) -> dict:
    return {"full_name": "Đỗ Thu Giang", "version": versioned(User.objects.all()).get(pk=place.user.pk).version}


def new_user(place: Place) -> dict:
    who = {"full_name": "Đỗ Thu Giang", "username": "moi.vao", "role": "commune_officer"}
    return who | {"commune": place.commune.pk}


def described(place: Place) -> dict:
    shares = {f"share0-{each.pk}": "whole" for each in place.villages[:2]}
    return shares | {"version": place.unit_plan.version, "count": "1", "name0": "Thôn 13", "kind0": "village"}


def decree_file(place: Place) -> SimpleUploadedFile:
    heading = "Xã (mã hoặc tên);Thôn, tổ dân phố cũ;Thôn, tổ dân phố mới"
    return SimpleUploadedFile("nghi-quyet.csv", f"{heading}\n{place.commune.pk};Thôn 1;Thôn 12\n".encode())


def invited_file(place: Place) -> SimpleUploadedFile:
    heading = "Họ và tên;Vai trò;Xã, phường, đặc khu (mã hoặc tên)"
    return SimpleUploadedFile("moi.csv", f"{heading}\nĐỗ Thu Giang;Cán bộ xã;{place.commune.pk}\n".encode())


REGISTER = {
    "teams:provinces": read(SEES_MANY_PROVINCES),
    "teams:communes": read(SEES_ONE_PROVINCE),
    "teams:communes of one province": read(SEES_WHOLE_PROVINCE, query="?tinh={0.commune.province_id}"),
    "teams:team_list": only_read(A_USER),
    "teams:team_list_export": only_read(A_USER),
    "teams:village_list": only_read(A_USER),
    "teams:village_list_export": only_read(A_USER),
    "teams:commune": read(SEES, "commune.pk"),
    "teams:units": read(SEES, "commune.pk"),
    "teams:unit_add": form(EDITS_UNITS, lambda at: {"lines": "Thôn 77", "confirm": "1"}, "commune.pk"),
    "teams:unit_history": only_read(SEES, "commune.pk"),
    "teams:unit_follow_up": only_read(SEES, "commune.pk"),
    "teams:plan_start": form(
        EDITS_UNITS, lambda at: EVENT | {"units": [each.pk for each in at.villages[:2]], "count": "1"}, "commune.pk"
    ),
    "teams:plan_upload": form(EDITS_UNITS, lambda at: EVENT | {"file": decree_file(at)}, "commune.pk"),
    "teams:plan_template": only_read(EDITS_UNITS, "commune.pk"),
    "teams:plans": read(SOME_EDIT_PROVINCES),
    "teams:plans of one province": asked(
        form(EDITS_UNITS_OF_PROVINCE, lambda at: EVENT | {"file": decree_file(at)}), "?tinh={0.commune.province_id}"
    ),
    "teams:plans_template": Page(Door(SOME_EDIT_PROVINCES), Door(NOT_SO)),
    "teams:plan": form(EDITS_UNITS, lambda at: SURE | {"version": at.unit_plan.version}, "unit_plan.pk"),
    "teams:plan_describe": form(EDITS_UNITS, described, "unit_plan.pk"),
    "teams:plan_call_off": act(EDITS_UNITS, "unit_plan.pk"),
    "teams:unit_edit": form(
        EDITS_UNITS, lambda at: {"name": "Thôn 1A", "kind": "village", "version": at.village.version}, "village.pk"
    ),
    "teams:unit_end": form(
        EDITS_UNITS, lambda at: SURE | {"ended_on": "1/7/2026", "version": at.village.version}, "village.pk"
    ),
    "teams:unit_delete": act(EDITS_UNITS, "bare_village.pk"),
    "teams:unit_rename": form(
        EDITS_UNITS,
        lambda at: EVENT | SURE | {"name": "Thôn 1B", "kind": "village", "version": at.village.version},
        "village.pk",
    ),
    "teams:team_add": form(
        EDITS_ROSTER, lambda at: {"name": "Tổ Thôn 99", "kind": "village_team", "units": [at.village.pk]}, "commune.pk"
    ),
    "teams:team_edit": form(
        EDITS_ROSTER, lambda at: {"name": "Tổ mới", "kind": "village_team", "version": at.team.version}, "team.pk"
    ),
    "teams:team_dissolve": form(
        EDITS_ROSTER, lambda at: SURE | {"dissolved_on": "1/7/2026", "version": at.team.version}, "team.pk"
    ),
    "teams:team_past": read(SEES, "team.pk"),
    "teams:consolidate": form(EDITS_ROSTER, plan, "commune.pk"),
    "teams:officers": read(SEES, "commune.pk"),
    "teams:officer_add": form(EDITS_ROSTER, lambda at: {"full_name": "Đỗ Thu Giang"}, "commune.pk"),
    "teams:officer_edit": form(
        EDITS_ROSTER, lambda at: {"full_name": "Đỗ Thu Giang", "version": at.contact.version}, "contact.pk"
    ),
    "teams:officer_end": form(
        EDITS_ROSTER, lambda at: SURE | {"ended_on": "1/7/2026", "version": at.contact.version}, "contact.pk"
    ),
    "teams:officer_reveal": act(EDITS_ROSTER, "contact.pk", status=200),
    "teams:decisions": read(SEES, "commune.pk"),
    "teams:decision_add": form(
        EDITS_ROSTER, lambda at: {"line": "02/QĐ-UBND ngày 1/8/2025", "kind": "amend"}, "commune.pk"
    ),
    "teams:decision": read(SEES, "decision.pk"),
    "teams:decision_edit": form(
        EDITS_ROSTER,
        lambda at: {"number": "03", "symbol": "QĐ-UBND", "kind": "establish", "version": at.decision.version},
        "decision.pk",
    ),
    "teams:decision_assign": form(
        EDITS_ROSTER, lambda at: SURE | FROM_AUGUST | {"teams": [at.other_team.pk]}, "decision.pk"
    ),
    "teams:decision_detach": act(EDITS_ROSTER, "decision.pk", "team.pk"),
    "teams:decision_scan": read(SEES, "decision.pk"),
    "teams:commune_letterhead": form(WRITES_REPORTS, lambda at: {"symbol": "UBND", "version": 0}, "commune.pk"),
    "teams:province_letterhead": form(
        RUNS_CAMPAIGNS, lambda at: {"symbol": "SKHCN", "version": 0}, "commune.province_id"
    ),
}

QUALITY = {
    "teams:quality": read(PROVINCE_OR_AWAY_HOME),
    "teams:quality of one province": read(WHOLE_PROVINCE_OR_AWAY_HOME, query="?tinh={0.commune.province_id}"),
    "teams:quality_export": only_read(SOME_SEE_PROVINCES),
    "teams:commune_quality": read(SEES, "commune.pk"),
    "teams:finding_accept": form(
        EDITS_ROSTER, lambda at: {"reason": "Đúng thực tế", "version": at.finding.version}, "finding.pk"
    ),
    "teams:findings_accept": form(
        EDITS_ROSTER,
        lambda at: {"reason": "Đúng thực tế", "findings": f"{at.finding.pk}-{at.finding.version}"},
        "commune.pk",
    ),
    "teams:finding_reopen": act(EDITS_ROSTER, "accepted.pk"),
    "teams:pairs": read(SEES, "commune.pk"),
    "teams:province_pairs": read(SEES_WHOLE_PROVINCE, query="?tinh={0.commune.province_id}"),
    "teams:pair_answer": act(
        EDITS_ROSTER, payload=lambda at: {"first": at.member.pk, "second": at.homonym.pk, "answer": "one"}
    ),
    "teams:pair_take_back": act(EDITS_ROSTER, "pair.pk"),
}

ROSTER = {
    "teams:team": only_read(SEES, "team.pk"),
    "teams:roster_paste": act(
        EDITS_ROSTER,
        "team.pk",
        payload=lambda at: {"start": "full_name", "cells": '[["Trần Thị Bình"]]'},
        status=200,
        writes=False,
    ),
    "teams:row_add": act(
        EDITS_ROSTER, "team.pk", payload=lambda at: {"person": PERSON, "full_name": "Trần Thị Bình"}, status=200
    ),
    "teams:row_save": act(
        EDITS_ROSTER, "team.pk", "member.pk", payload=lambda at: {"version": at.member.version, "note": "x"}, status=200
    ),
    "teams:row_leave": act(
        EDITS_ROSTER,
        "team.pk",
        "member.pk",
        payload=lambda at: {"version": at.member.version, "left_on": "1/3/2026", "left_reason": "resigned"},
        status=200,
    ),
    "teams:row_return": act(
        EDITS_ROSTER, "team.pk", "former.pk", payload=lambda at: {"version": at.former.version}, status=200
    ),
    "teams:bulk": act(
        EDITS_ROSTER,
        payload=lambda at: {
            "m": f"{at.member.pk}:{at.member.version}",
            "kind": "organization",
            "organization": "police",
            "confirm": "1",
        },
    ),
    "teams:reveal_phone": act(REVEALS_PHONES, "member.pk", status=200),
}

OUT = {
    "teams:members": only_read(A_USER),
    "teams:members_export": act(A_USER, status=200),
    "teams:exports": read(A_USER),
    "teams:exports of one province": read(SEES_PROVINCE_OR_HOME, query="?tinh={0.commune.province_id}"),
    "teams:exports of one commune": Page(
        Door(SEES),
        Door(SEES, writes=True),
        payload=lambda at: {"teams": [at.team.pk], "shape": "one", "phones": "masked"},
        query="?xa={0.commune.pk}",
    ),
    "teams:export_commune": Page(Door(SEES, writes=True), Door(NOT_SO), ("commune.pk",)),
    "teams:blank_form": only_read(A_USER),
}

IMPORT = {
    "teams:imports": Page(
        Door(SOME_IMPORT),
        Door(UPLOADS, 302, writes=True),
        payload=lambda at: {"unit": at.commune.pk, "pasted": "Họ tên\tChức vụ\nLê Văn An\tTổ trưởng"},
    ),
    "teams:import": only_read(IMPORTS, "rehearsed.pk"),
    "teams:import_choose": act(IMPORTS, "rehearsed.pk", payload=lambda at: {"create_units": "1"}),
    "teams:import_confirm": act(IMPORTS, "rehearsed.pk"),
    "teams:import_cancel": act(IMPORTS, "rehearsed.pk"),
    "teams:import_undo": act(IMPORTS, "applied.pk"),
    "teams:import_original": only_read(HAS_THE_FILE, "rehearsed.pk"),
    "teams:import_marked": act(HAS_THE_FILE, "rehearsed.pk"),
    "jobs:list": only_read(A_USER),
    "jobs:detail": only_read(ASKED_FOR_IT, "finished.pk"),
    "jobs:file": only_read(ASKED_FOR_IT, "finished.pk"),
    "jobs:retry": act(ASKED_FOR_IT, "failed.pk"),
    "jobs:cancel": act(ASKED_FOR_IT, "queued.pk"),
}

USERS = {
    "teams:users": read(SOME_MANAGE_USERS),
    "teams:user_add": Page(Door(SOME_MANAGE_USERS), Door(GIVES_POSTS, 302, writes=True), payload=new_user),
    "teams:users_invite": read(SOME_MANAGE_USERS),
    "teams:users_invite of one province": asked(
        form(EDITS_UNITS_OF_PROVINCE, lambda at: SURE | {"file": invited_file(at)}), "?tinh={0.commune.province_id}"
    ),
    "teams:users_invite_template": Page(Door(SOME_MANAGE_USERS), Door(NOT_SO)),
    "teams:user_slips": Page(Door(everybody("405")), Door(SOME_MANAGE_USERS, 302), query="?tim=khong-co-ai"),
    "teams:first_steps": Page(Door(SOME_MANAGE_USERS), Door(NOT_SO)),
    "teams:first_steps of one province": Page(
        Door(EDITS_UNITS_OF_PROVINCE), Door(NOT_SO), query="?tinh={0.commune.province_id}"
    ),
    "teams:user": read(MANAGES_USERS, "user.pk"),
    "teams:user_edit": form(MANAGES_USERS, user_details, "user.pk"),
    "teams:user_post_add": form(
        MANAGES_USERS, lambda at: {"role": "department_viewer", "province": at.commune.province_id}, "user.pk"
    ),
    "teams:user_post_remove": form(MANAGES_USERS, lambda at: {}, "user.pk", "post.pk"),
    "teams:user_link": act(MANAGES_USERS, "user.pk", status=200),
    "teams:user_disable": form(MANAGES_USERS, lambda at: {}, "user.pk"),
    "teams:user_reopen": act(MANAGES_USERS, "closed_user.pk"),
    "teams:user_factor_reset": form(MANAGES_USERS, lambda at: {}, "user.pk"),
    "teams:activity": read(SOME_MANAGE_USERS),
}

ACCOUNT = {
    "teams:first_run": read(AWAY),
    "home": only_read(A_USER),
    "search": only_read(A_USER),
    "help": only_read(A_USER, status=302),
    "guide": only_read(A_USER, "guide"),
    "tour_seen": act(A_USER),
    "healthz": read(ANYBODY),
    "readyz": read(ANYBODY, status=503),  # no worker serves the tests' database
    "metrics": read(ANYBODY),  # who asks from this machine; strangers: tests/test_operators.py
    "account_home": read(A_USER),
    "session_state": Page(Door(ANYBODY), Door(NOT_SO_EVEN_IN_PUBLIC)),
    "session_renewed": only_read(A_USER),
    "invitation": Page(
        Door(ANYBODY),
        Door(ANYBODY, 302, writes=True),
        ("invitation",),
        lambda at: NEW_PASSWORD,
    ),
}


# None of the people has a second factor or has just typed their password: 302 asks for it once more.
LOGIN = {
    "account_login": read(ONCE_LOGGED_OUT),
    "account_logout": Page(Door(A_USER_OR_HOME), Door(A_USER_OR_HOME, 302, writes=True)),
    "account_reauthenticate": read(A_USER),
    "account_change_password": read(A_USER),
    "mfa_index": only_read(A_USER),
    "mfa_authenticate": read(AWAY),
    "mfa_reauthenticate": read(A_USER, status=302),
    "mfa_activate_totp": read(A_USER, status=302),
    "mfa_deactivate_totp": read(NOTHING_YET),
    "mfa_view_recovery_codes": only_read(NOTHING_YET),
    "mfa_generate_recovery_codes": read(A_USER, status=302),
    "mfa_download_recovery_codes": read(NOTHING_YET),
    "mfa_list_webauthn": only_read(A_USER),
    "mfa_add_webauthn": read(A_USER, status=302),
    "mfa_reauthenticate_webauthn": read(A_USER, status=302),
    "mfa_login_webauthn": read(AWAY),
    "mfa_edit_webauthn": read(A_USER, "commune.pk", status=302),
    "mfa_remove_webauthn": read(A_USER, "commune.pk", status=302),
}

OFFICE = {
    "admin:index": read(BACK_OFFICE),
    "admin:app_list": read(BACK_OFFICE, "commune._meta.app_label"),
    "admin:login": read(everybody("403")),
    "admin:logout": read(A_USER, status=302),
    "admin:password_change": read(BACK_OFFICE, status=302),
    "admin:password_change_done": Page(Door(BACK_OFFICE), Door(back_office_says("405"))),
    "admin:autocomplete": Page(Door(back_office_says("403")), Door(back_office_says("405"))),
    "admin:view_on_site": read(back_office_says("404"), "commune.pk", "commune.pk"),
    "admin:jsi18n": Page(Door(BACK_OFFICE), Door(back_office_says("405"))),
    "quan-tri/(?P<url>.*)$": read(back_office_says("404"), "commune.pk"),
    "admin:teams_residentialunit_change": Page(Door(BACK_OFFICE_ROW), Door(READ_ONLY_ROW), ("village.pk",)),
    "admin:teams_focalofficer_change": Page(Door(BACK_OFFICE_ROW), Door(READ_ONLY_ROW), ("contact.pk",)),
    "admin:teams_province_change": form(
        BACK_OFFICE_ROW, lambda at: {"team_label": "Tổ CNSCĐ", "size_norm": 7}, "commune.province_id"
    ),
    "admin:teams_commune_change": form(BACK_OFFICE_ROW, lambda at: {"size_norm": 7}, "commune.pk"),
}
ROWS = {
    "residentialunit": "village.pk",
    "focalofficer": "contact.pk",
    "province": "commune.province_id",
    "commune": "commune.pk",
}
for model, row in ROWS.items():
    OFFICE |= {
        f"admin:teams_{model}_changelist": read(BACK_OFFICE),
        f"admin:teams_{model}_add": read(back_office_says("403")),
        f"admin:teams_{model}_history": read(BACK_OFFICE_ROW, row),
        f"admin:teams_{model}_delete": read(READ_ONLY_ROW, row),
        f"quan-tri/teams/{model}/<path:object_id>/": read(BACK_OFFICE, row, status=302),
    }
for model, who in {"residentialunit": BACK_OFFICE, "focalofficer": OFFICERS_BY_WORKBOOK}.items():
    OFFICE |= {
        f"admin:teams_{model}_import": read(who),
        f"admin:teams_{model}_process_import": Page(Door(back_office_says("405")), Door(who)),
        f"admin:teams_{model}_export": read(BACK_OFFICE),
    }

REGISTER_SECTIONS = {
    "register": REGISTER,
    "quality": QUALITY,
    "roster": ROSTER,
    "out": OUT,
    "import": IMPORT,
    "users": USERS,
    "account": ACCOUNT,
    "login": LOGIN,
    "office": OFFICE,
}
SECTIONS = REGISTER_SECTIONS | REPORT_SECTIONS | TRAINING_SECTIONS
TABLE = {name: page for section in SECTIONS.values() for name, page in section.items()}
