from django import forms

from cdt_portal.lib.text import clean, clean_lines
from teams.figures import PaperHead
from teams.forms.base import PageForm, version_field
from teams.models import Letterhead

TWO_LINES = forms.Textarea(attrs={"rows": 2})


class LetterheadForm(PageForm):
    """What is left empty is worded as `usual`; only a department has a body above it."""

    parent = forms.CharField(label="Cơ quan chủ quản", required=False, max_length=300, widget=TWO_LINES)
    name = forms.CharField(label="Cơ quan ban hành", required=False, max_length=300, widget=TWO_LINES)
    symbol = forms.CharField(label="Ký hiệu cơ quan (sau “BC-”)", required=False, max_length=40)
    place = forms.CharField(label="Địa danh", required=False, max_length=80)
    signer_titles = forms.CharField(
        label="Quyền hạn, chức vụ của người ký (mỗi dòng một phần)",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signer_name = forms.CharField(label="Họ và tên người ký", required=False, max_length=120)
    recipients = forms.CharField(
        label="Nơi nhận (mỗi dòng một nơi)", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    version = version_field()

    def __init__(self, *args, row: Letterhead | None, usual: PaperHead, **kwargs):
        super().__init__(*args, **kwargs)
        if not usual.parent:
            del self.fields["parent"]
        self.initial = self.stored(row) if row else {"version": 0}
        for name, field in self.fields.items():
            if worded := getattr(usual, name, ""):
                field.help_text = f"Nếu để trống: {worded if isinstance(worded, str) else ' / '.join(worded)}"

    def stored(self, row: Letterhead) -> dict[str, object]:
        return {name: getattr(row, name) for name in self.fields}

    def columns(self) -> dict[str, str]:
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: clean_lines(value) if "\n" in value else clean(value) for name, value in typed.items()}
