import re

from django import forms
from django.core.exceptions import ValidationError

from cdt_portal.lib import numbers, text
from teams import naming
from teams.enums import UnitKind
from teams.forms.base import CommuneForm, DateField, PageForm, version_field
from teams.models import Commune, ResidentialUnit
from teams.services.units import UnitDraft, UnitEvent

KINDS = [(UnitKind.VILLAGE, "Thôn và tương đương"), (UnitKind.RESIDENTIAL_GROUP, "Tổ dân phố và tương đương")]
LINES_HELP = "Mỗi dòng một tên; có thể ghi thêm số hộ sau dấu |, ví dụ: Thôn 1 | 120 hộ. Dán được từ Excel."
_HOUSEHOLDS = re.compile(r"\s*hộ\.?$", re.IGNORECASE)


def read_line(line: str, commune: Commune) -> UnitDraft:
    """ "Thôn 1 | 120 hộ" or two cells copied from Excel. Raises ValidationError."""
    name, _, households = (part.strip() for part in re.sub(r"[|\t;]", "|", line, count=1).partition("|"))
    name = naming.display_unit_name(name)
    if not name or naming.is_placeholder(name):
        raise ValidationError("chưa có tên")
    if len(name) > 160:
        raise ValidationError("tên dài quá 160 ký tự")
    count = numbers.parse_int(_HOUSEHOLDS.sub("", households)) if households else None
    if households and (count is None or not 0 <= count < 1_000_000):
        raise ValidationError(f"“{households}” không phải số hộ")
    return UnitDraft(name, UnitKind(naming.unit_kind(name, commune.kind)), count)


class LinesField(forms.CharField):
    """Villages typed or pasted, one a line; the form's `commune` decides what an unlabelled name is."""

    def __init__(self, **kwargs):
        widget = forms.Textarea(attrs={"rows": 10, "spellcheck": "false"})
        super().__init__(widget=widget, help_text=LINES_HELP, max_length=40_000, **kwargs)

    def drafts(self, value: str, commune: Commune) -> list[UnitDraft]:
        drafts, errors = [], []
        for number, line in enumerate(value.splitlines(), start=1):
            if not text.clean(line):
                continue
            try:
                drafts.append(read_line(line, commune))
            except ValidationError as error:
                errors.append(f"Dòng {number}: {error.message}.")
        if errors:
            raise ValidationError(errors)
        return drafts


class UnitsForm(CommuneForm):
    """A form that names villages of the commune."""

    def clean_lines(self) -> list[UnitDraft]:
        return self.fields["lines"].drafts(self.cleaned_data["lines"], self.commune)

    def clean_name(self) -> str:
        return text.clean(self.cleaned_data["name"])


class UnitAddForm(UnitsForm):
    lines = LinesField(label="Danh sách thôn, tổ dân phố")
    valid_from = DateField(
        label="Có từ ngày", required=False, help_text="Để trống nếu đã có từ trước, không cần theo dõi."
    )


class UnitForm(UnitsForm):
    name = forms.CharField(label="Tên đầy đủ", max_length=160, help_text="Ví dụ: Thôn 1, Tổ dân phố số 5, Khu phố 2.")
    kind = forms.ChoiceField(label="Loại", choices=KINDS)
    households = forms.IntegerField(label="Số hộ", required=False, min_value=0, max_value=999_999, localize=True)
    valid_from = DateField(label="Có từ ngày", required=False)
    ended_on = DateField(
        label="Hết hiệu lực từ ngày", required=False, help_text="Xóa ngày này nếu ghi nhầm: thôn còn hiệu lực."
    )
    version = version_field()

    @staticmethod
    def stored(row: ResidentialUnit) -> dict[str, object]:
        return {
            "name": row.name,
            "kind": row.kind,
            "households": row.households,
            "valid_from": row.valid_from,
            "ended_on": row.ended_on,
            "version": row.version,
        }


class UnitEndForm(PageForm):
    ended_on = DateField(label="Hết hiệu lực từ ngày", help_text="Từ ngày này thôn không còn, tổ thôi phụ trách.")
    version = version_field()


class EventFields(PageForm):
    """A change in time: from when, and who decided it."""

    effective_on = DateField(label="Ngày có hiệu lực")
    legal_basis = forms.CharField(
        label="Căn cứ", max_length=300, help_text="Số, ngày văn bản, cơ quan quyết định: Nghị quyết 05/NQ-HĐND ngày …"
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)

    def event(self) -> UnitEvent:
        typed = self.cleaned_data
        return UnitEvent(typed["effective_on"], text.clean(typed["legal_basis"]), text.clean_lines(typed["note"]))


class UnitRenameForm(UnitsForm, EventFields):
    name = forms.CharField(label="Tên mới", max_length=160)
    kind = forms.ChoiceField(label="Loại", choices=KINDS)
    version = version_field()
    field_order = ["name", "kind"]

    def draft(self) -> UnitDraft:
        typed = self.cleaned_data
        return UnitDraft(typed["name"], UnitKind(typed["kind"]))
