from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib import text
from teams.enums import TeamKind
from teams.forms.base import CommuneForm, DateField, version_field
from teams.forms.decisions import DecisionChoiceForm
from teams.models import Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.units import units_today
from teams.services.teams import TeamFields


class TeamFieldsForm(CommuneForm):
    name = forms.CharField(label="Tên tổ", max_length=200, help_text="Ví dụ: Tổ công nghệ số cộng đồng Thôn 1.")
    kind = forms.ChoiceField(label="Loại", choices=TeamKind.choices, initial=TeamKind.VILLAGE_TEAM)
    founded_on = DateField(label="Thành lập ngày", required=False, future=False)
    zalo_url = forms.CharField(
        label="Liên kết nhóm Zalo", required=False, max_length=200, help_text="Ví dụ: https://zalo.me/g/…"
    )
    units = forms.ModelMultipleChoiceField(
        label="Địa bàn phụ trách",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Một tổ có thể phụ trách nhiều thôn, tổ dân phố.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units_today(self.commune)

    def clean_name(self) -> str:
        return text.clean(self.cleaned_data["name"])

    def clean_zalo_url(self) -> str:
        link = text.clean(self.cleaned_data["zalo_url"])
        parts = urlsplit(link)
        if link and (parts.scheme not in {"http", "https"} or not parts.netloc or " " in link):
            raise ValidationError("Liên kết phải bắt đầu bằng https:// (hoặc http://).")
        return link

    def team_fields(self) -> TeamFields:
        typed = self.cleaned_data
        return TeamFields(
            kind=TeamKind(typed["kind"]),
            name=typed["name"],
            founded_on=typed["founded_on"],
            zalo_url=typed["zalo_url"],
            units=list(typed["units"]),
        )


class TeamForm(TeamFieldsForm, DecisionChoiceForm):
    """A new team, with the decision that founds it."""

    field_order = ["name", "kind", "founded_on", "decision", "decision_line", "zalo_url", "units"]


class TeamEditForm(TeamFieldsForm):
    """A team's own data; decisions are added on the decision's page or by kiện toàn."""

    version = version_field()

    @staticmethod
    def stored(row: Team) -> dict[str, object]:
        held = TeamCoverage.objects.filter(in_force(timezone.localdate()), team=row).values("unit")
        names = ("name", "kind", "founded_on", "zalo_url", "version")
        covered = units_today(row.commune).filter(pk__in=held)
        return {name: getattr(row, name) for name in names} | {"units": list(covered)}


class DissolveForm(DecisionChoiceForm):
    dissolved_on = DateField(label="Giải thể từ ngày", future=False)
    version = version_field()
    field_order = ["dissolved_on"]
