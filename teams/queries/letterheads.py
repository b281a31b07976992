"""How a unit's own papers begin and end: what it wrote itself, and for the rest what its name says."""

from collections.abc import Iterable

from teams.figures import PaperHead
from teams.models import Commune, Letterhead, Province

DEPARTMENT = "Sở Khoa học và Công nghệ"
COMMITTEE = "Ủy ban nhân dân"


def letterhead_of(unit: Commune | Province) -> PaperHead:
    """Of a commune its committee's papers, of a province (or centrally run city) its department's."""
    if isinstance(unit, Commune):
        return letterheads_of([unit])[unit.pk]
    return _filled(department_head(unit), Letterhead.objects.filter(province=unit, commune=None).first())


def letterheads_of(communes: Iterable[Commune]) -> dict[str, PaperHead]:
    """The same for many communes by code, in one query."""
    communes = list(communes)
    rows = {row.commune_id: row for row in Letterhead.objects.filter(commune__in=communes)}
    return {commune.pk: _filled(commune_head(commune), rows.get(commune.pk)) for commune in communes}


def commune_head(commune: Commune) -> PaperHead:
    """A commune has no body above it on its papers."""
    return PaperHead(
        parent=(),
        name=(COMMITTEE.upper(), commune.name.upper()),
        symbol="UBND",
        place=proper_name(commune),
        signer_titles=(f"TM. {COMMITTEE.upper()}", "CHỦ TỊCH"),
        signer_name="",
        recipients=(DEPARTMENT, f"CT, các PCT UBND {in_sentence(commune.name)}", "Lưu: VT, VHXH"),
    )


def department_head(province: Province) -> PaperHead:
    return PaperHead(
        parent=(f"UBND {province.name.upper()}",),
        name=(DEPARTMENT.upper(),),
        symbol="SKHCN",
        place=proper_name(province),
        signer_titles=("GIÁM ĐỐC",),
        signer_name="",
        recipients=(f"UBND {in_sentence(province.name)} (để b/c)", "Lưu: VT"),
    )


def proper_name(unit: Commune | Province) -> str:
    """The name without the word for its kind: "Cát Hải"."""
    kind = unit.get_kind_display()
    return unit.name[len(kind) :].strip() if unit.name.lower().startswith(f"{kind} ") else unit.name


def in_sentence(name: str) -> str:
    """As in the midst of a sentence: "đặc khu Cát Hải"."""
    return name[:1].lower() + name[1:]


def _filled(usual: PaperHead, row: Letterhead | None) -> PaperHead:
    if row is None:
        return usual
    return PaperHead(
        parent=lines(row.parent) or usual.parent,
        name=lines(row.name) or usual.name,
        symbol=row.symbol or usual.symbol,
        place=row.place or usual.place,
        signer_titles=lines(row.signer_titles) or usual.signer_titles,
        signer_name=row.signer_name,
        recipients=lines(row.recipients) or usual.recipients,
    )


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
