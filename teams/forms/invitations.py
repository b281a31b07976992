"""A workbook of people who are given accounts: each row is checked as if it had been typed into the form for one."""

import json
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.accounts.models import User
from cdt_portal.lib import text
from teams.access import Can, Scope
from teams.enums import UserRole
from teams.forms.base import PageForm
from teams.forms.users import NewUserForm
from teams.layouts.decree import CellError
from teams.layouts.invitations import HEADINGS, REQUIRED, InvitedLine, read_lines
from teams.models import Assignment, Commune, Province
from teams.services.decrees import commune_finder
from teams.services.users import login_name
from teams.services.workbooks import read_table

MOST_INVITED = 500
ROLES = {  # an administrator is nobody's row in a list
    text.fold(role.label.partition("(")[0]): role for role in UserRole if role != UserRole.SYSTEM_ADMIN
}
ROLE_WORDS = "hãy ghi Cán bộ xã, Lãnh đạo xã, Cán bộ Sở hoặc Lãnh đạo Sở."


@dataclass(frozen=True, slots=True)
class Draft:
    """A new account: `details` are the keyword arguments of `services.users.add_user`."""

    line: InvitedLine
    details: dict

    @property
    def role(self) -> str:
        return self.details["role"].label

    @property
    def unit(self) -> str:
        return str(self.details["commune"] or self.details["province"])


class InvitationsForm(PageForm):
    """`drafts` are the accounts to be made, `known` the rows of people who have theirs, `errors_by_cell` what is wrong.

    The rows that were read travel with the page, so that the file is chosen once.
    """

    file = forms.FileField(
        label="Tệp danh sách người dùng",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text="Tệp .xlsx, .xls, .ods hoặc .csv.",
        error_messages={"empty": "Tệp này rỗng (0 byte). Hãy chọn lại tệp."},
    )
    rows = forms.JSONField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, scope: Scope, province: Province, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope, self.province = scope, province
        self.drafts: list[Draft] = []
        self.known: list[InvitedLine] = []
        self.errors_by_cell: list[CellError] = []

    def clean_rows(self) -> list[InvitedLine]:
        kept = self.cleaned_data["rows"] or []
        if not isinstance(kept, list) or not all(_is_line(row) for row in kept):
            raise ValidationError("Không đọc được danh sách. Hãy chọn lại tệp.")
        return [InvitedLine(*row) for row in kept]

    def clean(self) -> dict:
        typed = super().clean()
        if self.errors:
            return typed
        lines = typed["rows"]
        if typed["file"]:
            table = read_table(typed["file"], required=REQUIRED)
            lines = list(read_lines(table.headings, table.rows))
        if not lines:
            raise ValidationError("Hãy chọn tệp có ít nhất một người." if typed["file"] else "Hãy chọn tệp.")
        if len(lines) > MOST_INVITED:
            raise ValidationError(f"Mỗi tệp ghi tối đa {MOST_INVITED} người. Hãy chia thành nhiều tệp.")
        self._check(lines)
        if self.errors_by_cell:
            count = len(self.errors_by_cell)
            raise ValidationError(f"Tệp có {count} ô cần sửa. Hãy sửa các ô dưới đây rồi chọn lại tệp.")
        if not self.drafts:
            raise ValidationError("Mọi người trong tệp đã có tài khoản.")
        self.data = self.data.copy()
        self.data["rows"] = json.dumps(lines, ensure_ascii=False)
        return typed

    def _check(self, lines: list[InvitedLine]) -> None:
        communes = self.scope.communes(Can.MANAGE_USERS).filter(province=self.province, ended_on=None)
        by_code = {commune.pk: commune for commune in communes}
        find = commune_finder(list(by_code.values()))
        posts = Assignment.objects.filter(province=self.province).values_list("user__full_name", "role", "commune")
        there = {(text.match_key(name), *post) for name, *post in posts}
        taken = set(User.objects.values_list("username", flat=True))
        seen: dict[tuple, int] = {}
        for line in lines:
            code = find(line.commune) if line.commune else ""
            draft = self._draft(line, code, by_code.get(code), taken)
            if draft is None:
                continue
            key = (text.match_key(draft.details["fields"]["full_name"]), draft.details["role"], code or None)
            if key in there:
                self.known.append(line)
            elif key in seen:
                self._wrong(line, "full_name", f"dòng {seen[key]} đã ghi người này với cùng vai trò.")
            elif (username := draft.details["username"]) in taken:
                self._wrong(line, "username", f"“{username}” đã có người dùng.")
            else:
                seen[key] = line.number
                taken.add(username)
                self.drafts.append(draft)

    def _draft(self, line: InvitedLine, code: str | None, commune: Commune | None, taken: set[str]) -> Draft | None:
        """The row by the form for one person; None when something in it is wrong, which is noted."""
        role = ROLES.get(text.fold(line.role.partition("(")[0]))
        if role is None:
            self._wrong(line, "role", ROLE_WORDS)
        if code is None:
            self._wrong(line, "commune", f"không có “{line.commune}” trong {self.province.name}.")
        if role is None or code is None:
            return None
        one = NewUserForm(
            line._asdict()
            | {"role": role, "commune": code, "province": "" if code else self.province.pk}
            | {"username": line.username or login_name(line.full_name, commune, taken)},
            scope=self.scope,
        )
        for name, messages in one.errors.items():
            self._wrong(line, name, " ".join(messages))
        if one.errors:
            return None
        username = User.normalize_username(one.cleaned_data["username"])
        return Draft(line, {"username": username, "fields": one.fields_of_user()} | one.post())

    def _wrong(self, line: InvitedLine, name: str, words: str) -> None:
        heading = HEADINGS.get(name, HEADINGS["commune"]).partition(" (")[0]
        self.errors_by_cell.append(CellError(f"Dòng {line.number}, {heading.lower()}", words))


def _is_line(row: object) -> bool:
    if not isinstance(row, list) or len(row) != len(InvitedLine._fields) or not isinstance(row[0], int):
        return False
    return all(isinstance(cell, str) for cell in row[1:])
