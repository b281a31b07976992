"""The shares that units are compared by: all "the more the better", so that one scale and one colouring serve them.

A figure is called by its name in `RosterFigures`, `Standing` or `OverviewTotal`, wherever it is from.
"""

from dataclasses import dataclass

from reporting.models import ProvinceTargets
from reporting.queries.overview import HOUSEHOLD_TARGET, STANDING, OverviewTotal, share
from teams.figures import FIGURES, RosterFigures
from teams.models import Province

STEPS = (50, 75, 90, 100)  # percent of the target where the next colour begins
WORDS = {
    "villages": "thôn, tổ dân phố",
    "covered": "có tổ",
    "uncovered": "chưa có tổ",
    "teams": "tổ",
    "without_leader": "chưa có tổ trưởng",
    "without_deputy": "chưa có tổ phó",
    "without_decision": "chưa có quyết định",
    "below_norm": "ít thành viên hơn mức quy định",
    "without_members": "chưa có thành viên",
    "members": "thành viên",
    "without_phone": "thiếu số điện thoại",
    "leaders": "tổ trưởng",
    "leaders_trained": "đã tập huấn",
    "households": "hộ",
    "guided": "được hướng dẫn",
    "reports_asked": "phải nộp",
    "reports_sent": "đã nộp",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of `whole`: `parts` together, or all but what `lacks` it. `key` stands in addresses and names the target.

    Quarters that are over keep the register's figures only, and of phones no past day tells.
    """

    key: str
    label: str
    whole: str
    parts: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Names of the figures that it is made of, the most telling first."""
        return (*self.lacks, *self.parts, self.whole)

    @property
    def has_past(self) -> bool:
        return self.whole in FIGURES and self.key != "reachable"

    def part(self, total: OverviewTotal) -> int | None:
        if self.parts:
            return value(total, self.parts[0])
        return value(total, self.whole) - sum(value(total, name) for name in self.lacks)

    def share(self, total: OverviewTotal) -> float | None:
        """In percent."""
        return share(self.part(total), value(total, self.whole))

    def past_share(self, figures: RosterFigures | None) -> float | None:
        if figures is None or not self.has_past:
            return None
        return self.share(OverviewTotal(figures, None, None, {}))

    def change(self, total: OverviewTotal) -> float | None:
        """In points of a percent, since the last quarter's end that was kept."""
        now, then = self.share(total), self.past_share(total.before)
        return None if now is None or then is None else now - then

    def lacking(self, total: OverviewTotal) -> int | None:
        """How many of the whole are not there yet."""
        whole, part = value(total, self.whole), self.part(total)
        return None if whole is None or part is None else whole - part


MEASURES = {
    each.key: each
    for each in (
        Measure("coverage", "Bao phủ thôn, tổ dân phố", "villages", ("covered",), ("uncovered",)),
        Measure("led", "Tổ có tổ trưởng", "teams", lacks=("without_leader",)),
        Measure("assisted", "Tổ có tổ phó", "teams", lacks=("without_deputy",)),
        Measure("decided", "Tổ có quyết định", "teams", lacks=("without_decision",)),
        Measure("sized", "Tổ đủ số thành viên", "teams", lacks=("below_norm", "without_members")),
        Measure("reachable", "Thành viên có số điện thoại", "members", lacks=("without_phone",)),
        Measure("trained", "Tổ trưởng đã tập huấn", "leaders", ("leaders_trained",)),
        Measure("guided", "Hộ được hướng dẫn", "households", ("guided",)),
        Measure("reported", "Báo cáo đã nộp", "reports_asked", ("reports_sent",)),
    )
}


def measures(*, is_today: bool) -> list[Measure]:
    """Those that a day tells of: training, households, reports and phones are known of today only."""
    return [each for each in MEASURES.values() if is_today or each.has_past]


def value(total: OverviewTotal, name: str) -> int | None:
    """A figure by its name; None is "not known"."""
    if name in STANDING:
        return getattr(total.standing, name) if total.standing else None
    return getattr(total if name.startswith("reports_") else total.figures, name)


def targets_of(province: Province | None, household_target: int = HOUSEHOLD_TARGET) -> dict[str, int]:
    """Measure -> percent, as the province has set it; for the nation, and until it did, as the portal does."""
    row = ProvinceTargets.objects.filter(province=province).first() if province else None
    row = row or ProvinceTargets()
    return {key: getattr(row, key) for key in MEASURES if key != "guided"} | {"guided": household_target}


def step(percent: float | None, target: int) -> int | None:
    """Which of the five colours, 0 the farthest from the target, 4 when it is reached; None when not known."""
    return None if percent is None else sum(percent * 100 >= bound * target for bound in STEPS)


def bounds(target: int) -> list[float]:
    """Where the second to the fifth colour begin, in percent."""
    return [bound * target / 100 for bound in STEPS]
