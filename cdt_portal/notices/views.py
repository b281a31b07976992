from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.notices.reminders import Sent
from cdt_portal.notices.services import mark_read, notices_of

PER_PAGE = 30


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The user's own notices, the newest first."""
    shown = Paginator(notices_of(request.user), PER_PAGE).get_page(request.GET.get("trang"))
    page = {
        "newer": f"trang={shown.previous_page_number()}" if shown.has_previous() else "",
        "older": f"trang={shown.next_page_number()}" if shown.has_next() else "",
    }
    return render(request, "notices/list.html", {"notices": shown.object_list, "page": page})


@require_safe
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the page that the notice speaks of: to open it is to have read it."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    mark_read(notices_of(request.user).filter(pk=pk))
    return redirect(notice.url)


@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    mark_read(notices_of(request.user))
    return redirect("notices:list")


def say_sent(request: HttpRequest, sent: Sent, *, nothing: str) -> None:
    """What came of reminding by hand, as messages; `nothing` when nobody was to be reminded."""
    if sent.told:
        messages.success(request, f"Đã đôn đốc {len(sent.told)} đơn vị.")
    if sent.early:
        messages.warning(request, f"{len(sent.early)} đơn vị vừa được đôn đốc trong vòng một giờ, không gửi lại.")
    if sent.nobody:
        messages.warning(request, f"{len(sent.nobody)} đơn vị chưa có tài khoản cán bộ nào để gửi.")
    if not (sent.told or sent.early or sent.nobody):
        messages.warning(request, nothing)
