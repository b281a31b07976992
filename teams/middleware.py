from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from teams.access import scope_for


class ScopeMiddleware:
    """`request.scope`: what this user may touch, read from the database at the first look of each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        request.scope = SimpleLazyObject(lambda: scope_for(request.user))
        return self.get_response(request)
