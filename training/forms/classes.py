"""Classes as the department types them."""

import re
from datetime import datetime, time
from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib.dates import find_date, format_date
from cdt_portal.lib.periods import ZONE
from teams.forms.base import PageForm, version_field
from teams.models import Province
from training.models import Topic, TrainingClass, Venue
from training.queries.calls import topics_of

CLOCK = re.compile(r"(?<![0-9])([0-9]{1,2})\s*(?:giờ|h|g|:)\s*([0-9]{2})?", re.IGNORECASE)
SESSION_HELP = "Mỗi dòng một buổi, ví dụ: 05/12/2026 7:30 - 11:30."
MOST_SESSIONS = 40


class SessionsField(forms.CharField):
    """Sittings, one a line: a day and two times. Gives [(starts_at, ends_at)] in order."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": 3, "autocomplete": "off"}), help_text=SESSION_HELP, **kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) else "\n".join(session_line(*span) for span in value or [])

    def to_python(self, value) -> list[tuple[datetime, datetime]]:
        lines = [line for line in super().to_python(value).splitlines() if line.strip()]
        if len(lines) > MOST_SESSIONS:
            raise ValidationError(f"Một lớp có nhiều nhất {MOST_SESSIONS} buổi.")
        spans = sorted(read_session(line) for line in lines)
        for (_, ends_at), (next_starts_at, _) in pairwise(spans):
            if next_starts_at < ends_at:
                raise ValidationError(f"Hai buổi trùng giờ nhau, ngày {format_date(next_starts_at.date())}.")
        return spans

    def run_validators(self, value) -> None:
        """Lines are counted above."""


def read_session(line: str) -> tuple[datetime, datetime]:
    found = find_date(line)
    rest = f"{line[: found.start]} {line[found.end :]}" if found else ""
    clocks = [(int(hour), int(minute or 0)) for hour, minute in CLOCK.findall(rest)]
    if not found or not found.day or len(clocks) != 2 or any(hour > 23 or minute > 59 for hour, minute in clocks):
        raise ValidationError(f"Chưa hiểu buổi “{line.strip()}”. Hãy ghi như: 05/12/2026 7:30 - 11:30.")
    starts_at, ends_at = (datetime.combine(found.day, time(*clock), ZONE) for clock in clocks)
    if ends_at <= starts_at:
        raise ValidationError(f"Buổi “{line.strip()}” kết thúc trước khi bắt đầu.")
    return starts_at, ends_at


def session_line(starts_at: datetime, ends_at: datetime) -> str:
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return f"{format_date(begins.date())} {begins.hour}:{begins.minute:02} - {ends.hour}:{ends.minute:02}"


class VenueField(forms.ModelChoiceField):
    def label_from_instance(self, venue: Venue) -> str:
        return f"{venue.commune.name}: {venue.name} ({venue.capacity} chỗ)"


class ClassForm(PageForm):
    topic = forms.ModelChoiceField(label="Chuyên đề", queryset=None, empty_label="— chọn chuyên đề —")
    title = forms.CharField(label="Tên lớp", max_length=200)
    venue = VenueField(label="Địa điểm", queryset=None, empty_label="— chọn địa điểm —")
    sessions = SessionsField(label="Các buổi học")
    hours = forms.DecimalField(label="Thời lượng (giờ)", min_value=1, max_digits=5, decimal_places=1, localize=True)
    capacity = forms.IntegerField(label="Số chỗ", min_value=1, max_value=9999)
    commune_quota = forms.IntegerField(
        label="Tối đa mỗi xã (người)", required=False, min_value=1, max_value=9999, help_text="Để trống: không hạn chế."
    )
    teacher = forms.CharField(label="Giảng viên", max_length=200, required=False)

    def __init__(self, *args, province: Province, kept: TrainingClass | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        topics = topics_of(province, timezone.localdate())
        if kept:
            topics = topics | Topic.objects.filter(pk=kept.topic_id)
        self.fields["topic"].queryset = topics.distinct()
        self.fields["venue"].queryset = Venue.objects.filter(province=province).select_related("commune")

    def columns(self) -> dict[str, object]:
        """The class's own columns."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "sessions")}


class ClassEditForm(ClassForm):
    version = version_field()

    @staticmethod
    def stored(row: TrainingClass) -> dict[str, object]:
        names = ("topic", "title", "venue", "hours", "capacity", "commune_quota", "teacher", "version")
        spans = [(each.starts_at, each.ends_at) for each in row.sessions.all()]
        return {name: getattr(row, name) for name in names} | {"sessions": spans}

    def shown(self, name: str, value: object) -> str:
        if name == "sessions":
            return "; ".join(session_line(*span) for span in value or [])
        return super().shown(name, value)


class CancelForm(PageForm):
    reason = forms.CharField(label="Lý do hủy lớp", max_length=300)
