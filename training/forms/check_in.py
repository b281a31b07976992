"""What somebody types on the page behind a sitting's QR code."""

from datetime import timedelta

from django import forms

from teams.forms.base import PageForm
from training.services.check_in import Typed

LONGEST_AGE = timedelta(days=366)


class CheckInForm(PageForm):
    """`age`: seconds since the number was typed, from a phone that had no network then; `who`: see Typed."""

    phone = forms.CharField(label="Số điện thoại", max_length=30, error_messages={"required": "Hãy ghi số điện thoại."})
    age = forms.IntegerField(required=False, min_value=0, max_value=int(LONGEST_AGE.total_seconds()))
    who = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def typed(self) -> Typed:
        cells = self.cleaned_data
        return Typed(cells["phone"], timedelta(seconds=cells["age"] or 0), cells["who"])
