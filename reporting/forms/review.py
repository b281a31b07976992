"""What a reviewer types beside a report."""

from django import forms

from teams.forms.base import DeadlineField, PageForm


class ReopenForm(PageForm):
    until = DeadlineField(label="Mở lại đến")
    note = forms.CharField(label="Lý do", max_length=2000, widget=forms.Textarea({"rows": 3}))
