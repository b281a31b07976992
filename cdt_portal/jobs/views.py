from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.jobs import services
from cdt_portal.jobs.access import job_or_404, jobs_of, own_jobs
from cdt_portal.jobs.enums import JobState

PAGE_SIZE = 20
LAST_PAGE = 1000


def _page_number(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() else 1


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The user's jobs; with `poll` only the rows, which ask for themselves again while one is unfinished."""
    number = _page_number(request.GET.get("trang", ""))
    first = (number - 1) * PAGE_SIZE
    jobs = list(jobs_of(request.user)[first : first + PAGE_SIZE + 1])
    context = {
        "jobs": jobs[:PAGE_SIZE],
        "number": number,
        "unfinished": any(job.is_unfinished for job in jobs[:PAGE_SIZE]),
        "page": {
            "newer": f"trang={number - 1}" if number > 1 else "",
            "older": f"trang={number + 1}" if len(jobs) > PAGE_SIZE else "",
        },
    }
    return render(request, "jobs/_rows.html" if "poll" in request.GET else "jobs/list.html", context)


@require_safe
def job_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job's progress; when it is done, its user goes on to the page it made."""
    job = job_or_404(request, job_id)
    polled = "poll" in request.GET
    if job.state == JobState.DONE and job.url:
        return HttpResponse(headers={"HX-Redirect": job.url}) if polled else redirect(job.url)
    return render(request, "jobs/_job.html" if polled else "jobs/detail.html", {"job": job})


@require_safe
def job_file(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = job_or_404(request, job_id)
    if not job.file:
        raise Http404("Công việc này không có tệp, hoặc tệp đã quá 30 ngày.")
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.filename)


@require_POST
def job_retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(own_jobs(request.user), pk=job_id)
    if not services.retry(job):
        messages.warning(request, "Không thử lại được: việc này đã được chạy lại, hoặc có việc giống hệt đang chạy.")
    return redirect("jobs:list")


@require_POST
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(own_jobs(request.user), pk=job_id)
    if not services.cancel(job):
        messages.warning(request, "Không bỏ được: việc này đã bắt đầu hoặc đã kết thúc.")
    return redirect("jobs:list")
