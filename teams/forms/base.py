"""What every form of the portal shares: days and deadlines as officers type them, refusals and conflicts in place."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone

from cdt_portal.lib.dates import format_date, parse_date
from cdt_portal.lib.periods import parse_deadline, spell_deadline
from teams.models import Commune


class DateField(forms.Field):
    """A day typed as dd/mm/yyyy, with or without separators; see `cdt_portal.lib.dates.parse_date`."""

    widget = forms.TextInput

    def __init__(self, *, future: bool = True, **kwargs):
        self.future = future
        super().__init__(**kwargs)

    def widget_attrs(self, widget) -> dict[str, str]:
        return {"placeholder": "ngày/tháng/năm", "inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}

    def prepare_value(self, value):
        return format_date(value) if isinstance(value, date) else value

    def to_python(self, value) -> date | None:
        if value in self.empty_values:
            return None
        day = parse_date(value)
        if day is None:
            raise ValidationError("Ngày không hợp lệ. Hãy nhập theo dạng ngày/tháng/năm, ví dụ 10/7/2025.")
        if not self.future and day > timezone.localdate():
            raise ValidationError("Ngày này chưa đến.")
        return day


class DeadlineField(forms.Field):
    """A moment typed as "trước ngày 16/3/2026", "15/3/2026" or "16 giờ ngày 15/3/2026"; see `lib.periods`."""

    widget = forms.TextInput

    def widget_attrs(self, widget) -> dict[str, str]:
        return {"placeholder": "trước ngày 16/3/2026", "autocomplete": "off", "maxlength": "60"}

    def prepare_value(self, value):
        return spell_deadline(value) if isinstance(value, datetime) else value

    def to_python(self, value) -> datetime | None:
        if value in self.empty_values:
            return None
        due_at = parse_deadline(value)
        if due_at is None:
            raise ValidationError(
                "Chưa hiểu thời hạn này. Hãy ghi như: trước ngày 16/3/2026, hoặc 15/3/2026, hoặc 16 giờ ngày 15/3/2026."
            )
        return due_at


GONE = "Mục đã chọn không còn trong danh sách. Hãy chọn lại."
CHOICE_ERRORS = {"invalid_choice", "invalid_pk_value"}


class PageForm(forms.Form):
    """A form that keeps what was typed, whatever the service answers."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= dict.fromkeys(CHOICE_ERRORS & field.error_messages.keys(), GONE)

    def tell(self, refusal: ValidationError) -> None:
        """Put a service's refusal beside its field, or above the form when it has none."""
        errors = refusal.error_dict if hasattr(refusal, "error_dict") else {None: refusal.error_list}
        for field, each in errors.items():
            self.add_error(field if field in self.fields else None, each)

    def tell_conflict(self, current: Model | None) -> None:
        """Say what stands now beside each field that differs; the next save goes over it knowingly."""
        if current is None:
            self.add_error(None, "Mục này vừa bị xóa, không lưu được nữa.")
            return
        self.add_error(None, "Người khác vừa sửa mục này. Hãy so lại các ô được đánh dấu rồi bấm lưu lần nữa.")
        for name, value in self.stored(current).items():
            shown = self.shown(name, value)
            if name in self.fields and name != "version" and shown != self.shown(name, self.cleaned_data.get(name)):
                self.add_error(name, f"Người khác vừa ghi: {shown or '(để trống)'}")
        if "version" in self.fields:
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = current.version

    @staticmethod
    def stored(row: Model) -> dict[str, object]:
        """The form's fields as the row has them: what it starts from, and what a conflict shows."""
        return {}

    def shown(self, name: str, value: object) -> str:
        if isinstance(value, datetime):
            return spell_deadline(value)
        if isinstance(value, date):
            return format_date(value)
        if isinstance(value, (list, tuple, QuerySet)):
            return ", ".join(str(each) for each in value)
        choices = dict(getattr(self.fields[name], "choices", []) if isinstance(value, str) else [])
        return str(choices.get(value, "" if value is None else value))


class CommuneForm(PageForm):
    """A form about something inside `commune`."""

    def __init__(self, *args, commune: Commune, **kwargs):
        super().__init__(*args, **kwargs)
        self.commune = commune


def version_field() -> forms.IntegerField:
    """The version that the typist saw."""
    return forms.IntegerField(widget=forms.HiddenInput)
