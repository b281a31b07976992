from django import forms
from django.db.models import QuerySet

from reporting.enums import FormAudience, VersionState
from reporting.models import FormVersion, ReportForm
from teams.forms.base import PageForm
from teams.models import Province


class FormAddForm(PageForm):
    """A new form of a province, blank or like another that was published."""

    name = forms.CharField(label="Tên mẫu", max_length=200)
    audience = forms.ChoiceField(label="Dành cho", choices=FormAudience)
    province = forms.ModelChoiceField(label="Tỉnh, thành phố", queryset=Province.objects.none(), empty_label=None)
    like = forms.ModelChoiceField(
        label="Bắt đầu từ",
        queryset=FormVersion.objects.none(),
        required=False,
        empty_label="Mẫu trống",
        help_text="Chép nội dung của một mẫu đã ban hành để sửa cho nhanh.",
    )

    def __init__(self, *args, provinces: QuerySet[Province], readable: QuerySet[ReportForm], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["province"].queryset = provinces
        if provinces.count() == 1:
            self.fields["province"].widget = forms.HiddenInput()
            self.fields["province"].initial = provinces.get()
        latest = FormVersion.objects.filter(form__in=readable, state=VersionState.PUBLISHED)
        latest = latest.order_by("form_id", "-number").distinct("form_id")
        self.fields["like"].queryset = FormVersion.objects.filter(pk__in=latest.values("pk")).select_related("form")

    def clean(self) -> dict:
        typed = super().clean()
        like = typed.get("like")
        if like and typed.get("audience") and like.form.audience != typed["audience"]:
            self.add_error("like", "Mẫu này dành cho đối tượng khác. Hãy chọn lại một trong hai ô.")
        return typed
