"""Who still owes what was asked of them, in plain words: by state, and as a text to paste into the communes' Zalo
group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import ZONE, spell_deadline
from cdt_portal.notices.duties import Debtor, Duty


@dataclass(frozen=True, slots=True)
class Owing:
    """A commune that owes; `apart` spells its deadline when that is not everybody's."""

    debtor: Debtor
    apart: str


@dataclass(frozen=True, slots=True)
class OwingGroup:
    state: str
    communes: tuple[Owing, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who owes at a moment what one subject asks for. `due_at` is everybody's deadline but for extensions."""

    duties: tuple[Duty, ...]
    groups: tuple[OwingGroup, ...]
    due_at: datetime

    @property
    def owed(self) -> int:
        return sum(len(duty.owed) for duty in self.duties)

    @property
    def asked(self) -> int:
        return sum(duty.asked for duty in self.duties)


def follow_up(duties: Iterable[Duty], states: Sequence[str], due_at: datetime) -> FollowUp:
    """`duties` of one subject; those who owe by state, in the order of `states` (labels)."""
    duties = tuple(duties)
    owing = [
        Owing(debtor, "" if duty.due_at == due_at else spell_deadline(duty.due_at))
        for duty in duties
        for debtor in duty.owed
    ]
    groups = (OwingGroup(state, tuple(each for each in owing if each.debtor.state == state)) for state in states)
    return FollowUp(duties, tuple(group for group in groups if group.communes), due_at)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a text speaks of what is asked: "Về việc `about`", "còn 2/3 đơn vị `undone`", "`due`: hết ngày …",
    "Đề nghị các đơn vị nêu trên `ask` đúng hạn"; `closing` is its last line."""

    about: str
    undone: str
    due: str
    ask: str
    closing: str = "Trân trọng cảm ơn."


def zalo_text(found: FollowUp, wording: Wording, *, now: datetime, address: str) -> str:
    """Plain text: who owes, by when, where."""
    local, is_over = now.astimezone(ZONE), now >= found.due_at
    moment = f"{local.hour} giờ {local.minute:02} ngày {format_date(local.date())}"
    lines = [
        "Kính gửi: UBND các xã, phường, đặc khu",
        "",
        f"Về việc {wording.about}:",
        f"Đến {moment}, còn {found.owed}/{found.asked} đơn vị {wording.undone}.",
        f"{wording.due}: {spell_deadline(found.due_at)}{' (đã quá hạn)' if is_over else ''}.",
        "",
        *(_line(number, group) for number, group in enumerate(found.groups, start=1)),
        "",
        f"Đề nghị các đơn vị nêu trên {wording.ask} {'ngay' if is_over else 'đúng hạn'} tại: {address}",
        wording.closing,
    ]
    return "\n".join(lines)


def _line(number: int, group: OwingGroup) -> str:
    names = (f"{each.debtor.commune}{f' (hạn: {each.apart})' if each.apart else ''}" for each in group.communes)
    return f"{number}. {group.state} ({len(group.communes)}): {'; '.join(names)}."
