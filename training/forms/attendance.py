"""The sheet of a class's attendance as it is typed: two ticks a person and sitting, of which one at most is set."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict

from teams.forms.base import PageForm
from teams.models import Member
from training.enums import AttendanceWay, Presence
from training.queries.attendance import AttendanceSheet, SheetCell, SheetRow
from training.services.attendance import TypedMark

BY_HAND = (AttendanceWay.TICK, AttendanceWay.PAPER)
CELL = re.compile(r"c([0-9]{1,18})-([0-9]{1,18})")
SEEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})-([xv])")
Key = tuple[int, int]  # (enrolment, session)


@dataclass(frozen=True, slots=True)
class TickCell:
    """A cell of the page: `typed` is what it says, which may not be saved yet."""

    cell: SheetCell
    name: str
    typed: str

    @property
    def is_changed(self) -> bool:
        return self.typed != self.cell.says


class SheetForm(PageForm):
    """`seen`: what the typist saw, so that only what they changed is written."""

    way = forms.ChoiceField(
        label="Cách điểm danh", widget=forms.RadioSelect({"class": "form-check-input"}), initial=AttendanceWay.TICK
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: MultiValueDict | None = None, *, sheet: AttendanceSheet):
        super().__init__(data, initial={"seen": seen_text(sheet)})
        self.sheet = sheet
        by_file = data is not None and data.get("way") == AttendanceWay.WORKBOOK
        self.fields["way"].choices = [(each, each.label) for each in [*BY_HAND, *[AttendanceWay.WORKBOOK] * by_file]]

    def clean(self) -> dict:
        for row in self.sheet.seated:
            for cell in row.cells:
                if len(self.data.getlist(cell_name(row, cell))) > 1:
                    who = f"{row.enrolment.member.full_name}, buổi {cell.column.number}"
                    self.add_error(None, f"{who}: vừa đánh dấu có mặt vừa đánh dấu vắng. Hãy bỏ một dấu.")
        return super().clean()

    def clean_way(self) -> AttendanceWay:
        return AttendanceWay(self.cleaned_data["way"])

    def typed(self) -> list[TypedMark]:
        """Also of people who left the sheet since it was shown."""
        seen = {(int(person), int(at)): says for person, at, says in SEEN.findall(self.cleaned_data["seen"])}
        typed = dict(self._ticks())
        if any(says not in Presence for says in typed.values()):
            raise ValidationError("Trang gửi lên dấu không hiểu được. Hãy tải lại trang.")
        return [TypedMark(*key, typed.get(key, ""), seen.get(key, "")) for key in {**seen, **typed}]

    def _ticks(self) -> Iterator[tuple[Key, str]]:
        for name in self.data:
            if found := CELL.fullmatch(name):
                yield (int(found[1]), int(found[2])), self.data[name]

    def lines(self) -> list[tuple[int | None, SheetRow, list[TickCell]]]:
        """Each with its number, as files have it too: those who have a seat count."""
        number = {row.enrolment.pk: at for at, row in enumerate(self.sheet.seated, start=1)}
        return [
            (number.get(row.enrolment.pk), row, [self._cell(row, cell) for cell in row.cells])
            for row in self.sheet.rows
        ]

    def _cell(self, row: SheetRow, cell: SheetCell) -> TickCell:
        name = cell_name(row, cell)
        return TickCell(cell, name, self.data.get(name, "") if self.is_bound else cell.says)


def cell_name(row: SheetRow, cell: SheetCell) -> str:
    return f"c{row.enrolment.pk}-{cell.column.session.pk}"


def seen_text(sheet: AttendanceSheet) -> str:
    """ "31-7-x 32-7-v": enrolment, session, what is noted."""
    cells = ((row, cell) for row in sheet.seated for cell in row.cells if cell.says)
    return " ".join(f"{row.enrolment.pk}-{cell.column.session.pk}-{cell.says}" for row, cell in cells)


def as_typed(sheet: AttendanceSheet, marks: Mapping[Key, str]) -> MultiValueDict:
    """What the page would post if its ticks said what a workbook says (enrolment, session) of; the others as they
    stand."""
    data = MultiValueDict({"way": [AttendanceWay.WORKBOOK], "seen": [seen_text(sheet)]})
    for row in sheet.seated:
        for cell in row.cells:
            says = marks.get((row.enrolment.pk, cell.column.session.pk), cell.says)
            if says:
                data[cell_name(row, cell)] = says
    return data


class SuccessorField(forms.ModelChoiceField):
    def label_from_instance(self, member: Member) -> str:
        return f"{member.full_name} ({member.get_role_display()})"


class SuccessorForm(PageForm):
    member = SuccessorField(label="Người thay", queryset=None, empty_label=None, widget=forms.RadioSelect)

    def __init__(self, *args, members: QuerySet[Member], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = self.members = members
