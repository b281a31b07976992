"""The figures of one team as a plain form, for the page behind a signed link."""

from django import forms

from reporting.definition import Definition, Indicator, Kind
from reporting.queries.team_figures import sections_of, typed_columns
from reporting.services.team_links import SENDER
from teams.forms.base import PageForm

NUMERIC = {Kind.NUMBER, Kind.RATE, Kind.DATE}


class TeamFiguresForm(PageForm):
    """A field for each figure that is typed, and the sender's name. The service reads them and tells all that is wrong
    at once."""

    def __init__(self, *args, definition: Definition, **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.columns = typed_columns(definition)
        self.fields |= {each.code: _field(each) for each in self.columns}
        self.fields[SENDER] = forms.CharField(
            label="Họ tên người gửi", required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
        )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(heading, fields) in the order of the form; not those in which nothing is typed."""
        found = [
            (section.heading, [self[each.code] for each in columns if each in self.columns])
            for section, columns in sections_of(self.definition)
        ]
        return [(heading, fields) for heading, fields in found if fields]

    def figures(self) -> dict[str, str]:
        return {each.code: self.cleaned_data[each.code] for each in self.columns}


def _field(indicator: Indicator) -> forms.Field:
    label = f"{indicator.label} ({indicator.unit})" if indicator.unit else indicator.label
    given = {"label": label, "help_text": indicator.help, "required": False}
    if indicator.kind == Kind.CHOICE:
        choices = [("", "Chưa có số liệu"), *((each, each) for each in indicator.choices)]
        return forms.ChoiceField(choices=choices, **given)
    if indicator.kind in NUMERIC:
        numeric = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "40"})
        return forms.CharField(widget=numeric, **given)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": "3"}), **given)
