from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cdt_portal.lib.row_security import show
from teams.access import scope_for


class ScopeMiddleware:
    """`request.scope`: what this user may touch, read from the database on each request, and told to it before the view
    begins: the connection may have served somebody else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        request.scope = SimpleLazyObject(lambda: scope_for(request.user))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if not getattr(view, "of_no_unit", False):
            show(request.scope.sight)
