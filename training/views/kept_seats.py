"""Letting go the seats that a class keeps for communes."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from teams.access import Can
from training.services.kept_seats import let_go
from training.views.classes import acting, class_or_404, say_called


@require_POST
def class_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """`xa`: code of the commune whose seats are kept no more; without, those of all."""
    row = class_or_404(request, pk, Can.RUN_TRAINING)

    def act() -> str:
        say_called(request, let_go(training_class=row, commune=request.POST.get("xa", ""), by=request.user))
        return "Đã thôi giữ chỗ; chỗ trống dành cho mọi xã."

    return acting(request, row, act)
