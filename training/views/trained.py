"""What people learned: one person's history, and a commune's leaders and deputies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from teams.access import Can, commune_or_404, get_or_404
from teams.models import Commune, Member, Province
from teams.models.base import in_force
from teams.views.pages import as_of, commune_crumbs, of_province
from training.enums import FileShape
from training.queries.certificates import valid_certificates
from training.queries.history import history_of
from training.queries.trained import leader_lines, leaders_trained
from training.views.calls import training_crumbs


@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_or_404(request.scope, Member.objects.select_related("team__province", "commune__province"), pk=pk)
    context = {
        "member": person,
        "history": history_of(person, request.scope),
        "may_add": person.left_on is None
        and request.scope.allows(Can.REGISTER_NEEDS, person.province_id, person.commune_id),
        "crumbs": [
            *commune_crumbs(request, person.commune),
            (person.team.title, reverse("teams:team", args=[person.team_id])),
        ],
    }
    return render(request, "training/trained/member.html", context)


@require_safe
def trained(request: HttpRequest, code: str) -> HttpResponse:
    """A commune's leaders and deputies with what each learned; how many of its leaders are trained."""
    commune, asof = commune_or_404(request.scope, code), as_of(request)
    done, count = leaders_trained([commune.pk], asof.day)[commune.pk]
    lines = leader_lines(commune, asof.day)
    context = {
        "commune": commune,
        "asof": asof,
        "done": done,
        "leaders": count,
        "share": _share(done, count),
        "lines": lines,
        "untrained": sum(not line.learned for line in lines),
        "topics": _by_topic(lines),
        "certificates": valid_certificates(request.scope, commune=commune).count(),
        "shapes": FileShape.choices,
        "may_add": request.scope.allows(Can.REGISTER_NEEDS, commune.province_id, commune.pk),
        "crumbs": [*training_crumbs(), *commune_crumbs(request, commune)],
    }
    return render(request, "training/trained/commune.html", context)


@require_safe
@of_province()
def leaders(request: HttpRequest, province: Province) -> HttpResponse:
    """The share of trained leaders in each commune of a province."""
    asof = as_of(request)
    communes = list(Commune.objects.filter(in_force(asof.day), province=province).order_by("sort_key", "pk"))
    found = leaders_trained([commune.pk for commune in communes], asof.day)
    done, count = (sum(pair[part] for pair in found.values()) for part in (0, 1))
    context = {
        "province": province,
        "asof": asof,
        "rows": [(commune, *found[commune.pk], _share(*found[commune.pk])) for commune in communes],
        "done": done,
        "leaders": count,
        "share": _share(done, count),
        "crumbs": training_crumbs(),
    }
    return render(request, "training/trained/province.html", context)


def _share(done: int, leaders: int) -> float | None:
    """Per cent, None where there is nobody to take a share of."""
    return 100 * done / leaders if leaders else None


def _by_topic(lines) -> list[tuple[str, int]]:
    """How many of these people learned each topic, the most first."""
    counts: dict[str, int] = {}
    for line in lines:
        for topic, _ in line.learned:
            counts[topic] = counts.get(topic, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
