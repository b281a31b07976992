"""The page behind a team's signed link, for a leader without an account on an old telephone. It works without scripts,
shows nobody's personal data, and is not for search engines."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from cdt_portal.lib.row_security import Sight
from cdt_portal.lib.row_security import show as show_rows
from reporting.answers import derive, show
from reporting.enums import SubmissionState
from reporting.forms.team_figures import TeamFiguresForm
from reporting.models import TeamLink, TeamSubmission
from reporting.queries.team_figures import HOUSEHOLDS, columns_of, definition_of, households_of, sections_of
from reporting.queries.team_totals import problems
from reporting.services import team_links as services

REFUSED_STATUS = {services.Closed.UNKNOWN: 404}


@login_not_required
@never_cache
def team_link(request: HttpRequest, token: str) -> HttpResponse:
    """The form; once something was sent, what that was, until the leader asks to correct it (?sua)."""
    try:
        link = services.find_link(token)
        show_rows(Sight.of({link.commune_id}, {link.province_id}))
        response = _page(request, link)
    except services.ClosedLink as closed:
        status = REFUSED_STATUS.get(closed.reason, 410)
        response = render(request, "reporting/team_links/closed.html", {"reason": closed.reason}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(request: HttpRequest, link: TeamLink) -> HttpResponse:
    services.note_opening(link)
    latest = services.latest_submission(link)
    if (
        request.method != "POST"
        and latest
        and latest.state != SubmissionState.REFUSED
        and not _corrects(request, latest)
    ):
        return _thanks(request, link, latest)
    form = TeamFiguresForm(request.POST or None, definition=definition_of(link.period), initial=_initial(link, latest))
    if request.method == "POST" and form.is_valid():
        try:
            services.send(link=link, raw=form.figures(), sender=form.cleaned_data[services.SENDER])
            return redirect(request.path)
        except ValidationError as refusal:
            form.tell(refusal)
    refused = latest if latest and latest.state == SubmissionState.REFUSED else None
    context = {"link": link, "form": form, "sender": form[services.SENDER], "refused": refused}
    return render(request, "reporting/team_links/form.html", context, status=422 if form.errors else 200)


def _corrects(request: HttpRequest, latest: TeamSubmission) -> bool:
    return "sua" in request.GET and latest.state == SubmissionState.WAITING


def _initial(link: TeamLink, latest: TeamSubmission | None) -> dict[str, str]:
    """What was sent last; for the first time the households that the register knows, for the leader to confirm."""
    definition = definition_of(link.period)
    if latest is None:
        known = households_of(link.commune, link.period, link.team).get(link.team_id)
        return {HOUSEHOLDS: show(definition.by_code[HOUSEHOLDS], known)} if HOUSEHOLDS in definition.by_code else {}
    texts = {each.code: show(each, latest.values.get(each.code)) for each in columns_of(definition)}
    return texts | {services.SENDER: latest.sender}


def _thanks(request: HttpRequest, link: TeamLink, submission: TeamSubmission) -> HttpResponse:
    definition = definition_of(link.period)
    values = derive(definition, submission.values)
    context = {
        "link": link,
        "submission": submission,
        "sections": [
            (section.heading, [(each, show(each, values.get(each.code))) for each in columns])
            for section, columns in sections_of(definition)
        ],
        "problems": problems(definition, values),
        "may_correct": submission.state == SubmissionState.WAITING,
    }
    return render(request, "reporting/team_links/thanks.html", context)
