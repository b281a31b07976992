"""How far a province is set up."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from teams.access import Can
from teams.models import Commune, Province, ResidentialUnit, Team
from teams.models.base import in_force
from teams.queries.people import posts_with


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Of the province's communes in force today those that have villages, an officer with an account, and teams."""

    communes: int
    with_villages: int
    with_officer: int
    with_teams: int
    staff: int

    @property
    def missing_villages(self) -> int:
        return self.communes - self.with_villages

    @property
    def missing_officers(self) -> int:
        return self.communes - self.with_officer


def first_steps(province: Province) -> FirstSteps:
    communes = Commune.objects.filter(in_force(timezone.localdate()), province=province)

    def count(rows) -> int:
        return communes.filter(Exists(rows.filter(commune=OuterRef("pk")))).count()

    return FirstSteps(
        communes=communes.count(),
        with_villages=count(ResidentialUnit.objects.filter(in_force(timezone.localdate()))),
        with_officer=count(posts_with(Can.WRITE_REPORT)),
        with_teams=count(Team.objects.all()),
        staff=posts_with(Can.RUN_CAMPAIGNS).filter(province=province, commune=None).values("user").distinct().count(),
    )
