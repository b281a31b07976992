"""The steps of a plan for villages: which ones, what the new ones are, what becomes of the teams; or a workbook."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib import text
from teams import naming
from teams.enums import Share, TeamFate, UnitKind
from teams.forms.base import PageForm, version_field
from teams.forms.units import KINDS, EventFields
from teams.models import Commune, ResidentialUnit, UnitPlan
from teams.queries.unit_plans import Preview, TouchedTeam
from teams.queries.units import units_of_communes
from teams.services.team_fates import Fate
from teams.services.unit_changes import NewUnit, UnitDraft

MOST_NEW = 30
NO_SHARE = ("", "không")


class DecreeForm(EventFields):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "effective_on"
        ].help_text = "Ngày đã qua: danh sách thay đổi từ ngày đó. Ngày chưa đến: ghi trước, đến ngày tự có hiệu lực."


class PlanStartForm(DecreeForm):
    units = forms.ModelMultipleChoiceField(
        label="Các thôn, tổ dân phố thay đổi", queryset=None, widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(
        label="Số đơn vị mới",
        min_value=1,
        max_value=MOST_NEW,
        initial=1,
        help_text="Ba thôn nhập làm một: ghi 1. Một thôn chia làm hai: ghi 2.",
    )
    field_order = ["units", "count"]

    def __init__(self, *args, communes: list[Commune], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units_of_communes(communes)
        if len(communes) > 1:
            self.fields["units"].label_from_instance = lambda unit: f"{unit.name} – {unit.commune.name}"

    def blank_rows(self) -> list[NewUnit]:
        """As many new villages as asked, without names; what goes without saying is filled in."""
        units, count = list(self.cleaned_data["units"]), self.cleaned_data["count"]
        share = Share.WHOLE if count == 1 else Share.DIVIDED if len(units) == 1 else None
        sources = {unit.pk: share for unit in units} if share else {}
        kind = UnitKind(units[0].kind)
        return [NewUnit(units[0].commune_id, UnitDraft("", kind), sources) for _ in range(count)]


class NewUnitsForm(PageForm):
    """A block of fields for each new village; a block that was left empty is none."""

    version = version_field()
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_NEW)

    def __init__(
        self, *args, plan: UnitPlan, olds: list[ResidentialUnit], communes: list[Commune], count: int, **kwargs
    ):
        rows = plan.rows[:count] + [None] * (count - len(plan.rows))
        super().__init__(*args, initial={"version": plan.version, "count": count} | _initial(rows), **kwargs)
        self.olds, self.communes, self.blocks = olds, communes, count
        if self.is_bound:  # one block more is asked for by the button, not by the typist
            self.data = self.data.copy()
            self.data["count"] = str(count)
        for at in range(count):
            self.fields[f"name{at}"] = forms.CharField(label="Tên đơn vị mới", max_length=160, required=False)
            self.fields[f"kind{at}"] = forms.ChoiceField(label="Loại", choices=KINDS, required=False)
            self.fields[f"households{at}"] = forms.IntegerField(
                label="Số hộ", required=False, min_value=0, max_value=999_999, localize=True
            )
            if len(communes) > 1:
                choices = [(each.pk, each.name) for each in communes]
                self.fields[f"commune{at}"] = forms.ChoiceField(label="Thuộc xã", choices=choices)
            for old in olds:
                label = f"{old.name} – {old.commune.name}" if len(communes) > 1 else old.name
                self.fields[f"share{at}-{old.pk}"] = forms.ChoiceField(
                    label=label, choices=[NO_SHARE, *Share.choices], required=False
                )

    def lines(self) -> Iterator[dict[str, object]]:
        """The blocks as the page shows them: fields of the village, fields of the shares."""
        for at in range(self.blocks):
            names = [f"{name}{at}" for name in ("name", "kind", "households", "commune")]
            yield {
                "number": at + 1,
                "fields": [self[name] for name in names if name in self.fields],
                "shares": [self[f"share{at}-{old.pk}"] for old in self.olds],
            }

    def clean(self) -> dict:
        typed = super().clean()
        for at in range(self.blocks):
            name = text.clean(typed.get(f"name{at}") or "")
            if not name and self._shares(at):
                self.add_error(f"name{at}", "Chưa ghi tên đơn vị mới.")
            elif name and naming.is_placeholder(name):
                self.add_error(f"name{at}", "Hãy ghi tên đầy đủ, ví dụ: Thôn Đông.")
        if not self.errors and not self.rows():
            raise ValidationError("Hãy ghi ít nhất một đơn vị mới.")
        return typed

    def rows(self) -> list[NewUnit]:
        typed = self.cleaned_data
        return [
            NewUnit(
                typed.get(f"commune{at}") or self.communes[0].pk,
                UnitDraft(
                    text.clean(typed[f"name{at}"]),
                    UnitKind(typed[f"kind{at}"] or UnitKind.VILLAGE),
                    typed[f"households{at}"],
                ),
                self._shares(at),
            )
            for at in range(self.blocks)
            if text.clean(typed[f"name{at}"])
        ]

    def _shares(self, at: int) -> dict[int, Share]:
        given = {old.pk: self.cleaned_data.get(f"share{at}-{old.pk}") for old in self.olds}
        return {old: Share(share) for old, share in given.items() if share}


def _initial(rows: list[dict | None]) -> dict[str, object]:
    found: dict[str, object] = {}
    for at, row in enumerate(rows):
        if row:
            found |= {f"{name}{at}": row[name] for name in ("name", "kind", "households", "commune")}
            found |= {f"share{at}-{old}": share for old, share in row["sources"].items()}
    return found


class FatesForm(PageForm):
    """What becomes of each team that could leave its village to another."""

    version = version_field()

    def __init__(self, data=None, *, plan: UnitPlan, shown: Preview, may_choose: bool):
        """The plan's own choice stands, else what is proposed. Who may not change teams is not asked: all go on."""
        super().__init__(data, initial={"version": plan.version})
        self.teams = [team for team in shown.teams if team.may_leave] if may_choose else []
        for each in self.teams:
            proposed = plan.fates.get(str(each.team.pk), "") if plan.fates else each.joins or ""
            self.fields[f"team{each.team.pk}"] = forms.ChoiceField(
                label=each.team.title,
                choices=self._choices(each),
                initial=_value(proposed),
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )

    def _choices(self, each: TouchedTeam) -> list[tuple[str, str]]:
        joins = [
            (f"{TeamFate.JOINS}:{other.team.pk}", f"Nhập vào {other.team.title}, thành viên chuyển sang")
            for other in each.others
        ]
        goes_on = [(TeamFate.GOES_ON.value, "Tiếp tục, phụ trách đơn vị mới" if each.news else "Tiếp tục")]
        return [*goes_on, *joins, (TeamFate.DISSOLVED.value, "Giải thể, thành viên thôi tham gia")]

    def field_of(self, team: int) -> forms.BoundField | None:
        return self[f"team{team}"] if f"team{team}" in self.fields else None

    def fates(self) -> dict[int, Fate]:
        found = {}
        for each in self.teams:
            value = self.cleaned_data.get(f"team{each.team.pk}") or TeamFate.GOES_ON
            fate, _, into = value.partition(":")
            if fate != TeamFate.GOES_ON:
                found[each.team.pk] = Fate(int(into) if into else None)
        return found


def _value(proposed: object) -> str:
    """As `UnitPlan.fates` has it: absent is "", None is dissolved, a number is the team it joins."""
    if proposed == "":
        return TeamFate.GOES_ON
    return TeamFate.DISSOLVED if proposed is None else f"{TeamFate.JOINS}:{proposed}"


class DecreeFileForm(DecreeForm):
    file = forms.FileField(
        label="Tệp Excel",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv"}),
        error_messages={"empty": "Tệp này rỗng (0 byte).", "required": "Hãy chọn tệp."},
    )
    field_order = ["file"]
