"""Health, and the pages that tell what went wrong."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

DATABASE_AWAY = (OperationalError, InterfaceError)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" while the process answers; it asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


def refusal(status: int, title: str, text: str) -> HttpResponse:
    """A page of its own frame: it asks neither database nor session, which may be what failed."""
    page = loader.get_template("error.html").render({"title": title, "text": text})
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
