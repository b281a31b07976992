"""Health and figures for operators, and the pages that tell what went wrong."""

import ipaddress
import secrets
import sys
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.decorators.cache import never_cache

from cdt_portal import health, metrics
from cdt_portal.lib import trace

DATABASE_AWAY = (OperationalError, InterfaceError)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" while the process answers; it asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part is well, or the one of `?part=`; else 503. What is wrong, only operators are told."""
    part = request.GET.get("part", "")
    if part and part not in health.PARTS:
        raise Http404
    found = health.examine([part] if part else health.PARTS)
    well = all(finding.ok for finding in found.values())
    told = {"ok": well}
    if is_operator(request):
        told["parts"] = {name: asdict(finding) for name, finding in found.items()}
    return JsonResponse(told, status=200 if well else 503, json_dumps_params={"ensure_ascii": False})


@login_not_required
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """For Prometheus; to everybody else there is no such page."""
    if not is_operator(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def is_operator(request: HttpRequest) -> bool:
    """Somebody with the operators' token, or on this machine: what a proxy here hands on says whom it came from."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.OPERATOR_TOKEN and secrets.compare_digest(given.encode(), settings.OPERATOR_TOKEN.encode()):
        return True
    if any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket file has no address
        return False


# Nothing of any unit is asked here, and the database may be what is ill: it is not told whose request this is.
for view in (healthz, readyz, figures):
    view.of_no_unit = True


def refusal(status: int, title: str, text: str) -> HttpResponse:
    """A page of its own frame: it asks neither database nor session, which may be what failed. Its number is the one in
    the log."""
    number = trace.current().get("request", "")
    page = loader.get_template("error.html").render({"title": title, "text": text, "number": number})
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(400, "Yêu cầu không hợp lệ", "Hãy tải lại trang rồi thử lại.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = str(exception) or "Tài khoản của bạn không có quyền làm việc này. Hãy hỏi cán bộ Sở phụ trách."
    return refusal(403, "Bạn không có quyền", text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return refusal(404, "Không tìm thấy", reason or "Trang này không có, hoặc không thuộc đơn vị của bạn.")


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away or too busy, 500 for everything else."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        response = refusal(503, "Hệ thống đang bận hoặc bảo trì", "Những gì đã lưu vẫn còn. Hãy thử lại sau ít phút.")
        response["Retry-After"] = "5"
        return response
    return refusal(
        500, "Hệ thống đang gặp lỗi", "Lỗi đã được ghi lại. Những gì đã lưu vẫn còn; hãy thử lại sau ít phút."
    )
