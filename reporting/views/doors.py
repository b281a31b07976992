"""Where each number of the overview leads: the list of exactly the rows that it counts."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from cdt_portal.lib.dates import format_date
from teams.enums import Organization, TeamKind
from teams.queries.members import UNKNOWN

VILLAGE_TEAMS = {"loai": TeamKind.VILLAGE_TEAM.value}
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "villages": ("teams:village_list", {}),
    "covered": ("teams:village_list", {"to": "co"}),
    "uncovered": ("teams:village_list", {"to": "chua"}),
    "teams": ("teams:team_list", VILLAGE_TEAMS),
    "without_leader": ("teams:team_list", VILLAGE_TEAMS | {"thieu": "leader"}),
    "without_deputy": ("teams:team_list", VILLAGE_TEAMS | {"thieu": "deputy"}),
    "without_decision": ("teams:team_list", VILLAGE_TEAMS | {"thieu": "decision"}),
    "below_norm": ("teams:team_list", VILLAGE_TEAMS | {"thieu": "norm"}),
    "without_members": ("teams:team_list", VILLAGE_TEAMS | {"thieu": "members"}),
    **{kind.value: ("teams:team_list", {"loai": kind.value}) for kind in TeamKind if kind != TeamKind.VILLAGE_TEAM},
    "members": ("teams:members", VILLAGE_TEAMS),
    "without_phone": ("teams:members", VILLAGE_TEAMS | {"thieu": "phone"}),
    **{each: ("teams:members", VILLAGE_TEAMS | {"thanh-phan": each}) for each in (*Organization.values, UNKNOWN)},
}


@cache
def address(name: str, *args: object) -> str:
    """Of a page of ours, which no request changes: a page with hundreds of links is not made of looking them up."""
    return reverse(name, args=args)


@dataclass(frozen=True, slots=True)
class Doors:
    """Of a province ("" for all that the user sees) or one of its communes, on `day` (None for today). `period_id` is
    the quarter that households are of."""

    day: date | None = None
    province: str = ""
    commune: str = ""
    period_id: int | None = None

    def to(self, name: str) -> str:
        """The address behind the figure of that name, "" where no list has its rows."""
        if name in LISTS:
            page, asked = LISTS[name]
            return f"{address(page)}?{urlencode(self._where() | asked)}"
        if name in ("leaders", "leaders_trained"):
            return self._training()
        if name in ("households", "guided"):
            return self._households()
        if name in ("reports_asked", "reports_sent"):
            return address("reporting:home") if self.commune else "#bao-cao"
        return ""

    def _where(self) -> dict[str, str]:
        where = {"tinh": self.province, "xa": self.commune, "ngay": format_date(self.day) if self.day else ""}
        return {key: asked for key, asked in where.items() if asked}

    def _training(self) -> str:
        if self.commune:
            return address("training:trained", self.commune)
        if self.province:
            return f"{address('training:leaders')}?tinh={self.province}"
        return "?chi_so=trained#don-vi"  # no list has those of several provinces: the page's own, by province

    def _households(self) -> str:
        if not self.province:
            return "?chi_so=guided#don-vi"
        if not self.period_id:
            return ""
        if self.commune:
            return address("reporting:team_figures", self.commune, self.period_id)
        return address("reporting:team_figures_province", self.period_id)
