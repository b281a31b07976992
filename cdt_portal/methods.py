from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

KNOWN = ("GET", "HEAD", "POST")


def only_known_methods(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Pages are read and forms are sent: whatever else is refused here, whoever asks, before any page could take it
    for a look at itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in KNOWN else HttpResponseNotAllowed(KNOWN)

    return middleware
