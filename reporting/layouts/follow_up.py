"""Who has not reported, in plain words: by state, and as a text to paste into the communes' Zalo group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import ZONE, spell_deadline
from cdt_portal.notices.duties import Debtor, Duty


@dataclass(frozen=True, slots=True)
class Owing:
    """A commune that owes; `apart` spells its deadline when that is not the campaign's."""

    debtor: Debtor
    apart: str


@dataclass(frozen=True, slots=True)
class OwingGroup:
    state: str
    communes: tuple[Owing, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who owes a campaign its report at a moment."""

    duties: tuple[Duty, ...]
    groups: tuple[OwingGroup, ...]

    @property
    def owed(self) -> int:
        return sum(len(duty.owed) for duty in self.duties)

    @property
    def asked(self) -> int:
        return sum(duty.asked for duty in self.duties)


def by_state(duties: Iterable[Duty], states: Sequence[str], due_at: datetime) -> tuple[OwingGroup, ...]:
    """Those who owe, by state in the order of `states` (labels); `due_at` is the campaign's own deadline."""
    owing = [
        Owing(debtor, "" if duty.due_at == due_at else spell_deadline(duty.due_at))
        for duty in duties
        for debtor in duty.owed
    ]
    groups = (OwingGroup(state, tuple(each for each in owing if each.debtor.state == state)) for state in states)
    return tuple(group for group in groups if group.communes)


def zalo_text(follow_up: FollowUp, *, title: str, letter: str, due_at: datetime, now: datetime, address: str) -> str:
    """Plain text: who owes, by when, where. `letter` is "" for a campaign without one."""
    local, is_over = now.astimezone(ZONE), now >= due_at
    moment = f"{local.hour} giờ {local.minute:02} ngày {format_date(local.date())}"
    lines = [
        "Kính gửi: UBND các xã, phường, đặc khu",
        "",
        f"Về việc nộp báo cáo “{title}”{f' ({letter})' if letter else ''}:",
        f"Đến {moment}, còn {follow_up.owed}/{follow_up.asked} đơn vị chưa nộp hoặc chưa nộp lại.",
        f"Hạn nộp: {spell_deadline(due_at)}{' (đã quá hạn)' if is_over else ''}.",
        "",
        *(_line(number, group) for number, group in enumerate(follow_up.groups, start=1)),
        "",
        f"Đề nghị các đơn vị nêu trên hoàn thành và nộp báo cáo {'ngay' if is_over else 'đúng hạn'} tại: {address}",
        "Trân trọng cảm ơn.",
    ]
    return "\n".join(lines)


def _line(number: int, group: OwingGroup) -> str:
    names = (f"{each.debtor.commune}{f' (hạn: {each.apart})' if each.apart else ''}" for each in group.communes)
    return f"{number}. {group.state} ({len(group.communes)}): {'; '.join(names)}."
