"""Contests, and the grid of their counts on one day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib.numbers import format_int
from teams.forms.base import DateField, PageForm, version_field
from training.forms.fields import PeopleField
from training.models import Contest, ContestCount
from training.queries.contests import CountRow
from training.services.contests import Decrease, StaleCounts, TypedCount


class ContestForm(PageForm):
    name = forms.CharField(label="Tên cuộc thi", max_length=250)
    starts_on = DateField(label="Từ ngày")
    ends_on = DateField(label="Đến ngày")
    version = version_field()

    def columns(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in ("name", "starts_on", "ends_on")}

    @staticmethod
    def stored(row: Contest) -> dict[str, object]:
        return {name: getattr(row, name) for name in ("name", "starts_on", "ends_on", "version")}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Tệp Excel",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xlsm,.xls,.ods,.csv", "class": "form-control"}),
        error_messages={"empty": "Tệp này rỗng (0 byte).", "required": "Hãy chọn tệp."},
    )


@dataclass(frozen=True, slots=True)
class CountLine:
    """A row of the grid. `field` and `seen` are None where the user only reads."""

    row: CountRow
    field: forms.BoundField | None
    seen: forms.BoundField | None


class CountsForm(PageForm):
    """A field for each commune that may be counted, and a hidden one with what the typist saw there."""

    sure = forms.BooleanField(label="Số giảm là đúng, tôi đã kiểm tra lại", required=False)

    def __init__(self, data=None, *, rows: list[CountRow], countable: Collection[str] | None):
        super().__init__(data)
        self.rows = rows
        self.asks = False
        for row in rows:
            code = row.commune.pk
            if countable is None or code in countable:
                self.fields[f"p{code}"] = PeopleField(least=0, label=row.commune.name, required=False)
                self.fields[f"s{code}"] = PeopleField(least=0, required=False, widget=forms.HiddenInput)
                self.initial |= {f"p{code}": row.people, f"s{code}": row.people}

    def lines(self) -> list[CountLine]:
        return [self._line(row) for row in self.rows]

    def _line(self, row: CountRow) -> CountLine:
        name = f"p{row.commune.pk}"
        if name not in self.fields:
            return CountLine(row, None, None)
        return CountLine(row, self[name], self[f"s{row.commune.pk}"])

    @property
    def is_writable(self) -> bool:
        return len(self.fields) > 1

    def typed(self) -> list[TypedCount]:
        codes = [name[1:] for name in self.fields if name.startswith("p")]
        return [TypedCount(code, self.cleaned_data[f"p{code}"], self.cleaned_data[f"s{code}"]) for code in codes]

    def tell(self, refusal: ValidationError) -> None:
        super().tell(refusal)
        if isinstance(refusal, Decrease):
            self.asks = True
            for code, text in refusal.told.items():
                self.add_error(f"p{code}", text)

    def tell_stale(self, refusal: StaleCounts) -> None:
        """Say what stands now beside each field; the next save goes over it knowingly."""
        self.add_error(None, "Người khác vừa ghi số liệu. Hãy so lại các dòng được đánh dấu rồi bấm lưu lần nữa.")
        self.data = self.data.copy()
        for code, row in refusal.current.items():
            self.add_error(f"p{code}", f"Người khác vừa ghi: {_stands(row)}.")
            self.data[f"s{code}"] = format_int(row.people) if row else ""


def _stands(row: ContestCount | None) -> str:
    return format_int(row.people) if row else "(để trống)"


def as_typed(rows: list[CountRow], people: Mapping[str, str]) -> dict[str, str]:
    """What the page would post if its fields said what a workbook says; rows it does not name stay as they are."""
    data: dict[str, str] = {}
    for row in rows:
        code = row.commune.pk
        stored = "" if row.people is None else format_int(row.people)
        data |= {f"p{code}": people.get(code, stored), f"s{code}": stored}
    return data
