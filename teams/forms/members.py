"""What the list of members can be asked; every answer is an address that can be shared."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from teams.access import Scope
from teams.enums import MemberRole, Organization
from teams.models import Province
from teams.queries.members import LACKS, STATES, MemberFilter

PARAMETERS = {
    "search": "tim",
    "province": "tinh",
    "commune": "xa",
    "role": "chuc-vu",
    "organization": "thanh-phan",
    "lack": "thieu",
    "state": "trang-thai",
    "sort": "xep",
}
Choices = list[tuple[str, str]]


def choice(label: str, choices: Choices, every: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", every), *choices], required=False)


class MemberFilterForm(forms.Form):
    """`asked()` leaves out whatever was not a choice. Fields that would offer one choice only are not there."""

    search = forms.CharField(
        label="Tên, số điện thoại hoặc số quyết định",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    province = choice("Tỉnh, thành phố", [], "Tất cả")
    commune = choice("Phường, xã", [], "Tất cả")
    role = choice("Chức vụ", MemberRole.choices, "Tất cả")
    organization = choice("Thành phần", Organization.choices, "Tất cả")
    lack = choice("Còn thiếu", list(LACKS.items()), "Không lọc")
    state = forms.ChoiceField(label="Trạng thái", choices=list(STATES.items()), required=False)
    sort = forms.ChoiceField(label="Sắp xếp", choices=[("name", "Theo tên"), ("team", "Theo tổ")], required=False)

    def __init__(self, data: dict[str, Any], *, scope: Scope):
        super().__init__(data, auto_id="%s")
        provinces = provinces_of(scope)
        self._offer("province", provinces)
        province = data.get(PARAMETERS["province"]) or (provinces[0][0] if len(provinces) == 1 else "")
        self._offer("commune", communes_of(scope, province) if province else [])

    def _offer(self, name: str, choices: Choices) -> None:
        if len(choices) > 1:
            self.fields[name].choices += choices
        else:
            del self.fields[name]

    def add_prefix(self, field_name: str) -> str:
        return PARAMETERS.get(field_name, field_name)

    def asked(self, day: date) -> MemberFilter:
        """On a past day nobody is asked for a missing phone: it is erased of all who left since."""
        self.full_clean()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        self.leaves_phones_out = asked.get("lack") == "phone" and day < timezone.localdate()
        if self.leaves_phones_out:
            del asked["lack"]
        return MemberFilter(day=day, **asked)


def provinces_of(scope: Scope) -> Choices:
    """The provinces that any commune of the scope lies in."""
    rows = Province.objects.filter(pk__in=scope.communes().order_by().values("province"))
    return list(rows.values_list("pk", "name"))


def communes_of(scope: Scope, province: str) -> Choices:
    return list(scope.communes().filter(province=province).order_by("sort_key", "pk").values_list("pk", "name"))
