"""The page behind a sitting's QR code, for people of the class without an account. It works without scripts, names
nobody but by the given name whoever knows their number, and is not for search engines.

Its script keeps what was typed until the portal has answered. The script takes the part #answer out of the answer, and
`data-state` there tells it whether the number was read at last or is to be sent again.
"""

from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cdt_portal.lib.row_security import Sight, show
from cdt_portal.lib.text import given_name
from training.forms.check_in import CheckInForm
from training.models import ClassSession
from training.services import check_in as services
from training.services.check_in import Closed

WORKER = "js/training/check_in_worker.js"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a number. `state`: done, of whom `text` is the given name and who was there `at`; choose; refused;
    or wait: not read, to be sent again."""

    state: str
    status: int
    text: str
    at: datetime | None = None
    choices: tuple[tuple[int, str], ...] = ()


@login_not_required
@never_cache
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    try:
        session = services.find_session(token)
        show(Sight.of({session.training_class.province_id}, {session.training_class.province_id}))
    except services.ClosedLink as closed:
        answer = _closed_answer(closed.reason) if request.method == "POST" else None
        return _page(request, None, closed.reason, answer, status=404)
    if request.method == "POST":
        form = CheckInForm(request.POST)
        answer = _answer(request, session, form)
        return _page(request, session, _closed(session), answer, form["phone"].value() or "", answer.status)
    return _page(request, session, _closed(session))


def _closed(session: ClassSession) -> Closed | None:
    try:
        services.refuse_closed(session, session.training_class)
    except services.ClosedLink as closed:
        return closed.reason
    return None


def _answer(request: HttpRequest, session: ClassSession, form: CheckInForm) -> Answer:
    if not form.is_valid():
        return _refused(" ".join(form.errors.get("phone", [f"Chưa hiểu nội dung gửi đến. {services.ASK}"])))
    try:
        row = services.check_in(session=session, typed=form.typed(), address=get_client_ip(request) or "")
    except services.ClosedLink as closed:
        return _closed_answer(closed.reason)
    except services.TooOften:
        return Answer("wait", 429, "Nhiều người đang gửi cùng lúc. Hãy chờ ít phút rồi gửi lại.")
    except services.SeveralPeople as several:
        choices = tuple((each.pk, _short(each.member.full_name)) for each in several.people)
        return Answer("choose", 200, f"Có {len(choices)} người dùng số này. Bạn là ai?", choices=choices)
    except ValidationError as refusal:
        return _refused(" ".join(refusal.messages))
    return Answer("done", 200, given_name(row.enrolment.member.full_name), at=row.at)


def _closed_answer(reason: Closed) -> Answer:
    return _refused(f"{reason.label}. {services.ASK}")


def _short(full_name: str) -> str:
    """ "N. T. Lan" of Nguyễn Thị Lan: enough for those who share a telephone, little for anybody else."""
    name = given_name(full_name)
    return " ".join([*(f"{word[0]}." for word in full_name.partition(name)[0].split()), name])


def _refused(text: str) -> Answer:
    return Answer("refused", 422, text)


@login_not_required
@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows for a code that it scans without a network: the page, of no sitting in particular."""
    return _hidden(render(request, "training/check_in/offline.html"))


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps these pages on the phone. A worker serves addresses below its own, so it stands here."""
    return FileResponse(open(finders.find(WORKER), "rb"), content_type="text/javascript")


def _page(
    request: HttpRequest,
    session: ClassSession | None,
    closed: Closed | None,
    answer: Answer | None = None,
    phone: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": session,
        "closed": closed,
        "opens_at": session and session.opens_at,
        "answer": answer,
        "phone": "" if answer and answer.state == "done" else phone,
    }
    return _hidden(render(request, "training/check_in/page.html", context, status=status))


def _hidden(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
