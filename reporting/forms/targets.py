"""What the department wants its shares to reach."""

from django import forms

from reporting.models import ProvinceTargets
from reporting.queries.overview_measures import MEASURES
from teams.forms.base import PageForm, version_field


class TargetsForm(PageForm):
    """A whole percent for each measure but households guided, whose target stands in the way of reporting."""

    version = version_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, measure in MEASURES.items():
            if key != "guided":
                self.fields[key] = forms.IntegerField(label=f"{measure.label} (%)", min_value=1, max_value=100)

    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def stored(row: ProvinceTargets) -> dict[str, object]:
        return {key: getattr(row, key) for key in MEASURES if key != "guided"} | {"version": row.version}
