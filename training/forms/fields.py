"""Fields that training's forms share."""

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib.numbers import format_int, parse_int

MOST = 10_000_000


class PeopleField(forms.Field):
    """How many people, as people write it: "1.440" is 1440. Nothing typed is no number, which is not 0."""

    widget = forms.TextInput

    def __init__(self, *, least: int, most: int = MOST, **kwargs):
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def widget_attrs(self, widget) -> dict[str, str]:
        return {"inputmode": "numeric", "autocomplete": "off", "maxlength": "12"}

    def to_python(self, value) -> int | None:
        if value in self.empty_values:
            return None
        people = parse_int(value)
        if people is None or not self.least <= people <= self.most:
            raise ValidationError(f"Hãy ghi số người từ {self.least} đến {format_int(self.most)}, ví dụ 12.")
        return people

    def prepare_value(self, value):
        return format_int(value) if isinstance(value, int) else value
