"""Whose jobs a request may see: those that its user asked for, alone or with others."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job


def jobs_of(user: User) -> QuerySet[Job]:
    followed = Job.followers.through.objects.filter(user=user).values("job")
    return Job.objects.filter(Q(owner=user) | Q(pk__in=followed))


def own_jobs(user: User) -> QuerySet[Job]:
    """Those the user may stop or try again."""
    return Job.objects.filter(owner=user)


def job_or_404(request: HttpRequest, job_id: UUID) -> Job:
    """404 when it is someone else's, or about a unit that the user has lost since."""
    job = jobs_of(request.user).filter(pk=job_id).first()
    if job is None or not _in_scope(request, job):
        raise Http404("Không tìm thấy công việc này trong danh sách của bạn.")
    return job


def _in_scope(request: HttpRequest, job: Job) -> bool:
    # The scope comes with the request, as its makers stand above this app.
    unit = job.province_code or job.commune_code
    return not unit or request.scope.allows("view", job.province_code, job.commune_code)
