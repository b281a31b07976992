"""What happens around every request: the history's "who"; idle sessions and the second factor."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pghistory.middleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from cdt_portal.accounts import second_factor
from cdt_portal.accounts.models import User
from cdt_portal.lib import trace

BACKGROUND = "X-CDT-Background"  # polls carry it: a page left open must not keep its session alive
SEEN_EVERY = timedelta(minutes=10)
OPEN_WITHOUT_SECOND_FACTOR = {"account_logout", "account_reauthenticate", "account_change_password"}


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Changes made by this request carry the user's id and the path; never the query string, with names."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": getattr(request.user, "pk", None), "url": request.path}


class SessionRulesMiddleware:
    """A session ends after `IDLE_MINUTES` without activity; without its second factor it opens nothing.

    Scripts are answered 401 with {"login": path} where a person would be sent to the login page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            trace.note(user=request.user.pk)
            _end_or_note(request)
        response = self.get_response(request)
        if _sends_to_login(request, response):
            return _ask_for_login(request, response)
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        name = request.resolver_match.url_name or ""
        if name.startswith("mfa_") or name in OPEN_WITHOUT_SECOND_FACTOR or _is_public(view):
            return None
        if not request.user.is_authenticated or not second_factor.is_missing(request.user):
            return None
        if _is_script(request):
            return JsonResponse({"login": resolve_url("mfa_index")}, status=401)
        messages.warning(request, "Hãy thêm lớp xác thực thứ hai để tiếp tục.")
        return redirect("mfa_index")


def _end_or_note(request: HttpRequest) -> None:
    now = int(time.time())
    active_at = request.session.get("active_at", now)
    if now - active_at >= settings.IDLE_MINUTES * 60:
        logout(request)
        messages.info(
            request,
            f"Phiên làm việc đã hết sau {settings.IDLE_MINUTES} phút không thao tác. Những gì bạn đã gõ vẫn được giữ.",
        )
    elif BACKGROUND not in request.headers or "active_at" not in request.session:
        _note_activity(request, now)


def _note_activity(request: HttpRequest, now: int) -> None:
    """At most one write a minute to the session and one every ten minutes to the user."""
    if now // 60 != request.session.get("active_at", 0) // 60:
        request.session["active_at"] = now
    seen = request.user.last_seen_at
    if seen is None or timezone.now() - seen > SEEN_EVERY:
        User.objects.filter(pk=request.user.pk).update(last_seen_at=timezone.now())


def _sends_to_login(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is the refusal of a page that needs a login; a login form's own redirect is not."""
    return (
        response.status_code == 302
        and not request.user.is_authenticated
        and not _is_public(request.resolver_match.func)
        and urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)
    )


def _ask_for_login(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"login": resolve_url(settings.LOGIN_URL)}, status=401)
    if request.method != "GET":
        # The address of a POST cannot be opened after login; the page that sent it can.
        return redirect_to_login(urlsplit(request.headers.get("Referer", "")).path or "/")
    return response


def _is_public(view: Callable[..., HttpResponse]) -> bool:
    return not getattr(view, "login_required", True)


def _is_script(request: HttpRequest) -> bool:
    headers = request.headers
    return (
        "HX-Request" in headers
        or BACKGROUND in headers
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Accept", "").startswith("application/json")
    )
