"""What forms of periods and campaigns share: deadlines as people write them, lists to tick."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib.periods import parse_deadline, spell_deadline
from reporting.enums import FormAudience
from reporting.models import FormVersion
from reporting.queries.periods import published_forms
from teams.forms.base import PageForm
from teams.models import Province

TICK = {"class": "form-check-input"}


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


class ReportingForm(PageForm):
    """A form whose deadlines are spelled out where a conflict tells what stands now.

    `headings` are those of its parts, by the name of the part's first field.
    """

    headings: dict[str, str] = {}

    def headed(self) -> list[tuple[str, forms.BoundField]]:
        """The visible fields, each with the heading that stands above it."""
        return [(self.headings.get(field.name, ""), field) for field in self.visible_fields()]

    def shown(self, name: str, value: object) -> str:
        return spell_deadline(value) if isinstance(value, datetime) else super().shown(name, value)


class FormVersionField(forms.ModelChoiceField):
    """A published form of the province, named without its version."""

    def __init__(self, **kwargs):
        super().__init__(queryset=FormVersion.objects.none(), **kwargs)

    def offer(self, province: Province, audience: FormAudience, *, kept: int | None = None) -> None:
        """The latest version of each form, with the one that is `kept` already."""
        latest = published_forms(province.pk, audience)
        older = FormVersion.objects.filter(pk=kept).values("pk") if kept else FormVersion.objects.none().values("pk")
        ids = latest.order_by().values("pk").union(older)
        self.queryset = FormVersion.objects.filter(pk__in=ids).select_related("form").order_by("form__name", "-number")

    def label_from_instance(self, version: FormVersion) -> str:
        return f"{version.form.name} (bản {version.number})"
