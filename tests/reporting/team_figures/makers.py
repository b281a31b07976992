"""A period that asks teams for figures, and rows of figures, made for the tests."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from reporting.enums import FormAudience, PeriodKind, PeriodScheme, VersionState
from reporting.models import FormVersion, ReportForm, ReportPeriod, TeamFigures, TeamLink
from reporting.services.team_links import make_links
from teams.models import Commune, Province, Team

FORM = {
    "title": "SỐ LIỆU CỦA TỔ",
    "sections": [
        {
            "heading": "Hộ gia đình",
            "indicators": [
                {"code": "households", "label": "Số hộ trên địa bàn", "unit": "hộ", "required": True},
                {"code": "households_guided", "label": "Số hộ được hướng dẫn", "unit": "hộ"},
                {
                    "code": "guided_rate",
                    "label": "Tỷ lệ hộ được hướng dẫn",
                    "kind": "rate",
                    "rate_of": "households_guided",
                    "rate_over": "households",
                    "target": 80,
                },
            ],
        },
        {
            "heading": "Người được hướng dẫn",
            "indicators": [
                {"code": "people_shopping", "label": "Mua sắm trực tuyến", "nature": "flow"},
                {"code": "people_safety", "label": "An toàn trên mạng", "nature": "flow"},
                {
                    "code": "people",
                    "label": "Cộng số người",
                    "sum_of": ["people_shopping", "people_safety"],
                },
                {"code": "vneid", "label": "VNeID", "nature": "flow"},
            ],
        },
        {"heading": "Ghi chú", "indicators": [{"code": "remarks", "label": "Ghi chú", "kind": "text"}]},
    ],
    "checks": [
        {
            "left": "households_guided",
            "right": "households",
            "message": "Số hộ được hướng dẫn lớn hơn số hộ trên địa bàn.",
        }
    ],
}


def make_form(definition: dict = FORM, slug: str = "so-lieu-cua-to") -> FormVersion:
    form, _ = ReportForm.objects.get_or_create(
        slug=slug, province=None, defaults={"name": "Số liệu của tổ", "audience": FormAudience.TEAM}
    )
    return FormVersion.objects.create(
        form=form,
        number=form.versions.count() + 1,
        state=VersionState.PUBLISHED,
        definition=definition,
        published_at=timezone.now(),
    )


def make_period(
    province: Province,
    *,
    name: str = "Quý I/2026",
    ends_on: date | None = None,
    due_in: timedelta = timedelta(days=7),
    **more,
) -> ReportPeriod:
    """A quarter that ends today unless told otherwise; the commune is late after `due_in`."""
    ends_on = ends_on or timezone.localdate()
    due: datetime = timezone.now() + due_in
    fields = {
        "scheme": PeriodScheme.ND09,
        "kind": PeriodKind.QUARTER,
        "starts_on": ends_on - timedelta(days=89),
        "ends_on": ends_on,
        "cumulative_from": ends_on - timedelta(days=89),
        "team_due_at": due - timedelta(days=2),
        "commune_due_at": due,
        "department_due_at": due + timedelta(days=7),
    }
    if "team_form" not in more:
        more["team_form"] = make_form()
    return ReportPeriod.objects.create(province=province, name=name, **fields | more)


def make_figures(period: ReportPeriod, team: Team, **values) -> TeamFigures:
    return TeamFigures.objects.create(
        period=period, team=team, commune_id=team.commune_id, province_id=team.province_id, values=values
    )


def make_link(period: ReportPeriod, team: Team, by) -> TeamLink:
    make_links(commune=Commune.objects.get(pk=team.commune_id), period=period, by=by)
    return TeamLink.objects.get(period=period, team=team, revoked_at=None)


def base(period: ReportPeriod) -> str:
    """The address of Cát Hải's grid."""
    return f"/bao-cao/so-lieu/11914/{period.pk}/"
