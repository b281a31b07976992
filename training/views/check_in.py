"""The page behind a sitting's QR code, for people of the class without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(status=404)
