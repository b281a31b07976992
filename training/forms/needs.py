"""A commune's answer to a call: one form of a table of people by topics, a wish for all and wishes of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django import forms
from django.http import QueryDict

from teams.forms.base import DateField, PageForm, version_field
from teams.models import Member
from training.enums import DayPart
from training.forms.fields import PeopleField
from training.models import NeedReply, Topic
from training.queries.needs import NeedSheet
from training.services.needs import Entry, Wish, wish_of

TICKS = "need"  # its values are "topic:member"
TICK = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
BACKWARD = "Ngày này sau ngày cuối. Hãy xem lại hai ngày."


def ticked(data: QueryDict) -> set[tuple[int, int]]:
    """(topic, member) of every tick; what the page never offered is left out here and asked for by the service."""
    found = (TICK.fullmatch(value) for value in data.getlist(TICKS))
    return {(int(match[1]), int(match[2])) for match in found if match}


class WishForm(PageForm):
    """When and where; nothing of it is required."""

    from_day = DateField(label="Học được từ ngày", required=False)
    to_day = DateField(label="Đến ngày", required=False)
    day_part = forms.ChoiceField(label="Buổi", choices=DayPart.choices, required=False)
    place = forms.CharField(
        label="Nơi muốn học", max_length=200, required=False, widget=forms.TextInput({"list": "noi-hoc"})
    )

    def wish(self) -> Wish:
        typed = {name: self.cleaned_data.get(name) for name in ("from_day", "to_day", "day_part", "place")}
        return Wish(**typed | {"day_part": typed["day_part"] or DayPart.ANY, "place": typed["place"] or ""})


class OwnWishForm(WishForm):
    """A person's own: what is empty is as the commune says."""

    day_part = forms.ChoiceField(label="Buổi", choices=[("", "Như cả xã"), *DayPart.choices], required=False)

    def over(self, common: Wish) -> Wish:
        typed = {name: self.cleaned_data.get(name) for name in ("from_day", "to_day", "day_part", "place")}
        return replace(common, **{name: value for name, value in typed.items() if value})

    @staticmethod
    def besides(wish: Wish, common: Wish) -> dict[str, object]:
        """What is typed so that `wish` holds where the commune says `common`."""
        names = ("from_day", "to_day", "day_part", "place")
        return {name: getattr(wish, name) for name in names if getattr(wish, name) != getattr(common, name)}


class UnnamedForm(PageForm):
    """A number of people for one topic."""

    people = PeopleField(label="Số người", required=False, least=1, most=9999)
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("note") and not typed.get("people") and "people" not in self.errors:
            self.add_error("people", "Hãy ghi số người cho ghi chú này.")
        return typed


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and topic. `trained`: when and where they learned it; `differs`: another save says otherwise."""

    topic: Topic
    value: str
    ticked: bool
    trained: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`gone`: named once, but not among those who may be named now. `own`: the form of their own wish."""

    member: Member
    cells: tuple[Cell, ...]
    gone: bool
    own: OwnWishForm | None


class NeedsForm(WishForm):
    nothing_needed = forms.BooleanField(label="Xã không có nhu cầu", required=False)
    version = version_field()

    def __init__(self, data: QueryDict | None = None, *, sheet: NeedSheet):
        super().__init__(data, initial=self.stored(sheet.reply))
        self.sheet = sheet
        self.kept = {(need.topic_id, need.member_id) for need in sheet.needs if need.member_id}
        self.ticked = ticked(data) if data is not None else set(self.kept)
        self.moved: set[tuple[int, int]] = set()  # where a save in between says otherwise
        common = wish_of(sheet.reply)
        wishes = {need.member_id: wish_of(need) for need in sheet.needs if need.member_id}
        chosen = {member for _, member in self.ticked}
        self.own = {
            member.pk: OwnWishForm(
                data, prefix=f"m{member.pk}", initial=OwnWishForm.besides(wishes.get(member.pk, common), common)
            )
            for member in sheet.roster.people
            if member.pk in chosen
        }
        without_name = {need.topic_id: need for need in sheet.needs if need.member_id is None}
        asked = sheet.topics if sheet.reply.call.headcount_allowed else ()
        self.unnamed = {
            topic: UnnamedForm(data, prefix=f"t{topic.pk}", initial=_counted(without_name.get(topic.pk)))
            for topic in asked
        }

    @staticmethod
    def stored(row: NeedReply) -> dict[str, object]:
        names = ("from_day", "to_day", "day_part", "place", "nothing_needed", "version")
        return {name: getattr(row, name) for name in names}

    def shown(self, name: str, value: object) -> str:
        return ("có" if value else "không") if name == "nothing_needed" else super().shown(name, value)

    def clean(self) -> dict:
        typed = super().clean()
        common = self.wish()
        if _backward(common.from_day, common.to_day):
            self.add_error("from_day", BACKWARD)
            return typed
        for own in self.own.values():
            if own.is_valid():
                wish = own.over(common)
                if _backward(wish.from_day, wish.to_day):
                    own.add_error("from_day", BACKWARD)
        wrong = [form for form in (*self.own.values(), *self.unnamed.values()) if not form.is_valid()]
        if wrong:
            self.add_error(None, f"Có {len(wrong)} chỗ chưa đúng ở bảng bên dưới, đã đánh dấu đỏ.")
        return typed

    def entries(self) -> list[Entry]:
        common = self.wish()
        named = [
            Entry(topic, member, wish=self.own[member].over(common) if member in self.own else common)
            for topic, member in sorted(self.ticked)
        ]
        counted = [
            Entry(topic.pk, None, form.cleaned_data["people"], form.cleaned_data["note"], common)
            for topic, form in self.unnamed.items()
            if form.cleaned_data["people"]
        ]
        return named + counted

    def tell_conflict(self, current: NeedReply | None) -> None:
        """The page was read after the save in between, so `kept` is what that save names."""
        super().tell_conflict(current)
        self.moved = self.kept ^ self.ticked

    def goes_on_from(self, saved: NeedReply) -> None:
        """What was typed is saved by now; the next save stands on it."""
        self.data = self.data.copy()
        self.data["version"] = saved.version

    @property
    def columns(self) -> int:
        """Of the table: the person, and a topic each."""
        return 1 + len(self.sheet.topics)

    def rows(self) -> list[PersonRow]:
        return [self._row(member) for member in self.sheet.roster.people]

    def _row(self, member: Member) -> PersonRow:
        cells = tuple(self._cell(member, topic) for topic in self.sheet.topics)
        return PersonRow(member, cells, member.pk in self.sheet.roster.gone, self.own.get(member.pk))

    def _cell(self, member: Member, topic: Topic) -> Cell:
        key = (topic.pk, member.pk)
        return Cell(
            topic=topic,
            value=f"{topic.pk}:{member.pk}",
            ticked=key in self.ticked,
            trained=self.sheet.trained.get((member.person, topic.code), ""),
            differs=key in self.moved,
        )


def _counted(need) -> Mapping[str, object]:
    return {"people": need.headcount, "note": need.note} if need else {}


def _backward(first: date | None, last: date | None) -> bool:
    return bool(first and last and last < first)
