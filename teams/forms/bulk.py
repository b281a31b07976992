from django import forms
from django.utils import timezone

from teams.enums import LeaveReason, MemberRole, Organization
from teams.forms.base import DateField
from teams.models import Member, Team

LEAVING_REASONS = [  # those that a person picks; moves, exchanges of roles and dissolved teams set their own
    (reason.value, reason.label)
    for reason in (
        LeaveReason.RESIGNED,
        LeaveReason.MOVED_AWAY,
        LeaveReason.CONSOLIDATED,
        LeaveReason.DECEASED,
        LeaveReason.MISTAKE,
    )
]


class BulkChangeForm(forms.Form):
    """One change for several members; `change()` is what `teams.services.member_bulk.bulk_change` takes."""

    kind = forms.ChoiceField(
        label="Việc cần làm",
        choices=[
            ("role", "Đổi chức vụ"),
            ("organization", "Đặt thành phần"),
            ("end", "Thôi tham gia"),
            ("move", "Chuyển sang tổ khác"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn việc cần làm."},
    )
    role = forms.ChoiceField(label="Chức vụ", choices=MemberRole.choices, required=False)
    organization = forms.ChoiceField(label="Thành phần", choices=[("", "—"), *Organization.choices], required=False)
    reason = forms.ChoiceField(label="Lý do", choices=LEAVING_REASONS, required=False)
    team = forms.ModelChoiceField(label="Tổ", queryset=Team.objects.none(), required=False, empty_label="— chọn tổ —")
    day = DateField(label="Từ ngày", initial=timezone.localdate, required=False, future=False)

    def __init__(self, *args, members: list[Member], **kwargs):
        super().__init__(*args, **kwargs)
        communes = {member.commune_id for member in members}
        if len(communes) == 1:
            self.fields["team"].queryset = Team.objects.filter(commune__in=communes, dissolved_on=None)

    def clean(self) -> dict:
        data = super().clean()
        needed = {"role": ["role"], "end": ["reason", "day"], "move": ["team", "day"]}
        for name in needed.get(data.get("kind"), []):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, "Hãy chọn mục này.")
        return data

    def change(self) -> dict[str, object]:
        data = self.cleaned_data
        return {
            "role": {"role": data["role"]},
            "organization": {"organization": data["organization"]},
            "end": {"left_on": data["day"], "reason": data["reason"]},
            "move": {"team": data["team"], "moved_on": data["day"]},
        }[data["kind"]]

    def outcome(self, member: Member) -> tuple[str, str]:
        """Old and new wording for the preview."""
        data = self.cleaned_data
        kind = data["kind"]
        if kind in ("role", "organization"):
            chosen = dict(self.fields[kind].choices)[data[kind]]
            return getattr(member, f"get_{kind}_display")() or "—", str(chosen)
        if kind == "end":
            return "Đang tham gia", f"Thôi từ {data['day']:%d/%m/%Y} ({LeaveReason(data['reason']).label})"
        same = member.team == data["team"]
        return member.team.name, member.team.name if same else f"{data['team'].name}, từ {data['day']:%d/%m/%Y}"
