"""Kiện toàn on one page: the decision, then for each team who stays, leaves, changes role, joins."""

import re
from dataclasses import asdict, dataclass

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib import text
from teams.enums import LeaveReason, MemberRole, TeamKind
from teams.forms.base import GONE, DateField, PageForm
from teams.forms.decisions import DecisionChoiceForm
from teams.intake.roles import role_of
from teams.models import Member, Team
from teams.services.consolidation import Joining, TeamPlan
from teams.services.members import columns_of

REASONS = (
    LeaveReason.CONSOLIDATED, LeaveReason.RESIGNED, LeaveReason.MOVED_AWAY, LeaveReason.DECEASED, LeaveReason.MISTAKE,
)  # fmt: skip
STAY = [("", "Ở lại"), *((reason, reason.label) for reason in REASONS)]


class ConsolidationForm(DecisionChoiceForm):
    effective_on = DateField(label="Có hiệu lực từ ngày", future=False)
    decision_required = True


def select(choices: list[tuple[str, str]], label: str, **more) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select", "aria-label": label})
    errors = {"invalid_choice": GONE}
    return forms.ChoiceField(choices=choices, required=False, label=label, widget=widget, error_messages=errors, **more)


@dataclass(frozen=True, slots=True)
class MemberFields:
    """A member with the bound fields of their line."""

    member: Member
    stay: forms.BoundField
    role: forms.BoundField
    seen: forms.BoundField


class TeamPlanForm(PageForm):
    """One team's part; `members` are the active ones, in the order of the roster."""

    included = forms.BooleanField(
        label="Kiện toàn tổ này",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input me-2"}),
    )
    joins = forms.CharField(
        label="Người mới tham gia",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "form-control"}),
        help_text="Mỗi dòng một người: Họ tên | Chức vụ | Số điện thoại. Dán được từ Excel.",
    )

    def __init__(self, *args, team: Team, members: list[Member], **kwargs):
        super().__init__(
            *args, prefix=f"t{team.pk}", initial={"included": team.kind == TeamKind.VILLAGE_TEAM}, **kwargs
        )
        self.team, self.members = team, members
        self.fields["included"].widget.attrs["aria-label"] = f"Kiện toàn {team.name}"
        for member in members:
            name = member.full_name
            self.fields[f"stay-{member.pk}"] = select(STAY, f"{name}: ở lại hay thôi")
            self.fields[f"role-{member.pk}"] = select(MemberRole.choices, f"{name}: chức vụ", initial=member.role)
            self.fields[f"seen-{member.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=member.version, required=False
            )

    def lines(self) -> list[MemberFields]:
        return [
            MemberFields(member, *(self[f"{part}-{member.pk}"] for part in ("stay", "role", "seen")))
            for member in self.members
        ]

    def clean_joins(self) -> tuple[Joining, ...]:
        joins, errors = [], []
        for number, line in enumerate(self.cleaned_data["joins"].splitlines(), start=1):
            try:
                joins += [read_joining(line)] if text.clean(line) else []
            except ValidationError as error:
                errors.append(f"dòng {number}: {' '.join(error.messages)}")
        if errors:
            raise ValidationError(errors)
        return tuple(joins)

    def clean(self) -> dict:
        """Somebody planned here may have left meanwhile: the plan is then shown again, not cut short."""
        posted = {int(pk) for key in self.data if (pk := key.removeprefix(f"{self.prefix}-seen-")).isdecimal()}
        if posted - {member.pk for member in self.members}:
            raise ValidationError("Danh sách của tổ vừa được người khác sửa. Hãy xem lại rồi bấm tiếp tục lần nữa.")
        return super().clean()

    def plan(self) -> TeamPlan:
        typed = self.cleaned_data
        leaves = {m.pk: LeaveReason(typed[f"stay-{m.pk}"]) for m in self.members if typed[f"stay-{m.pk}"]}
        stays = [m for m in self.members if m.pk not in leaves]
        roles = {m.pk: MemberRole(typed[f"role-{m.pk}"]) for m in stays if typed[f"role-{m.pk}"] not in ("", m.role)}
        seen = {m.pk: typed[f"seen-{m.pk}"] for m in self.members}
        return TeamPlan(self.team, leaves, roles, typed["joins"], seen)

    def complaints(self) -> list[str]:
        """What is wrong in this part, each with the team's name: "Khu phố 5, dòng 1: …"."""
        name = self.team.name
        lines = [f"{name}, {error}" for error in self.errors.get("joins", [])]
        others = {field: errors for field, errors in self.errors.items() if field != "joins"}
        for field, errors in others.items():
            where = f"{name}, {self.fields[field].label}" if field in self.fields else name
            lines += [f"{where}: {error}" for error in errors]
        return lines

    def changes(self) -> list[str]:
        """Who would leave, join and change role, in words; of a sound form."""
        plan = self.plan()
        people = {member.pk: member for member in self.members}
        return [
            *(f"Thôi: {people[pk].full_name} ({reason.label.lower()})" for pk, reason in plan.leaves.items()),
            *(f"Thêm: {each.full_name} ({each.role.label})" for each in plan.joins),
            *(
                f"Đổi chức vụ: {people[pk].full_name}: {people[pk].get_role_display()} → {role.label}"
                for pk, role in plan.roles.items()
            ),
        ]

    def look_again(self) -> None:
        """After a conflict: what was chosen stays, now against the members as they are."""
        self.data = self.data.copy()
        for member in self.members:
            self.data[self.add_prefix(f"seen-{member.pk}")] = member.version


def read_joining(line: str) -> Joining:
    """ "Nguyễn Văn An | Thành viên | 0914 994 123", by | or tabs; without a role a plain member.

    Raises ValidationError.
    """
    name, role, phone, *rest = [part.strip() for part in re.split(r"[|\t]", line)] + ["", ""]
    if not text.clean(name):
        raise ValidationError("chưa có họ tên.")
    if role and not role_of(role):
        raise ValidationError(f"không hiểu chức vụ “{role}”: ghi Tổ trưởng, Tổ phó, Thư ký hoặc Thành viên.")
    if any(rest):
        raise ValidationError("thừa cột, chỉ ghi Họ tên | Chức vụ | Số điện thoại.")
    joining = Joining(text.strip_honorific(name), MemberRole(role_of(role) or MemberRole.MEMBER), phone)
    columns_of(asdict(joining))
    return joining
