"""What every list with a filter shares: its answers stand in the address, and only real choices are offered."""

from typing import Any

from django import forms

from teams.access import Scope
from teams.models import Province

Choices = list[tuple[str, str]]


def choice(label: str, choices: Choices, every: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", every), *choices], required=False)


class FilterForm(forms.Form):
    """`parameters` names the fields in the address. Those that would offer one choice only are not there."""

    parameters: dict[str, str] = {}

    province = choice("Tỉnh, thành phố", [], "Tất cả")
    commune = choice("Phường, xã", [], "Tất cả")

    def __init__(self, data: dict[str, Any], *, scope: Scope):
        super().__init__(data, auto_id="%s")
        provinces = provinces_of(scope)
        self._offer("province", provinces)
        province = data.get(self.parameters["province"]) or (provinces[0][0] if len(provinces) == 1 else "")
        self._offer("commune", communes_of(scope, province) if province else [])

    def _offer(self, name: str, choices: Choices) -> None:
        if len(choices) > 1:
            self.fields[name].choices += choices
        else:
            del self.fields[name]

    def add_prefix(self, field_name: str) -> str:
        return self.parameters.get(field_name, field_name)

    def answers(self) -> dict[str, str]:
        """What was asked for, without whatever was not a choice."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


def provinces_of(scope: Scope) -> Choices:
    """The provinces that any commune of the scope lies in."""
    rows = Province.objects.filter(pk__in=scope.communes().order_by().values("province"))
    return list(rows.values_list("pk", "name"))


def communes_of(scope: Scope, province: str) -> Choices:
    return list(scope.communes().filter(province=province).order_by("sort_key", "pk").values_list("pk", "name"))
