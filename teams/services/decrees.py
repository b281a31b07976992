"""The workbook of a decree: read into the rows of a plan, or handed out to be filled in."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from cdt_portal.lib import text
from teams import naming
from teams.enums import Share, UnitKind
from teams.layouts.decree import REQUIRED, CellError, DecreeLine, read_decree
from teams.models import Commune
from teams.queries.units import units_of_communes
from teams.services.unit_changes import NewUnit, UnitDraft
from teams.services.unit_plans import wrong_shares
from teams.services.workbooks import read_table


def rows_from(upload: UploadedFile, communes: list[Commune]) -> tuple[list[NewUnit], dict[int, int], list[CellError]]:
    """New villages, versions of the old ones (id -> version), and what is wrong by cell. Villages are looked up in
    these communes alone. Raises ValidationError when the file is none that can be read."""
    table = read_table(upload, required=REQUIRED)
    units = list(units_of_communes(communes))
    by_key = {(unit.commune_id, unit.match_key): unit.pk for unit in units}
    found, errors = read_decree(table.headings, table.rows, commune_finder(communes), by_key, naming.unit_key)
    kinds = {each.pk: each.kind for each in communes}
    names = {unit.pk: unit.name for unit in units}
    shares: dict[int, list[Share]] = {}
    cells: dict[int, str] = {}
    for row in found:
        for old, share in row.sources.items():
            shares.setdefault(old, []).append(share)
            cells[old] = row.cell
    errors += [
        CellError(cells[old], f"{names[old]}: {words}")
        for old, given in shares.items()
        if (words := wrong_shares(given))
    ]
    if not found and not errors:
        errors.append(CellError("–", "tệp chưa có dòng nào ghi đơn vị cũ và đơn vị mới."))
    rows = [
        NewUnit(
            row.commune,
            UnitDraft(
                naming.display_unit_name(row.name),
                UnitKind(naming.unit_kind(row.name, kinds[row.commune])),
                row.households,
            ),
            row.sources,
        )
        for row in found
    ]
    return rows, {unit.pk: unit.version for unit in units if unit.pk in shares}, errors


def example_lines(communes: Iterable[Commune]) -> list[DecreeLine]:
    """A line for each village there is, for the new one to be written beside; lines left so mean no change."""
    return [DecreeLine(unit.commune.pk, unit.name, "", "", None, "") for unit in units_of_communes(communes)]


def commune_finder(communes: list[Commune]):
    """A commune by its code, or by its name: exactly, else without tone marks where only one has it."""
    exact = {each.pk: each.pk for each in communes} | {each.match_key: each.pk for each in communes}
    folded: dict[str, set[str]] = {}
    for each in communes:
        folded.setdefault(text.fold(each.name), set()).add(each.pk)

    def find(typed: str) -> str | None:
        code = typed.zfill(5) if typed.isdecimal() else text.match_key(typed)
        same = folded.get(text.fold(typed), set())
        return exact.get(code) or (next(iter(same)) if len(same) == 1 else None)

    return find
