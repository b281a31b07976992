"""What the pages about forms show."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from reporting.definition import Kind, parse
from reporting.enums import FormAudience, VersionState
from reporting.models import FormVersion, ReportForm
from reporting.queries.periods import published_forms
from reporting.queries.sources import SOURCES, TEAMS
from teams.models import Province


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form with its latest published version and its draft."""

    form: ReportForm
    published: FormVersion | None
    draft: FormVersion | None


def form_lines(forms: QuerySet[ReportForm]) -> list[FormLine]:
    """Those of provinces before those shipped with the portal."""
    return [
        FormLine(
            form,
            published=next((each for each in form.versions.all() if each.state == VersionState.PUBLISHED), None),
            draft=next((each for each in form.versions.all() if each.state == VersionState.DRAFT), None),
        )
        for form in forms.select_related("province").prefetch_related("versions").order_by("province", "name", "pk")
    ]


def versions_of(form: ReportForm) -> QuerySet[FormVersion]:
    """The latest first, with how many campaigns ask for each."""
    return form.versions.annotate(campaign_count=Count("campaigns"))


def source_groups(province: Province) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an indicator of a commune's form can be computed from, as (group, [(name, label)]) for a list to choose
    from: the register, contests, and the numbers that the province's team forms ask for."""
    register, training, of_teams = {}, {}, {}
    groups = {"register": register, "contest": training, "training": training, "teams": of_teams}
    for name, source in SOURCES.items():
        groups[name.partition(".")[0]][name] = source.label
    for version in published_forms(province.pk, FormAudience.TEAM):
        for indicator in parse(version.definition).indicators():
            if indicator.kind == Kind.NUMBER or indicator.rate_of:
                of_teams.setdefault(f"{TEAMS}{indicator.code}", indicator.label)
    named = [("Danh sách tổ", register), ("Tập huấn", training), ("Số liệu của các tổ", of_teams)]
    return [(group, list(found.items())) for group, found in named]
