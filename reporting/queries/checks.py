"""A form's own checks, held against what a report or a team says."""

from cdt_portal.lib.numbers import format_number
from reporting.answers import show
from reporting.definition import Check
from reporting.figures import Answer, Finding, Line


def broken(check: Check, lines: dict[str, Line]) -> Finding | None:
    """What the check finds in lines by code, or None: what is not reported breaks no rule."""
    left = lines[check.left]
    if not is_number(left.value):
        return None
    if check.jump is not None:
        return _jump(check, left, check.jump)
    right = lines[check.right] if isinstance(check.right, str) else None
    limit = right.value if right else check.right
    if not is_number(limit) or left.value <= limit:
        return None
    most = f"“{right.indicator.label}” ({show(right.indicator, limit)})" if right else show(left.indicator, limit)
    text = f"“{left.indicator.label}” ({show(left.indicator, left.value)}) lớn hơn {most}."
    return Finding(check.left, check.severity, check.message or text)


def _jump(check: Check, line: Line, jump: float) -> Finding | None:
    before, now = line.previous, line.value
    if not is_number(before) or before == now or (before and 100 * abs(now - before) / before < jump):
        return None
    indicator, way = line.indicator, "tăng" if now > before else "giảm"
    by = f" {format_number(100 * abs(now - before) / before)}%" if before else ""
    values = f"{show(indicator, before)} → {show(indicator, now)}"
    text = f"“{indicator.label}” {way}{by} so với kỳ trước ({values}). Hãy kiểm tra lại."
    return Finding(check.left, check.severity, check.message or text)


def is_number(value: Answer) -> bool:
    return isinstance(value, (int, float))
