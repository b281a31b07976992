"""The back office's lists in and out as workbooks: Vietnamese headings, our own reader, our own services.

Rows are found by what people know (commune, name), never by database ids; what does not change is skipped.
"""

import tempfile
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import Diff, ModelResource
from import_export.results import Result
from import_export.widgets import Widget
from tablib import Dataset

from cdt_portal.accounts.models import User
from cdt_portal.lib import numbers, phones, text
from cdt_portal.lib.dates import format_date, parse_date
from teams import naming
from teams.enums import UnitKind
from teams.intake.reader import read_workbook
from teams.intake.refusals import Refused
from teams.keys import unit_keys
from teams.models import Commune, FocalOfficer, ResidentialUnit
from teams.services.officers import add_officer, update_officer
from teams.services.units import UnitDraft, add_units, update_unit

LIVE_FORMULA = ("=", "+", "-", "@")


def without_formulas(dataset: Dataset) -> Dataset:
    """The same rows as text; what a spreadsheet would take for a formula gets an apostrophe."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in dataset]
    safe = [[f"'{cell}" if cell.startswith(LIVE_FORMULA) else cell for cell in row] for row in rows]
    return Dataset(*safe, headers=dataset.headers)


class Workbook(XLSX):
    """.xlsx through the portal's own preflight and limited reader; a title above the headings does no harm, which are
    known by `KEY_HEADING`, folded."""

    KEY_HEADING = "ma xa"

    def create_dataset(self, in_stream: bytes) -> Dataset:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(in_stream)
            file.flush()
            sheets = read_workbook(Path(file.name), "danh-sach.xlsx")
        rows = next((sheet.rows for sheet in sheets if sheet.rows), [])
        heading = next((at for at, (_, cells) in enumerate(rows) if self.is_heading(cells)), None)
        if heading is None:
            raise Refused("no_heading", "Không thấy dòng tiêu đề: cần có các cột như trong tệp xuất ra.")
        headers = [text.clean(str(cell)) for cell in rows[heading][1]]
        body = [(cells + [""] * len(headers))[: len(headers)] for _, cells in rows[heading + 1 :]]
        dataset = Dataset(*body, headers=headers)
        dataset.excel_rows = [number for number, _ in rows[heading + 1 :]]
        return dataset

    def is_heading(self, cells: list) -> bool:
        return self.KEY_HEADING in {text.fold(str(cell)) for cell in cells}

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        return super().export_data(without_formulas(dataset), **kwargs)


class Text(CSV):
    """Out only."""

    def can_import(self) -> bool:
        return False

    def export_data(self, dataset: Dataset, **kwargs) -> str:
        return "\ufeff" + super().export_data(without_formulas(dataset), **kwargs)


class DateCell(Widget):
    def clean(self, value, row=None, **kwargs) -> date | None:
        day = parse_date(value)
        if day is None and text.clean(str(value or "")):
            raise ValueError(f"“{value}” không phải ngày (ngày/tháng/năm)")
        return day

    def render(self, value, obj=None, **kwargs) -> str:
        return format_date(value) if value else ""


class CountCell(Widget):
    def clean(self, value, row=None, **kwargs) -> int | None:
        count = numbers.parse_int(value)
        if text.clean(str(value or "")) and (count is None or count < 0):
            raise ValueError(f"“{value}” không phải số")
        return count


class TextCell(Widget):
    def clean(self, value, row=None, **kwargs) -> str:
        return text.clean(str(value or ""))


class KindCell(Widget):
    """What is left empty, or is no kind, follows from the name and the kind of commune."""

    def clean(self, value, row=None, **kwargs) -> str:
        known = {text.fold(label): kind for kind, label in UnitKind.choices}
        return known.get(text.fold(str(value or ""))) or naming.unit_kind(str(row[UNIT_NAME]), row[COMMUNE].kind)

    def render(self, value, obj=None, **kwargs) -> str:
        return UnitKind(value).label if value else ""


class PhoneCell(Widget):
    """Out masked; in, a masked phone leaves the stored one as it is."""

    def clean(self, value, row=None, **kwargs) -> str | None:
        reading = phones.parse_phone(value)
        if reading.problem and reading.problem != "masked":
            raise ValueError(phones.PROBLEM_LABELS[reading.problem])
        return reading.numbers[0] if reading.numbers else None

    def render(self, value, obj=None, **kwargs) -> str:
        return phones.mask_phone(value) if value else ""


class CommuneCell(Widget):
    """The row's commune, which `before_import_row` has found by code or by name."""

    def clean(self, value, row=None, **kwargs) -> Commune:
        return value

    def render(self, value, obj=None, **kwargs) -> str:
        return value.pk if value else ""


class CellDiff(Diff):
    """Old and new of each cell, without the inline styles that the content rules forbid."""

    def as_html(self) -> list[str]:
        pairs = zip(self.left, self.right, strict=True)
        return [format_html("<del>{}</del> {}", old, new) if old and old != new else new for old, new in pairs]


COMMUNE, UNIT_NAME, OFFICER_NAME = "Mã xã", "Tên thôn, tổ dân phố", "Họ và tên"


class ScopedResource(ModelResource):
    """Rows of the communes that the user may change; others are refused by row.

    `communes` are those, `by` is who imports.
    """

    def __init__(self, *, communes: QuerySet[Commune], by: User):
        super().__init__()
        self.communes, self.by = communes, by

    def get_diff_class(self) -> type[Diff]:
        return CellDiff

    def before_import(self, dataset: Dataset, **kwargs) -> None:
        missing = [name for name in self.required if name not in (dataset.headers or [])]
        if missing:
            raise ValidationError(f"Thiếu cột: {', '.join(missing)}.")
        self.known = list(self.communes)
        self.seen: set[tuple[str, str]] = set()

    def after_import(self, dataset: Dataset, result: Result, **kwargs) -> None:
        """Errors name the row that Excel shows, above which may stand titles and empty rows."""
        super().after_import(dataset, result, **kwargs)
        for row in [*result.error_rows, *result.invalid_rows]:
            row.number = dataset.excel_rows[row.number - 1]

    def before_import_row(self, row: dict, **kwargs) -> None:
        row[COMMUNE] = find_commune(self.known, str(row[COMMUNE]))
        name = row[self.required[1]] = text.clean(str(row[self.required[1]]))
        key = (row[COMMUNE].pk, unit_keys(name)["match_key"])
        if not name or key in self.seen:
            raise ValidationError(f"Tệp ghi {name} hai lần." if name else f"Chưa ghi {self.required[1].lower()}.")
        self.seen.add(key)


def find_commune(communes: list[Commune], typed: str) -> Commune:
    """By code, else by name: exact first, without marks when that is unique. Raises ValidationError."""
    code, key, folded = text.clean(typed).removesuffix(".0"), text.match_key(typed), text.fold(typed)
    exact = [each for each in communes if each.pk == code.zfill(5) or key in names_of(each)]
    found = exact or [each for each in communes if folded in {text.fold(name) for name in names_of(each)}]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(f"“{typed}” có thể là {', '.join(each.name for each in found)}: hãy ghi mã xã.")
    raise ValidationError(f"Không có xã “{typed}”, hoặc xã không thuộc phạm vi của bạn.")


def names_of(commune: Commune) -> set[str]:
    whole = commune.match_key
    return {whole, whole.removeprefix(commune.get_kind_display()).strip()}


class UnitResource(ScopedResource):
    commune = Field("commune", COMMUNE, widget=CommuneCell())
    name = Field("name", UNIT_NAME, widget=TextCell())
    kind = Field("kind", "Loại", widget=KindCell())
    households = Field("households", "Số hộ", widget=CountCell())
    valid_from = Field("valid_from", "Có từ ngày", widget=DateCell())
    ended_on = Field("ended_on", "Hết hiệu lực từ ngày", widget=DateCell())
    required = (COMMUNE, UNIT_NAME)

    class Meta:
        model = ResidentialUnit
        fields = import_order = export_order = (
            "commune", "name", "kind", "households", "valid_from", "ended_on",
        )  # fmt: skip
        import_id_fields = ("name",)
        skip_unchanged = True
        use_transactions = True

    def get_instance(self, instance_loader, row: dict) -> ResidentialUnit | None:
        key = unit_keys(row[UNIT_NAME])["match_key"]
        return ResidentialUnit.objects.filter(commune=row[COMMUNE], match_key=key, ended_on=None).first()

    def import_instance(self, instance: ResidentialUnit, row: dict, **kwargs) -> None:
        """A village that is found keeps its name: "KP1" in a workbook does not rename Khu phố 1."""
        stored = instance.name
        super().import_instance(instance, row, **kwargs)
        instance.name = stored or naming.display_unit_name(instance.name)

    def do_instance_save(self, instance: ResidentialUnit, is_create: bool) -> None:
        fields = {name: getattr(instance, name) for name in ("name", "kind", "households", "valid_from", "ended_on")}
        if not is_create:
            stored = ResidentialUnit.objects.get(pk=instance.pk)
            update_unit(unit=stored, version=instance.version, fields=fields, by=self.by)
            return
        if instance.ended_on:
            raise ValidationError("Thôn chưa có trong danh sách mà đã hết hiệu lực.")
        draft = UnitDraft(instance.name, UnitKind(instance.kind), instance.households)
        add_units(commune=instance.commune, drafts=[draft], valid_from=instance.valid_from, by=self.by)


class OfficerResource(ScopedResource):
    """Officers in charge without their CCCD, which neither leaves nor enters by workbook."""

    commune = Field("commune", COMMUNE, widget=CommuneCell())
    full_name = Field("full_name", OFFICER_NAME, widget=TextCell())
    position = Field("position", "Chức vụ", widget=TextCell())
    phone = Field("phone", "Số điện thoại", widget=PhoneCell())
    started_on = Field("started_on", "Phụ trách từ ngày", widget=DateCell())
    required = (COMMUNE, OFFICER_NAME)

    class Meta:
        model = FocalOfficer
        fields = import_order = export_order = ("commune", "full_name", "position", "phone", "started_on")
        import_id_fields = ("full_name",)
        skip_unchanged = True
        use_transactions = True

    def get_instance(self, instance_loader, row: dict) -> FocalOfficer | None:
        active = FocalOfficer.objects.filter(commune=row[COMMUNE], ended_on=None)
        key = text.match_key(row[OFFICER_NAME])
        return next((each for each in active if text.match_key(each.full_name) == key), None)

    def import_instance(self, instance: FocalOfficer, row: dict, **kwargs) -> None:
        stored = instance.phone
        super().import_instance(instance, row, **kwargs)
        instance.phone = instance.phone or stored

    def do_instance_save(self, instance: FocalOfficer, is_create: bool) -> None:
        fields = {name: getattr(instance, name) for name in ("full_name", "position", "phone", "started_on")}
        if is_create:
            add_officer(commune=instance.commune, fields=fields, by=self.by)
        else:
            stored = FocalOfficer.objects.get(pk=instance.pk)
            update_officer(officer=stored, version=instance.version, fields=fields, by=self.by)
