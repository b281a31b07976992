"""What forms of periods and campaigns share: headings between fields, lists to tick, published forms to choose."""

from django import forms

from reporting.enums import FormAudience
from reporting.models import FormVersion
from reporting.queries.periods import published_forms
from teams.forms.base import PageForm
from teams.models import Province

TICK = {"class": "form-check-input"}


class ReportingForm(PageForm):
    """A form in parts: `headings` are those of its parts, by the name of the part's first field."""

    headings: dict[str, str] = {}

    def headed(self) -> list[tuple[str, forms.BoundField]]:
        """The visible fields, each with the heading that stands above it."""
        return [(self.headings.get(field.name, ""), field) for field in self.visible_fields()]


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
