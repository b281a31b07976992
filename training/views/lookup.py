"""What anybody may ask without an account: whether a certificate is true. It shows what stands on the paper and nothing
else, and is not for search engines.

Nothing here is counted or locked: a limit for all would let one visitor lock out the others, and one for an address a
whole office. What protects the codes is their number (see training.keys).
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from training.keys import read_code, spell_code
from training.queries.certificates import by_code

TYPED = 40  # letters of a query that are worth looking at


@login_not_required
@never_cache
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The field for a code; ?ma= what was typed there."""
    typed = request.GET.get("ma", "")[:TYPED].strip()
    if code := read_code(typed):
        return redirect("training:certificate", code)
    return _page(request, typed=typed, unknown=bool(typed))


@login_not_required
@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code on paper leads."""
    known = read_code(code)
    found = by_code(known) if known else None
    if found is None:
        return _page(request, typed=code[:TYPED], unknown=True)
    context = {
        "certificate": None if found.voided_on else found,
        "voided_on": found.voided_on,
        "is_replaced": bool(found.voided_on and hasattr(found, "successor")),
        "code": spell_code(found.code),
    }
    return _hidden(render(request, "training/lookup/certificate.html", context))


def _page(request: HttpRequest, *, typed: str, unknown: bool) -> HttpResponse:
    context = {"typed": typed, "unknown": unknown}
    return _hidden(render(request, "training/lookup/form.html", context, status=404 if unknown else 200))


def _hidden(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
