"""Cards "Cùng một người?": in a commune for its people, between communes for the department."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from teams.access import Can, commune_or_404, get_or_404
from teams.enums import PairAnswer
from teams.models import Member, PersonPair, Province
from teams.queries.quality import pairs as queries
from teams.services import pairs as services
from teams.services.concurrency import Conflict
from teams.views.pages import commune_crumbs, is_id, of_province

SAID = {PairAnswer.ONE: "Đã ghi: là một người.", PairAnswer.TWO: "Đã ghi: là hai người. Cặp này không hỏi lại nữa."}


def pairs(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code)
    context = {
        "unit": commune,
        "cards": queries.cards_of_commune(request.scope, commune),
        "answered": queries.latest_pairs(commune=commune),
        "may_edit": request.scope.allows(Can.EDIT_ROSTER, commune.province_id, commune.pk),
        "crumbs": [
            *commune_crumbs(request, commune),
            ("Chất lượng dữ liệu", reverse("teams:commune_quality", args=[commune.pk])),
        ],
    }
    return render(request, "teams/quality/pairs.html", context)


@of_province()
def province_pairs(request: HttpRequest, province: Province) -> HttpResponse:
    context = {
        "unit": province,
        "province": province,
        "cards": queries.cards_of_province(request.scope, province),
        "answered": queries.latest_pairs(province=province),
        "may_edit": request.scope.allows(Can.EDIT_ROSTER, province.pk),
        "crumbs": [("Chất lượng dữ liệu", f"{reverse('teams:quality')}?tinh={province.pk}")],
    }
    return render(request, "teams/quality/pairs.html", context)


@require_POST
def pair_answer(request: HttpRequest) -> HttpResponse:
    """`first` and `second`: ids of the two rows; `answer`: one of PairAnswer."""
    first, second = _rows(request)
    answer = request.POST.get("answer", "")
    if answer not in PairAnswer.values:
        raise BadRequest("answer")
    service = services.one_person if answer == PairAnswer.ONE else services.two_people
    try:
        service(first=first, second=second, by=request.user)
        messages.success(request, SAID[PairAnswer(answer)])
    except (ValidationError, Conflict) as refusal:
        messages.warning(request, _told(refusal))
    return redirect(_page(first.province_id, first.commune_id if first.commune_id == second.commune_id else ""))


@require_POST
def pair_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_or_404(request.scope, PersonPair.objects.all(), Can.EDIT_ROSTER, pk=pk)
    try:
        services.take_back(pair=pair, by=request.user)
        messages.success(request, "Đã bỏ câu trả lời. Hai dòng trở lại như trước.")
    except (ValidationError, Conflict) as refusal:
        messages.warning(request, _told(refusal))
    return redirect(_page(pair.province_id, pair.commune_id or ""))


def _rows(request: HttpRequest) -> tuple[Member, Member]:
    """Both must be seen, and both may be changed; rows of two communes only by who may change the whole province."""
    ids = [request.POST.get(name, "") for name in ("first", "second")]
    if not all(map(is_id, ids)) or len(set(ids)) < 2:
        raise BadRequest("first, second")
    rows = request.scope.narrow(Member.objects.all()).in_bulk([int(pk) for pk in ids])
    if len(rows) < 2:
        raise Http404("Không tìm thấy, hoặc không thuộc đơn vị của bạn.")
    first, second = rows[int(ids[0])], rows[int(ids[1])]
    commune = first.commune_id if first.commune_id == second.commune_id else ""
    for row in (first, second):
        if not request.scope.allows(Can.EDIT_ROSTER, row.province_id, commune):
            raise PermissionDenied("Bạn không ghép được hai dòng này.")
    return first, second


def _told(refusal: ValidationError | Conflict) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else "Dòng này vừa được sửa. Hãy xem lại."


def _page(province: str, commune: str) -> str:
    if commune:
        return reverse("teams:pairs", args=[commune])
    return f"{reverse('teams:province_pairs')}?tinh={province}"
