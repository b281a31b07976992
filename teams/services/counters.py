"""Counters and records of communes: counted anew for a new day, held against the rows themselves, kept for a past day.

Between midnight and `count_the_day`, and of any past day, figures come from the rows (`queries.coverage`).
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cdt_portal.notices.services import notify
from teams.figures import FIGURES, RosterFigures, figures_in
from teams.models import Commune, CommuneCounters, CommuneRecord, CounterNote, Province, ProvinceRecord
from teams.models.base import in_force
from teams.queries.coverage import grouped_figures
from teams.queries.users import administrators


@dataclass(frozen=True, slots=True)
class Difference:
    """A commune whose counters, None when they are missing or of another day, are not what its rows say."""

    commune: Commune
    counted: RosterFigures | None
    found: RosterFigures

    def __str__(self) -> str:
        if self.counted is None:
            return f"{self.commune.pk} {self.commune}: chưa đếm cho hôm nay"
        pairs = ((name, getattr(self.counted, name), getattr(self.found, name)) for name in FIGURES)
        told = ", ".join(f"{name} {counted} → {found}" for name, counted, found in pairs if counted != found)
        return f"{self.commune.pk} {self.commune}: {told}"


def count_the_day() -> None:
    """Count for today what was last counted on another day: teams founded and units ended from today on, no write
    tells. One province a transaction, so that nobody who saves waits for the nation."""
    for province in Province.objects.filter(communes__counters__counted_on__lt=timezone.localdate()).distinct():
        recount(province)


def recount(province: Province) -> None:
    with transaction.atomic():
        CounterNote.objects.create(communes=list(province.communes.values_list("pk", flat=True)))


def check_counters(*, repair: bool) -> list[Difference]:
    """The communes whose counters differ from their rows; with `repair` they are counted again."""
    found = []
    for province in Province.objects.all():
        with transaction.atomic():
            differences = _differences(province)
            if differences and repair:
                CounterNote.objects.create(communes=[each.commune.pk for each in differences])
        found += differences
    return found


def _differences(province: Province) -> list[Difference]:
    """While the counters are held nobody commits a change of these communes, so both sides are of one moment."""
    today = timezone.localdate()
    rows = CommuneCounters.objects.select_for_update(no_key=True, of=("self",)).filter(province=province).order_by("pk")
    counted = {row.pk: _figures_of(row) for row in rows if row.counted_on == today}
    found = grouped_figures("commune_id", Q(province_id=province.pk), today)
    pairs = ((commune, counted.get(commune.pk), found.get(commune.pk, NOTHING)) for commune in province.communes.all())
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


NOTHING = RosterFigures()


def _figures_of(row: CommuneCounters) -> RosterFigures:
    return RosterFigures(*figures_in(row))


def repair_and_tell() -> int:
    """What the night does: differences are repaired and told to the administrators. How many there were."""
    differences = check_counters(repair=True)
    if differences:
        url = reverse("teams:commune", args=[differences[0].commune.pk])
        text = f"Số đếm của {len(differences)} xã không khớp với danh sách và đã được đếm lại. Xã đầu: {differences[0]}"
        notify(users=administrators(), text=text, url=url)
    return len(differences)


@transaction.atomic
def record_day(*, province: Province, day: date) -> bool:
    """Keep what the register of each commune was at the end of `day`; once: what was kept stays. Whether it was new."""
    communes = list(province.communes.filter(in_force(day)))
    figures = grouped_figures("commune_id", Q(province_id=province.pk), day)
    lines = {commune.pk: figures.get(commune.pk, NOTHING) for commune in communes}
    _, is_new = ProvinceRecord.objects.get_or_create(
        province=province, day=day, defaults=_columns(sum(lines.values(), NOTHING))
    )
    if is_new:
        CommuneRecord.objects.bulk_create(
            CommuneRecord(province=province, commune_id=code, day=day, **_columns(line)) for code, line in lines.items()
        )
    return is_new


def _columns(figures: RosterFigures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in FIGURES}
