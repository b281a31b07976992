"""Duties that tests owe: registered for one test, as an app would."""

from datetime import UTC, date, datetime, time

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import ZONE, due_after
from cdt_portal.notices.duties import Debtor, Duty

LAST_DAY = date(2026, 3, 15)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime.combine(date(2026, month, day), time(hour, minute), ZONE)


def debtor(code: str, *users: User, commune: str = "Đặc khu Cát Hải") -> Debtor:
    return Debtor(code, commune, "Đang soạn", f"/bao-cao/xa/{code}/", tuple(user.pk for user in users))


def duty(*owed: Debtor, staff: tuple[User, ...] = (), **more) -> Duty:
    """Due at the end of 15/03/2026."""
    return Duty(
        **{
            "subject": "campaign:12",
            "what": "nộp báo cáo “Quý I”",
            "since": LONG_AGO,
            "due_at": due_after(LAST_DAY),
            "asked": 3,
            "owed": owed,
            "staff": tuple(user.pk for user in staff),
            "staff_url": "/bao-cao/dot/12/",
        }
        | more
    )
