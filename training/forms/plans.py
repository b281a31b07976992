"""What staff decide before classes are planned."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib.dates import WEEKDAYS, find_date, format_date
from cdt_portal.lib.periods import fixed_holidays
from teams.forms.base import DateField, PageForm
from teams.models import Commune
from training.enums import DayPart
from training.queries.plans import Place
from training.services.plans import PlanOrder

TICK = {"class": "form-check-input"}
LONGEST = timedelta(days=366)


class DaysField(forms.CharField):
    """Days with anything between them."""

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else ", ".join(format_date(day) for day in value)

    def to_python(self, value) -> list[date]:
        rest, days = super().to_python(value), []
        while found := find_date(rest):
            if not found.day:
                raise ValidationError("Có ngày không hợp lệ. Hãy ghi như: 31/12/2026, 02/01/2027.")
            days.append(found.day)
            rest = rest[found.end :]
        if any(char.isdigit() for char in rest):
            raise ValidationError("Có ngày không hợp lệ. Hãy ghi như: 31/12/2026, 02/01/2027.")
        return days


class PlanForm(PageForm):
    """`places` are numbered from 1 in their order; each commune is given the number of its place.

    `communes` are those with needs, `chosen` their places by code as a start.
    """

    first = DateField(label="Mở lớp từ ngày")
    last = DateField(label="Đến hết ngày")
    weekdays = forms.MultipleChoiceField(
        label="Các ngày trong tuần", choices=list(enumerate(WEEKDAYS)), widget=forms.CheckboxSelectMultiple(TICK)
    )
    parts = forms.MultipleChoiceField(
        label="Buổi",
        choices=[(part, part.label) for part in (DayPart.MORNING, DayPart.AFTERNOON)],
        widget=forms.CheckboxSelectMultiple(TICK),
    )
    days_off = DaysField(
        label="Trừ các ngày", required=False, help_text="Ngày lễ cố định hằng năm đã được trừ. Ghi thêm Tết, hội nghị…"
    )
    at_once = forms.IntegerField(
        label="Số lớp cùng một buổi", min_value=1, max_value=200, help_text="Bằng số nhóm giảng viên."
    )
    least = forms.IntegerField(label="Ít người nhất để mở lớp", min_value=1, max_value=500)
    most = forms.IntegerField(
        label="Nhiều người nhất một lớp", required=False, min_value=1, max_value=9999, help_text="Để trống: theo phòng."
    )
    quota = forms.IntegerField(
        label="Tối đa mỗi xã trong một lớp", required=False, min_value=1, max_value=9999, help_text="Để trống: tự do."
    )

    def __init__(self, *args, places: list[Place], communes: list[Commune], chosen: Mapping[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.places, self.communes = places, communes
        number = {place.commune.pk: at for at, place in enumerate(places, start=1)}
        for commune in communes:
            self.fields[f"cum-{commune.pk}"] = forms.IntegerField(
                label=f"Cụm của {commune.name}",
                required=False,
                min_value=1,
                max_value=len(places),
                initial=number.get(chosen.get(commune.pk, "")),
                widget=forms.NumberInput({"class": "form-control cluster-number"}),
            )

    def decided(self) -> Iterator[forms.BoundField]:
        """What is decided once for all."""
        return (field for field in self if not field.name.startswith("cum-"))

    def clusters(self) -> list[tuple[Commune, forms.BoundField]]:
        return [(commune, self[f"cum-{commune.pk}"]) for commune in self.communes]

    def clean(self) -> dict:
        typed = super().clean()
        first, last = typed.get("first"), typed.get("last")
        if first and first <= timezone.localdate():
            self.add_error("first", "Ngày này đã qua hoặc là hôm nay. Hãy chọn ngày sau.")
        if first and last and not first <= last <= first + LONGEST:
            self.add_error("last", "Phải sau ngày đầu và trong vòng một năm.")
        if not self.errors and not self.order().slots():
            self.add_error("weekdays", "Không có buổi nào trong khoảng ngày này.")
        if not self.errors and not self.order().places:
            self.add_error(None, "Chưa xã nào có cụm. Hãy ghi số của cụm cho ít nhất một xã.")
        return typed

    def order(self) -> PlanOrder:
        typed = self.cleaned_data
        codes = {code: typed.get(f"cum-{code}") for code in (commune.pk for commune in self.communes)}
        off = {*typed["days_off"], *fixed_holidays(typed["first"].year), *fixed_holidays(typed["last"].year)}
        return PlanOrder(
            first=typed["first"].isoformat(),
            last=typed["last"].isoformat(),
            weekdays=tuple(int(day) for day in typed["weekdays"]),
            parts=tuple(typed["parts"]),
            places={code: self.places[number - 1].commune.pk for code, number in codes.items() if number},
            days_off=tuple(sorted(day.isoformat() for day in off)),
            at_once=typed["at_once"],
            most=typed["most"],
            least=typed["least"],
            quota=typed["quota"],
        )


def first_decisions(order: PlanOrder | None) -> dict[str, object]:
    """What the form starts from: the last order, or four weeks from the Monday after next."""
    today = timezone.localdate()
    if order is None:
        first = today + timedelta(days=14 - today.weekday())
        last = first + timedelta(days=25)
        parts = [DayPart.MORNING.value, DayPart.AFTERNOON.value]
        return {"first": first, "last": last, "weekdays": list(range(5)), "parts": parts, "at_once": 1, "least": 10}
    first, last = date.fromisoformat(order.first), date.fromisoformat(order.last)
    known = {*fixed_holidays(first.year), *fixed_holidays(last.year)}
    off = [day for day in map(date.fromisoformat, order.days_off) if day not in known]
    names = ("weekdays", "parts", "at_once", "least", "most", "quota")
    return {name: getattr(order, name) for name in names} | {"first": first, "last": last, "days_off": off}
