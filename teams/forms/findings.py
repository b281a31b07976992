from collections.abc import Iterable

from django import forms

from teams.forms.base import PageForm, version_field
from teams.models import DataFinding
from teams.services.findings import LONGEST


class ReasonForm(PageForm):
    reason = forms.CharField(
        label="Lý do", max_length=LONGEST, help_text="Ví dụ: đúng với quyết định số 15; hai vợ chồng dùng chung một số."
    )


class AcceptForm(ReasonForm):
    version = version_field()


class AcceptAllForm(ReasonForm):
    """Findings are chosen as they were seen: by id and version."""

    findings = forms.MultipleChoiceField(label="Những điều được chấp nhận", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, rows: Iterable[DataFinding], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["findings"].choices = [(f"{row.pk}-{row.version}", row.text) for row in rows]

    def clean_findings(self) -> dict[int, int]:
        """Id -> version."""
        return {int(pk): int(version) for pk, version in (each.split("-") for each in self.cleaned_data["findings"])}
