"""Reminding by hand those who owe a campaign its report, and the log of what was sent."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdt_portal.notices.models import Reminder
from cdt_portal.notices.reminders import remind_now, reminded_lately, text_for
from cdt_portal.notices.views import say_sent
from reporting.access import campaign_or_404
from reporting.queries.follow_up import sent_lines
from reporting.services.duties import follow_up_of, subject_of
from reporting.views.campaigns import campaign_crumbs
from teams.access import Can

PER_PAGE = 50


def campaign_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who owe, ticked, with the text that they would get; a POST sends it to the posted `communes`."""
    row, now = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS), timezone.now()
    follow_up = follow_up_of(row, now)
    if not follow_up.owed:
        messages.info(request, "Không còn đơn vị nào nợ báo cáo của đợt này.")
        return redirect("reporting:campaign", pk)
    if request.method == "POST":
        codes = set(request.POST.getlist("communes"))
        sent = remind_now(duties=follow_up.duties, communes=codes, by=request.user, now=now)
        say_sent(request, sent, nothing="Chưa chọn đơn vị nào còn nợ báo cáo, nên chưa gửi gì.")
        return redirect("reporting:campaign_reminders", pk)
    context = {
        "campaign": row,
        "groups": follow_up.groups,
        "lately": reminded_lately(subject_of(row), now),
        "example": next(text_for(duty, duty.owed[0], now) for duty in follow_up.duties if duty.owed),
        "sends_mail": bool(settings.EMAIL_HOST),
        "crumbs": campaign_crumbs(row),
    }
    return render(request, "reporting/campaigns/remind.html", context)


@require_safe
def campaign_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk)
    log = Reminder.objects.filter(subject=subject_of(row)).select_related("user", "by")
    page = Paginator(log, PER_PAGE).get_page(request.GET.get("trang"))
    context = {"campaign": row, "page": page, "lines": sent_lines(page), "crumbs": campaign_crumbs(row)}
    return render(request, "reporting/campaigns/reminders.html", context)
