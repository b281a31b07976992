"""From nothing to a province at work: the first administrator, then villages and people by workbook."""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from teams.access import Can
from teams.forms.first_run import FirstRunForm
from teams.models import Province
from teams.queries import first_steps as queries
from teams.services import first_run as services
from teams.views.pages import of_province


@login_not_required
@never_cache
@sensitive_post_parameters()
def first_run(request: HttpRequest) -> HttpResponse:
    """Where an empty portal sends everybody; with the first account it is gone."""
    if not services.is_open():
        return redirect("home")
    form = FirstRunForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.make_first_administrator(**form.account())
            return perform_login(request, user, redirect_url=reverse("teams:first_steps"))
        except ValidationError as refusal:
            form.tell(refusal)
    return render(request, "teams/first_run/account.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@of_province(Can.MANAGE_USERS)
def first_steps(request: HttpRequest, province: Province) -> HttpResponse:
    context = {"province": province, "steps": queries.first_steps(province)}
    return render(request, "teams/first_run/steps.html", context)
