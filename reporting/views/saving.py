"""One answer at a time, for the editor's scripts and, without them, for a plain form.

JSON 200: {field: {typed, html, rows, note}, version, saved_at, state, derived: {code: text}, drafts: {code: html},
standing}; 422: {errors: {"value" | "note": [message]}}; 409: {current: field | null, version, who, at}: somebody else
was faster and nothing was written.
"""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.lib import richtext
from reporting.access import report_or_404
from reporting.definition import Indicator, Kind
from reporting.figures import Line, ReportFigures
from reporting.models import Report, ReportAnswer
from reporting.queries import reports as queries
from reporting.queries.figures import report_figures
from reporting.queries.readiness import findings_before_sending
from reporting.services.reports import answerable, save_answer, use_computed
from teams.access import Can
from teams.queries.rosters import last_change
from teams.services.concurrency import Conflict


@require_POST
def save(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    current = report_or_404(request.scope, pk, Can.WRITE_REPORT)
    try:
        write(request, current, code)
    except ValidationError as refusal:
        return told(request, pk, code, {"errors": refusal.message_dict}, 422)
    except Conflict as conflict:
        return told(request, pk, code, conflict_answer(current, code, conflict.current), 409)
    return told(request, pk, code, saved(current, code), 200)


def write(request: HttpRequest, current: Report, code: str) -> None:
    indicator = answerable(current, code)
    version = version_of(request)
    if "computed" in request.POST:
        use_computed(report=current, code=code, version=version, by=request.user)
    elif not says_the_same(request, current, indicator, version):
        raw, note = raw_of(request, indicator), request.POST.get("note", "")
        save_answer(report=current, code=code, raw=raw, note=note, version=version, by=request.user)


def version_of(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as error:
        raise BadRequest("version") from error


def raw_of(request: HttpRequest, indicator: Indicator) -> object:
    """What was typed, as `answers.read` takes it: a table's cells come column by column, a text with its looks from
    the editor's script and as plain lines without it."""
    if indicator.kind == Kind.TABLE:
        columns = {column.code: request.POST.getlist(f"cell-{column.code}") for column in indicator.columns}
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    if indicator.kind == Kind.TEXT and "html" not in request.POST:
        return richtext.from_text(request.POST.get("raw", ""))
    return request.POST.get("html" if indicator.kind == Kind.TEXT else "raw", "")


def says_the_same(request: HttpRequest, current: Report, indicator: Indicator, version: int) -> bool:
    """Whether a text that came without its looks is the one that was shown: its bold and italic words stay so."""
    if indicator.kind != Kind.TEXT or "html" in request.POST:
        return False
    line = report_figures(current).line(indicator.code)
    typed = "\n".join(request.POST.get("raw", "").splitlines())
    return line.version == version and typed == queries.field_of(line).shown


# Answers -------------------------------------------------------------------------------------------------------------


def told(request: HttpRequest, pk: int, code: str, answer: dict, status: int) -> HttpResponse:
    """As JSON to a script; without one, back on the page at the same place."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(answer, status=status)
    if status == 422:
        messages.error(request, " ".join(text for texts in answer["errors"].values() for text in texts))
    elif status == 409:
        messages.error(request, f"Chưa lưu: người khác vừa ghi “{(answer['current'] or {}).get('typed', '')}”.")
    else:
        messages.success(request, f"Đã lưu {answer['saved_at']}.")
    return redirect(f"{reverse('reporting:report', args=[pk])}#muc-{code}")


def saved(current: Report, code: str) -> dict:
    current.refresh_from_db(fields=["state", "version"])
    figures = report_figures(current)
    line = figures.line(code)
    return {
        "field": field_json(queries.field_of(line)),
        "version": line.version,
        "saved_at": timezone.localtime().strftime("%H:%M"),
        "state": current.get_state_display(),
        "derived": {
            each.indicator.code: queries.field_of(each).shown for each in figures.lines() if each.indicator.is_derived
        },
        "drafts": {each.indicator.code: each.value or "" for each in figures.lines() if drafted(each)},
        "standing": standing_json(figures),
    }


def drafted(line: Line) -> bool:
    """A text that nobody has written yet: it follows the figures it speaks of."""
    return line.indicator.kind == Kind.TEXT and bool(line.indicator.draft) and not line.version


def field_json(field: queries.Field) -> dict:
    return {
        "typed": field.shown,
        "html": field.line.value or "" if field.kind == Kind.TEXT else "",
        "rows": [[cell for _, _, cell in row] for row in field.rows],
        "note": field.line.note,
    }


def standing_json(figures: ReportFigures) -> dict:
    findings = findings_before_sending(figures)
    standing, sections = queries.standing_of(figures, findings), queries.sections_of(figures, findings)
    return {
        "filled": standing.filled,
        "asked": standing.asked,
        "errors": [{"code": each.code, "message": each.message} for each in standing.errors],
        "warnings": [{"code": each.code, "message": each.message} for each in standing.warnings],
        "sections": {each.code: each.filled for each in sections},
        "signs": {
            field.code: [each.message for each in field.signs]
            for section in sections
            for field in section.fields
            if field.signs
        },
    }


def conflict_answer(current: Report, code: str, answer: ReportAnswer | None) -> dict:
    line = report_figures(current).line(code)
    who, at = last_change(answer) if answer else ("", None)
    return {
        "current": field_json(queries.field_of(line)),
        "version": line.version,
        "who": who,
        "at": at.strftime("%H:%M %d/%m/%Y") if at else "",
    }
