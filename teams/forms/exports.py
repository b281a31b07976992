"""What leaves the portal: which units, in what shape, with which phones, as of which day."""

from typing import Any

from django import forms
from django.utils import timezone

from teams.access import Can, Scope
from teams.enums import ExportShape
from teams.forms.base import DateField, PageForm
from teams.forms.filters import communes_of
from teams.models import Commune, Province, Team
from teams.queries.coverage import active_teams
from teams.services.exports import ExportOrder

PHONES = [
    ("masked", "Che ba số cuối, như 0914994***"),
    ("full", "Đủ số điện thoại"),
]
TICK = {"class": "form-check-input"}


class ExportForm(PageForm):
    """The units of one province; with `commune`, its teams."""

    communes = forms.MultipleChoiceField(
        label="Phường, xã, đặc khu", required=False, widget=forms.CheckboxSelectMultiple(TICK)
    )
    teams = forms.MultipleChoiceField(label="Tổ", required=False, widget=forms.CheckboxSelectMultiple(TICK))
    shape = forms.ChoiceField(label="Kiểu tệp", choices=ExportShape, widget=forms.RadioSelect, initial=ExportShape.ONE)
    phones = forms.ChoiceField(
        label="Số điện thoại",
        choices=PHONES,
        widget=forms.RadioSelect,
        help_text="Mỗi lần xuất đều được ghi lại: ai, lúc nào, phạm vi nào, đủ số hay che số.",
    )
    day = DateField(label="Danh sách vào ngày", required=False, initial=timezone.localdate)

    def __init__(self, *args: Any, scope: Scope, province: Province, commune: Commune | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.scope, self.province, self.commune = scope, province, commune
        unit = (province.pk, commune.pk if commune else "")
        self._offer("communes", [] if commune else communes_of(scope, province.pk))
        self._offer("teams", teams_of(commune) if commune else [])
        if commune:
            self.fields["shape"].choices = [(shape.value, shape.label) for shape in (ExportShape.ONE, ExportShape.CSV)]
        if not scope.allows(Can.REVEAL_PHONES):
            del self.fields["phones"]
        self.initial["phones"] = "full" if scope.allows(Can.SEE_PHONES, *unit) else "masked"

    def _offer(self, name: str, choices: list[tuple]) -> None:
        self.fields[name].choices = choices
        if not choices:
            del self.fields[name]

    def order(self) -> ExportOrder:
        """Nothing ticked means everything that the user has in the province."""
        data = self.cleaned_data
        communes = [self.commune.pk] if self.commune else data.get("communes", [])
        if not communes and not self.scope.allows(Can.VIEW, self.province.pk):
            communes = [code for code, _ in self.fields["communes"].choices]
        return ExportOrder(
            day=(data["day"] or timezone.localdate()).isoformat(),
            province=self.province.pk,
            communes=tuple(communes),
            teams=tuple(map(int, data.get("teams", []))),
            shape=ExportShape(data["shape"]),
            full_phones=data.get("phones") == "full",
        )


def teams_of(commune: Commune) -> list[tuple[int, str]]:
    rows = Team.objects.filter(active_teams(timezone.localdate()), commune=commune).order_by("sort_key", "pk")
    return list(rows.values_list("pk", "name"))
