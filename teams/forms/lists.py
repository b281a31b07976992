"""What the lists of teams and of villages can be asked."""

from datetime import date

from django import forms

from teams.enums import TeamKind
from teams.forms.filters import FilterForm, choice
from teams.queries.unit_lists import COVERED, LACKS, TeamFilter, VillageFilter


def words(label: str) -> forms.CharField:
    attrs = {"type": "search", "autocomplete": "off"}
    return forms.CharField(label=label, required=False, max_length=80, widget=forms.TextInput(attrs=attrs))


class TeamFilterForm(FilterForm):
    parameters = {"search": "tim", "province": "tinh", "commune": "xa", "kind": "loai", "lack": "thieu"}

    search = words("Tên tổ")
    kind = choice("Loại tổ", TeamKind.choices, "Tất cả")
    lack = choice("Còn thiếu", list(LACKS.items()), "Không lọc")

    def asked(self, day: date) -> TeamFilter:
        return TeamFilter(day=day, **self.answers())


class VillageFilterForm(FilterForm):
    parameters = {"search": "tim", "province": "tinh", "commune": "xa", "covered": "to"}

    search = words("Tên thôn, tổ dân phố")
    covered = choice("Bao phủ", list(COVERED.items()), "Tất cả")

    def asked(self, day: date) -> VillageFilter:
        return VillageFilter(day=day, **self.answers())
