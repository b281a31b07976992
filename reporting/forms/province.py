from django import forms

from cdt_portal.lib import richtext
from reporting.models import ProvinceReport
from teams.forms.base import PageForm, version_field


class WordsForm(PageForm):
    """The department's words for one section. `seen` is what stood there when the page was opened; `html` comes from
    the editor's script, `raw` as plain lines without it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    html = forms.CharField(required=False, widget=forms.HiddenInput)
    raw = forms.CharField(required=False, widget=forms.Textarea, strip=False)

    def words(self) -> str:
        return self.cleaned_data["html"] or richtext.from_text(self.cleaned_data["raw"])


class LockProvinceForm(PageForm):
    """What the locker saw: the version of the words, the sum of the figures."""

    version = version_field()
    sha256 = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def stored(row: ProvinceReport) -> dict[str, object]:
        return {"version": row.version, "sha256": row.sha256}

    def tell_conflict(self, current: ProvinceReport) -> None:
        """There is nothing typed to compare: what is asked for now is to look again."""
        self.add_error(None, "Số liệu hoặc lời của Sở vừa thay đổi. Hãy xem lại rồi chốt lần nữa.")
        self.data = self.data.copy() | self.stored(current)
