"""Calls for needs as the department types them."""

from django import forms
from django.db.models import QuerySet

from teams.enums import MemberRole
from teams.forms.base import DeadlineField, PageForm, version_field
from training.models import Topic, TrainingCall

TICK = {"class": "form-check-input"}


class TopicsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(TICK)

    def __init__(self, **kwargs):
        super().__init__(queryset=Topic.objects.none(), **kwargs)


class OpenCallForm(PageForm):
    """What may still change when communes answer: not what they were asked."""

    title = forms.CharField(label="Tên đợt đăng ký", max_length=250)
    letter_text = forms.CharField(
        label="Công văn",
        max_length=200,
        required=False,
        help_text="Số và ngày của công văn đề nghị đăng ký, nếu có.",
    )
    due_at = DeadlineField(label="Hạn đăng ký")
    instructions = forms.CharField(
        label="Hướng dẫn cho xã", required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    version = version_field()

    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def stored(row: TrainingCall) -> dict[str, object]:
        names = ("title", "letter_text", "due_at", "instructions", "version")
        return {name: getattr(row, name) for name in names}


class CallForm(OpenCallForm):
    """Everything, before it opens."""

    topics = TopicsField(label="Chuyên đề")
    roles = forms.MultipleChoiceField(
        label="Ai được cử", choices=MemberRole.choices, widget=forms.CheckboxSelectMultiple(TICK)
    )
    headcount_allowed = forms.BooleanField(
        label="Cho đăng ký số lượng, không cần tên",
        required=False,
        help_text="Dùng khi xã chưa chốt được người: mỗi chuyên đề xã ghi thêm số người.",
    )
    max_per_commune = forms.IntegerField(
        label="Tối đa mỗi xã, cho một chuyên đề (người)",
        required=False,
        min_value=1,
        max_value=9999,
        help_text="Để trống: không hạn chế.",
    )
    field_order = ["title", "letter_text", "topics", "roles", "headcount_allowed", "max_per_commune", "due_at"]

    def __init__(self, *args, topics: QuerySet[Topic], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = topics

    @staticmethod
    def stored(row: TrainingCall) -> dict[str, object]:
        names = ("roles", "headcount_allowed", "max_per_commune")
        kept = {name: getattr(row, name) for name in names}
        return OpenCallForm.stored(row) | kept | {"topics": list(row.topics.all())}

    def shown(self, name: str, value: object) -> str:
        if name == "roles":
            return ", ".join(MemberRole(role).label for role in MemberRole if role in (value or []))
        if name == "headcount_allowed":
            return "có" if value else "không"
        return super().shown(name, value)


class ExtensionForm(PageForm):
    until = DeadlineField(label="Gia hạn đến")


class CloseForm(PageForm):
    version = version_field()


class ReturnForm(PageForm):
    note = forms.CharField(label="Lý do trả lại", max_length=1000, widget=forms.Textarea({"rows": 3}))
