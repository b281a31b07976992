"""The grid of team figures, for the commune's officer: to read, to type in, to decide on what leaders sent.

The page's scripts get JSON. 200: {row, totals, saved_at}; 422: {errors: {cell: [message]}}; 409: {current: row | null,
who, at}. Cells are named "f-<code>" there, so that no code of a form meets another field's name.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reporting.access import periods_of
from reporting.answers import derive, show
from reporting.intake.pasted_figures import ROW_LIMIT, read_block
from reporting.models import ReportPeriod, TeamFigures, TeamSubmission
from reporting.queries.team_figures import (
    Totals,
    asked_teams,
    columns_of,
    commune_totals,
    definition_of,
    province_totals,
    sections_of,
    team_grid,
    typed_columns,
)
from reporting.queries.team_periods import open_periods, province_periods
from reporting.queries.team_totals import problems
from reporting.services import team_figures as services
from teams.access import Can, commune_or_404, get_or_404
from teams.models import Commune, Team
from teams.queries.names import team_key
from teams.queries.rosters import last_change
from teams.services.concurrency import Conflict
from teams.views.pages import commune_crumbs

CELL = "f-"


def answers(view: Callable[..., dict]) -> Callable[..., HttpResponse]:
    """POST only; refusals and conflicts as answers that the page can show beside the row."""

    @require_POST
    @wraps(view)
    def answering(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except ValidationError as refusal:
            return JsonResponse({"errors": _cells(refusal)}, status=422)
        except Conflict as conflict:
            return JsonResponse(_conflict(conflict.current), status=409)

    return answering


def find_page(request: HttpRequest, code: str, period: int, capability: Can = Can.VIEW) -> tuple[Commune, ReportPeriod]:
    """The commune, and a period of its province that asks teams for figures."""
    commune = commune_or_404(request.scope, code, capability)
    found = periods_of(request.scope).filter(pk=period, province=commune.province_id, team_form__isnull=False)
    asked = found.select_related("team_form", "province").first()
    if asked is None:
        raise Http404("Không tìm thấy kỳ, hoặc kỳ này không hỏi số liệu của tổ.")
    return commune, asked


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What officers have to enter; for those who see a whole province, how far its communes are."""
    context = {"lines": open_periods(request.scope), "provinces": province_periods(request.scope)}
    return render(request, "reporting/team_figures/index.html", context)


@require_safe
def province(request: HttpRequest, period: int) -> HttpResponse:
    found = province_periods(request.scope, period)
    if not found:
        raise Http404("Không tìm thấy kỳ, hoặc kỳ này không hỏi số liệu của tổ.")
    context = {
        "line": found[0],
        "totals": province_totals(found[0].period),
        "crumbs": [("Số liệu của tổ theo kỳ", reverse("reporting:team_figures_index"))],
    }
    return render(request, "reporting/team_figures/province.html", context)


@require_safe
def figures(request: HttpRequest, code: str, period: int) -> HttpResponse:
    commune, asked = find_page(request, code, period)
    context = {
        "commune": commune,
        "grid": team_grid(commune, asked),
        "sections": [(each.heading, len(columns)) for each, columns in sections_of(definition_of(asked))],
        "editable": request.scope.allows(Can.WRITE_REPORT, commune.province_id, commune.pk),
        "crumbs": commune_crumbs(request, commune),
    }
    return render(request, "reporting/team_figures/figures.html", context)


@answers
def save(request: HttpRequest, code: str, period: int, team: int) -> dict:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    found = get_or_404(request.scope, Team.objects.filter(commune=commune), Can.WRITE_REPORT, pk=team)
    raw = {name.removeprefix(CELL): text for name, text in request.POST.items() if name.startswith(CELL)}
    row = services.save_figures(period=asked, team=found, version=_version(request), raw=raw, by=request.user)
    return _saved(commune, asked) | {"row": _row(asked, row)}


@answers
def copy(request: HttpRequest, code: str, period: int) -> dict:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    copied = services.copy_previous(commune=commune, period=asked, by=request.user)
    said = "Không có ô trống nào mà kỳ trước có số."
    if copied.cells:
        said = f"Đã điền {copied.cells} ô của {len(copied.rows)} tổ theo {copied.period.name}; ô đã có số giữ nguyên."
    return _saved(commune, asked) | {"rows": [_row(asked, row) for row in copied.rows], "said": said}


@require_POST
def paste(request: HttpRequest, code: str, period: int) -> HttpResponse:
    """What a pasted block would put into the grid. Nothing is saved: the page fills its rows and saves them."""
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    definition = definition_of(asked)
    start, typed = request.POST.get("start", ""), {each.code for each in typed_columns(definition)}
    cells = _block(request.POST.get("cells", ""))
    if start.removeprefix(CELL) not in typed:
        raise BadRequest("start")
    if len(cells) > ROW_LIMIT:
        return JsonResponse({"errors": {start: [f"Chỉ dán được {ROW_LIMIT} dòng một lần."]}}, status=422)
    read = read_block(cells, start.removeprefix(CELL), columns_of(definition), _team_of(commune, asked))
    block = asdict(read)
    for row in block["rows"]:
        row["values"] = {f"{CELL}{name}": text for name, text in row["values"].items()}
    return JsonResponse(block)


@require_POST
def take(request: HttpRequest, code: str, period: int) -> HttpResponse:
    """One or all of what leaders sent: each as "id|stamp|version", as the officer saw it."""
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    taken, changed = [], []
    for pk, stamp, version in map(_seen, request.POST.getlist("s")):
        submission = _submission(request, commune, asked, pk)
        try:
            services.take_submission(submission=submission, stamp=stamp, version=version, by=request.user)
            taken.append(submission.team.name)
        except Conflict:
            changed.append(submission.team.name)
    if taken:
        messages.success(request, f"Đã nhận số liệu của {len(taken)} tổ: {', '.join(taken)}.")
    if changed:
        messages.warning(request, f"Vừa có thay đổi, hãy xem lại rồi nhận: {', '.join(changed)}.")
    return redirect("reporting:team_figures", commune.pk, asked.pk)


@require_POST
def refuse(request: HttpRequest, code: str, period: int, pk: int) -> HttpResponse:
    commune, asked = find_page(request, code, period, Can.WRITE_REPORT)
    submission = _submission(request, commune, asked, pk)
    stamp, reason = request.POST.get("stamp", ""), request.POST.get("reason", "")
    try:
        services.refuse_submission(submission=submission, stamp=stamp, reason=reason, by=request.user)
        messages.success(request, f"Không nhận số liệu của {submission.team.name}; tổ trưởng sẽ thấy lý do.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Conflict:
        messages.warning(request, f"Vừa có thay đổi, hãy xem lại: {submission.team.name}.")
    return redirect("reporting:team_figures", commune.pk, asked.pk)


def _submission(request: HttpRequest, commune: Commune, period: ReportPeriod, pk: int) -> TeamSubmission:
    rows = TeamSubmission.objects.filter(commune=commune, period=period).select_related("team")
    return get_or_404(request.scope, rows, Can.WRITE_REPORT, pk=pk)


def _seen(value: str) -> tuple[int, str, int]:
    try:
        pk, stamp, version = value.split("|")
        return int(pk), stamp, int(version)
    except ValueError as error:
        raise BadRequest("s") from error


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as error:
        raise BadRequest("version") from error


def _block(text: str) -> list[list[str]]:
    try:
        return [[str(cell) for cell in row] for row in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise BadRequest("cells") from error


def _team_of(commune: Commune, period: ReportPeriod) -> Callable[[str], int | None]:
    """Names that two teams share mean neither."""
    teams = list(asked_teams(period).filter(commune=commune).values_list("match_key", "pk"))
    shared = Counter(key for key, _ in teams)
    known = {key: pk for key, pk in teams if shared[key] == 1}
    return lambda name: known.get(team_key(name))


def _cells(refusal: ValidationError) -> dict[str, list[str]]:
    if not hasattr(refusal, "error_dict"):
        return {"": refusal.messages}
    return {f"{CELL}{name}": words for name, words in refusal.message_dict.items()}


def _row(period: ReportPeriod, row: TeamFigures) -> dict:
    definition = definition_of(period)
    values = derive(definition, row.values)
    texts = {each.code: show(each, values.get(each.code)) for each in columns_of(definition)}
    typed = {f"{CELL}{each.code}": texts[each.code] for each in typed_columns(definition)}
    derived = {code: text for code, text in texts.items() if f"{CELL}{code}" not in typed}
    return {
        "id": row.team_id,
        "version": row.version,
        "derived": derived,
        "problems": problems(definition, values),
    } | typed


def _saved(commune: Commune, period: ReportPeriod) -> dict:
    totals = commune_totals(commune, period)
    return {"totals": totals_json(totals), "saved_at": timezone.localtime().strftime("%H:%M")}


def totals_json(totals: Totals) -> dict:
    columns = {
        total.indicator.code: {"text": total.text, "note": total.note, "reaches": total.reaches}
        for total in totals.columns
    }
    return {"reported": totals.reported, "asked": totals.asked, "columns": columns}


def _conflict(current: TeamFigures | None) -> dict:
    if current is None:
        return {"current": None, "who": "", "at": ""}
    who, at = last_change(current)
    period = ReportPeriod.objects.select_related("team_form").get(pk=current.period_id)
    return {"current": _row(period, current), "who": who, "at": at.strftime("%H:%M %d/%m/%Y")}


def page_url(commune: Commune, period: ReportPeriod) -> str:
    return reverse("reporting:team_figures", args=[commune.pk, period.pk])
