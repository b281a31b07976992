import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cdt_portal import metrics
from cdt_portal.lib import trace
from cdt_portal.logs import hide_links

logger = logging.getLogger("cdt_portal.requests")


class RequestMiddleware:
    """The outermost: numbers each request; when it is answered, counts it and writes one line about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trace.busy_with(request=trace.new_number()):
            began = time.perf_counter()
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            route = request.resolver_match.view_name if request.resolver_match else ""
            metrics.count_request(route, request.method, response.status_code, seconds)
            said = {"path": hide_links(request.path), "method": request.method, "status": response.status_code}
            logger.info("answered", extra={"data": said | {"route": route, "ms": round(seconds * 1000, 1)}})
        return response
