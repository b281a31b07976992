"""What the list of members can be asked; every answer is an address that can be shared."""

from datetime import date

from django import forms
from django.utils import timezone

from teams.enums import MemberRole, Organization, TeamKind
from teams.forms.filters import FilterForm, choice
from teams.queries.members import LACKS, STATES, UNKNOWN, MemberFilter


class MemberFilterForm(FilterForm):
    """`asked()` leaves out whatever was not a choice."""

    parameters = {
        "search": "tim",
        "province": "tinh",
        "commune": "xa",
        "kind": "loai",
        "role": "chuc-vu",
        "organization": "thanh-phan",
        "lack": "thieu",
        "state": "trang-thai",
        "sort": "xep",
    }
    field_order = list(parameters)

    search = forms.CharField(
        label="Tên, số điện thoại hoặc số quyết định",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = choice("Loại tổ", TeamKind.choices, "Tất cả")
    role = choice("Chức vụ", MemberRole.choices, "Tất cả")
    organization = choice("Thành phần", [*Organization.choices, (UNKNOWN, "Chưa rõ")], "Tất cả")
    lack = choice("Còn thiếu", list(LACKS.items()), "Không lọc")
    state = forms.ChoiceField(label="Trạng thái", choices=list(STATES.items()), required=False)
    sort = forms.ChoiceField(label="Sắp xếp", choices=[("name", "Theo tên"), ("team", "Theo tổ")], required=False)

    def asked(self, day: date) -> MemberFilter:
        """On a past day nobody is asked for a missing phone: it is erased of all who left since."""
        asked = self.answers()
        self.leaves_phones_out = asked.get("lack") == "phone" and day < timezone.localdate()
        if self.leaves_phones_out:
            del asked["lack"]
        return MemberFilter(day=day, **asked)
