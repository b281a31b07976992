"""The account's own page, the invitation, and what a page left open asks about its session."""

from allauth.account import views as allauth_views
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from cdt_portal.accounts import invitations, second_factor
from cdt_portal.accounts.models import User


@login_not_required
def log_in(request: HttpRequest) -> HttpResponse:
    """Where nobody has an account yet, one begins instead."""
    if request.method == "GET" and not User.objects.exists():
        return redirect(settings.FIRST_RUN_URL)
    return allauth_views.login(request)


def account_home(request: HttpRequest) -> HttpResponse:
    context = {
        "posts": request.user.assignments.select_related("province", "commune"),
        "second_factor": second_factor.is_enrolled(request.user),
    }
    return render(request, "accounts/home.html", context)


@login_not_required
@never_cache
@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """Who is logged in on this browser now, null for nobody. Asking counts as activity."""
    return JsonResponse({"user": request.user.pk})


@require_GET
def session_renewed(request: HttpRequest) -> HttpResponse:
    """Where a login in a second window ends; static/js/session.js closes the window."""
    return render(request, "accounts/renewed.html")


@login_not_required
@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = invitations.find(token)
        form = SetPasswordForm(invitation.user, request.POST or None)
        if form.is_valid():
            user = invitations.accept(token=token, password=form.cleaned_data["new_password1"])
            return perform_login(request, user)
    except invitations.ClosedInvitation as closed:
        return _closed(request, closed.reason)
    return render(request, "accounts/invitation.html", {"invitation": invitation, "form": form})


def _closed(request: HttpRequest, reason: invitations.Closed) -> HttpResponse:
    status = 404 if reason == invitations.Closed.UNKNOWN else 410
    return render(request, "accounts/invitation_closed.html", {"reason": reason}, status=status)
