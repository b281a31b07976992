"""What the pages about forms show."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from reporting.definition import Kind, parse
from reporting.enums import FormAudience, VersionState
from reporting.models import FormVersion, ReportForm
from reporting.queries.sources import SOURCES
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


def source_groups(province: Province | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an indicator of a commune's form can be computed from, as (group, [(name, label)]) for a list to choose
    from: the register, and the numbers that the province's team forms ask for."""
    groups: dict[str, dict[str, str]] = {"Danh sách tổ": {}, "Số liệu của các tổ": {}}
    for name, source in SOURCES.items():
        groups["Số liệu của các tổ" if name.startswith("teams.") else "Danh sách tổ"][name] = source.label
    for version in _team_forms(province):
        for indicator in parse(version.definition).indicators():
            if indicator.kind == Kind.NUMBER or indicator.rate_of:
                groups["Số liệu của các tổ"].setdefault(f"teams.{indicator.code}", indicator.label)
    return [(group, list(sources.items())) for group, sources in groups.items()]


def _team_forms(province: Province | None) -> QuerySet[FormVersion]:
    """The latest published version of each, the province's own before those shipped."""
    published = FormVersion.objects.filter(
        Q(form__province=province) | Q(form__province=None),
        form__audience=FormAudience.TEAM,
        state=VersionState.PUBLISHED,
    )
    latest = published.order_by("form_id", "-number").distinct("form_id")
    return FormVersion.objects.filter(pk__in=latest.values("pk")).order_by("form__province", "form__name")
