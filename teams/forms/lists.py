"""What the lists of teams and of villages can be asked."""

from datetime import date

from teams.enums import TeamKind
from teams.forms.filters import FilterForm, choice
from teams.queries.unit_lists import COVERED, LACKS, TeamFilter, VillageFilter


class TeamFilterForm(FilterForm):
    parameters = {"province": "tinh", "commune": "xa", "kind": "loai", "lack": "thieu"}

    kind = choice("Loại tổ", TeamKind.choices, "Tất cả")
    lack = choice("Còn thiếu", list(LACKS.items()), "Không lọc")

    def asked(self, day: date) -> TeamFilter:
        return TeamFilter(day=day, **self.answers())


class VillageFilterForm(FilterForm):
    parameters = {"province": "tinh", "commune": "xa", "covered": "to"}

    covered = choice("Bao phủ", list(COVERED.items()), "Tất cả")

    def asked(self, day: date) -> VillageFilter:
        return VillageFilter(day=day, **self.answers())
