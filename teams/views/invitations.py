"""Many people given accounts at once: a workbook that is looked at before it is written, and slips to hand over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.lib.sheets import write_workbook
from teams.access import Can, requires
from teams.forms.invitations import MOST_INVITED, InvitationsForm
from teams.layouts.invitations import INVITATIONS_SHEET
from teams.models import Province
from teams.queries.users import matching, waiting_users
from teams.services import invitations as services
from teams.views.downloads import download
from teams.views.pages import FormPage, form_page, of_province


@of_province(Can.MANAGE_USERS)
def users_invite(request: HttpRequest, province: Province) -> HttpResponse:
    form = InvitationsForm(request.POST or None, request.FILES or None, scope=request.scope, province=province)

    def save(form: InvitationsForm) -> str:
        drafts = [draft.details for draft in form.drafts]
        job = services.add_users(drafts=drafts, province=province, by=request.user)
        return reverse("jobs:detail", args=[job.pk])

    def foretell(form: InvitationsForm) -> list[str]:
        return [draft.line.full_name for draft in form.drafts]

    people = reverse("teams:users")
    page = FormPage(
        f"Mời người dùng của {province.name} bằng tệp Excel",
        "Cấp tài khoản và tạo phiếu",
        people,
        "Đã cấp tài khoản. Phiếu đang được tạo.",
        [("Người dùng", people)],
    )
    return form_page(request, form, page, save, "teams/users/invite.html", foretell=foretell, province=province)


@require_safe
@of_province(Can.MANAGE_USERS)
def users_invite_template(request: HttpRequest, province: Province) -> HttpResponse:
    """The workbook to fill in, with a row for each commune that nobody works for yet."""
    lines = services.blank_lines(province, request.scope)
    return download(
        f"Người dùng – {province.name}.xlsx", lambda file: write_workbook(file, [(INVITATIONS_SHEET, lines)])
    )


@require_POST
@requires(Can.MANAGE_USERS)
def user_slips(request: HttpRequest) -> HttpResponse:
    """For all who have set no password yet, or those of them that ?tim= finds."""
    found = matching(waiting_users(request.scope), request.GET.get("tim", "").strip()[:80])
    users = list(found[:MOST_INVITED])
    if not users:
        messages.error(request, "Không còn ai chưa đặt mật khẩu.")
        return redirect("teams:users")
    job = services.ask_slips(users, province=request.scope.home_province, by=request.user)
    return redirect("jobs:detail", job.pk)
