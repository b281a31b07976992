"""What a commune is told of its report before it sends it: findings of its form, and how complete it is."""

from collections.abc import Iterator

from reporting.definition import Severity
from reporting.figures import Finding, ReportFigures
from reporting.queries.figures import checks_of
from reporting.queries.team_sources import TEAMS

MANY, SHARE = 3, 1 / 3  # so many empty items, and that part of all that can be filled in, are worth a word
NAMED = 3


def findings_before_sending(figures: ReportFigures) -> list[Finding]:
    """Of these only the form's own errors stand in the way."""
    return [*checks_of(figures), *_silent_teams(figures), *_empty_items(figures)]


def _silent_teams(figures: ReportFigures) -> Iterator[Finding]:
    asked, reported = figures.teams_asked, figures.teams_reported
    if reported < asked:
        lines = [line for line in figures.lines() if line.indicator.source.startswith(TEAMS)]
        line = next((line for line in lines if line.door), lines[0])  # beside it the way to the teams' figures
        text = (
            f"Mới có {reported}/{asked} tổ có số liệu của kỳ. Tổ chưa gửi không được tính là 0: các số cộng từ tổ chưa "
            "đủ. Hãy nhắc tổ hoặc nhập số liệu của tổ trước khi nộp."
        )
        yield Finding(line.indicator.code, Severity.WARNING, text)


def _empty_items(figures: ReportFigures) -> Iterator[Finding]:
    """What is required has an error of its own, what follows from other items needs none."""
    asked = [line for line in figures.lines() if not line.indicator.is_derived and not line.indicator.required]
    empty = [line for line in asked if line.is_empty]
    if len(empty) >= MANY and len(empty) >= SHARE * len(asked):
        names = ", ".join(f"“{line.indicator.label}”" for line in empty[:NAMED])
        more = f" và {len(empty) - NAMED} mục khác" if len(empty) > NAMED else ""
        text = f"Còn {len(empty)} mục để trống: {names}{more}. Ô trống nghĩa là chưa có số liệu, khác với số 0."
        yield Finding(empty[0].indicator.code, Severity.WARNING, text)
