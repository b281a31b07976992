"""What the department decides about one report, as it saw it."""

from django import forms

from reporting.models import Report
from reporting.queries.review import moved_on
from teams.forms.base import DeadlineField, PageForm, version_field


class DecisionForm(PageForm):
    """The second of two who decide is told who was first, and decides anew with what was typed."""

    version = version_field()

    def tell_conflict(self, current: Report) -> None:
        self.add_error(None, f"{moved_on(current)} Hãy xem lại rồi bấm lần nữa nếu vẫn cần.")
        self.data = self.data.copy() | {"version": current.version}


class ReopenForm(DecisionForm):
    until = DeadlineField(label="Mở lại đến")
    note = forms.CharField(label="Lý do", max_length=2000, widget=forms.Textarea({"rows": 3}))


class ExtensionForm(DecisionForm):
    until = DeadlineField(label="Gia hạn đến")
    reason = forms.CharField(label="Lý do", max_length=300)
