from django import forms

from teams.forms.base import PageForm, version_field
from teams.services.findings import LONGEST


class AcceptForm(PageForm):
    reason = forms.CharField(
        label="Lý do", max_length=LONGEST, help_text="Ví dụ: đúng với quyết định số 15; hai vợ chồng dùng chung một số."
    )
    version = version_field()
