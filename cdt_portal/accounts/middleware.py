"""What happens around every request: the history's "who"; idle and unused sessions."""

from typing import Any

import pghistory.middleware
from django.http import HttpRequest


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Changes made by this request carry the user's id and the path; never the query string, which may hold names."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": getattr(request.user, "pk", None), "url": request.path}


class SessionRulesMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)
