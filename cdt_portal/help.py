"""Help beside each screen: which section of whose guide a page leads to, and the guides themselves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cdt_portal.guides import COMMUNE, DEPARTMENT, GUIDES, read_guide
from teams.access import Scope

PAGES = {  # guide -> section -> names of the pages that it is about
    COMMUNE: {
        "dang-nhap-lan-dau": "account_home mfa_index account_change_password",
        "viec-can-lam": "home search notices:list reporting:overview",
        "nhap-danh-sach-tu-tep-excel": "teams:imports teams:import",
        "trang-cua-xa": "teams:commune teams:communes teams:decisions teams:decision teams:decision_add "
        "teams:decision_edit teams:decision_assign teams:officers teams:officer_add teams:officer_edit teams:exports "
        "teams:unit_add teams:team_add teams:commune_letterhead teams:team_list teams:village_list",
        "sua-thanh-vien-cua-to": "teams:team teams:team_edit teams:team_past teams:members teams:bulk",
        "kien-toan-cac-to": "teams:consolidate",
        "sap-xep-thon-to-dan-pho": "teams:units teams:unit_edit teams:unit_rename teams:unit_end teams:unit_history "
        "teams:unit_follow_up teams:plan_start teams:plan_describe teams:plan teams:plan_upload",
        "xem-lai-du-lieu": "teams:quality teams:commune_quality teams:pairs teams:finding_accept teams:findings_accept",
        "nhap-so-lieu-cua-to": "reporting:team_figures_index reporting:team_figures reporting:links "
        "reporting:links_slips",
        "soan-va-nop-bao-cao": "reporting:home reporting:report reporting:report_submit reporting:report_versions",
        "tap-huan": "training:home training:needs training:classes training:class training:topics training:topic "
        "training:trained training:externals training:external_add training:contests training:contest",
        "cong-viec-chay-lau": "jobs:list jobs:detail",
    },
    DEPARTMENT: {
        "bat-dau-voi-mot-tinh": "teams:first_steps",
        "nguoi-dung-va-loi-moi": "teams:users teams:user teams:user_add teams:user_edit teams:user_post_add "
        "teams:users_invite teams:user_link teams:activity account_home",
        "viec-can-lam": "home search notices:list",
        "tong-quan": "reporting:overview reporting:targets",
        "xa-thon-to": "teams:provinces teams:communes teams:commune teams:units teams:plans teams:plan "
        "teams:plan_describe teams:team teams:members teams:team_list teams:village_list teams:imports teams:import "
        "teams:exports",
        "chat-luong-du-lieu": "teams:quality teams:commune_quality teams:province_pairs teams:pairs",
        "ky-bao-cao-va-mau": "reporting:period_list reporting:period reporting:period_add reporting:period_edit "
        "reporting:policy reporting:holidays reporting:forms reporting:form reporting:form_add reporting:form_edit "
        "reporting:form_preview reporting:form_publish",
        "mo-dot-bao-cao": "reporting:home reporting:campaign reporting:campaign_add reporting:campaign_edit "
        "reporting:campaign_ask reporting:campaign_remind reporting:campaign_reminders reporting:campaign_extend "
        "reporting:campaign_group_add reporting:campaign_bodies reporting:team_figures_province",
        "tham-dinh-bao-cao": "reporting:review_desk reporting:review reporting:review_accept_clean reporting:report",
        "bao-cao-tong-hop": "reporting:province_report reporting:province_rows reporting:province_texts "
        "reporting:province_words reporting:bundle reporting:campaign_lock",
        "to-chuc-tap-huan": "training:home training:call training:call_add training:call_edit training:plan "
        "training:classes training:class training:class_add training:class_edit training:attendance "
        "training:class_results training:certificates training:leaders training:topics training:topic "
        "training:contests training:contest",
        "cong-viec-chay-lau": "jobs:list jobs:detail",
    },
}
SECTIONS = {
    guide: {page: section for section, pages in sections.items() for page in pages.split()}
    for guide, sections in PAGES.items()
}


def guide_for(scope: Scope) -> str:
    return COMMUNE if all(post.commune for post in scope.posts) else DEPARTMENT


def help_url(request: HttpRequest) -> str:
    """The section about this page in the user's guide; its beginning for a page that none is about."""
    name = guide_for(request.scope)
    section = SECTIONS[name].get(request.resolver_match.view_name, "")
    return reverse("guide", args=[name]) + (f"#{section}" if section else "")


@require_safe
def own_guide(request: HttpRequest) -> HttpResponse:
    return redirect("guide", guide_for(request.scope))


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    if name not in GUIDES:
        raise Http404("Không có hướng dẫn này.")
    others = [read_guide(each) for each in GUIDES if each != name]
    return render(request, "help/guide.html", {"guide": read_guide(name), "others": others})
