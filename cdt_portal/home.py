"""The first page: what the user has to do, by when, how far it is, and the one button that leads there."""

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdt_portal.accounts.models import User
from cdt_portal.jobs.access import own_jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.tour import tour_of
from reporting.queries.periods import next_opening
from teams.access import Can, Scope, requires
from teams.models import Commune
from teams.services.tasks import Task, awaiting, awaiting_above, most_urgent_first

SHOWN = 6  # the others fold away: nobody reads twenty things to do
FOLLOWED = 40  # of a nation's campaigns and classes; their own pages have all
RECENT = timedelta(days=3)  # a job that failed before is no news


@require_safe
@requires(Can.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    scope = request.scope
    communes = list(Commune.objects.filter(pk__in=own_codes(scope)).select_related("province"))
    tasks = most_urgent_first([*awaiting(scope, communes), *awaiting_above(scope), *job_tasks(request.user)])
    todo, going_on = [task for task in tasks if task.acts], [task for task in tasks if not task.acts]
    context = {
        "first": todo[:SHOWN],
        "others": todo[SHOWN:],
        "going_on": going_on[:SHOWN],
        "also_going_on": going_on[SHOWN:FOLLOWED],
        "communes": communes,
        "opening": next_opening(scope.home_province, timezone.localdate()) if scope.home_province else None,
        "tour": tour_of(request),
        "runs": scope.allows(Can.EDIT_ROSTER) or scope.allows(Can.APPROVE) or scope.allows(Can.MANAGE_USERS),
    }
    return render(request, "home.html", context)


def own_codes(scope: Scope) -> set[str]:
    """The communes that the user works in; those of a whole province are the work of others."""
    return {post.commune for post in scope.posts if post.commune}


def job_tasks(user: User) -> Iterator[Task]:
    """Work asked for lately that came to nothing; tried again it is no task any more."""
    failed = own_jobs(user).filter(state=JobState.FAILED, finished_at__gt=timezone.now() - RECENT)
    for job in failed.order_by("-finished_at"):
        yield Task(job.title, "Xem và thử lại", reverse("jobs:detail", args=[job.pk]), state="Không thành công")
