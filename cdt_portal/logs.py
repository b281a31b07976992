"""The log: one JSON object a line, with ids and never with people's data.

An address that opens something for whoever reads it, or says whom somebody looked for, is hidden. Of an error stand its
kind and its place: its message may quote a row.
"""

import json
import logging
import re
import traceback
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from cdt_portal.lib import trace

HERE = ZoneInfo("Asia/Ho_Chi_Minh")

# A team's link and a sitting's QR code keep their row's number, by which they can be found and revoked.
_OPENS = re.compile(r"(/bao-cao/gui/(?:\d+-)?|/tap-huan/diem-danh/\d+-|/tai-khoan/loi-moi/)[^/?#\s\"']+")
# What was typed into search boxes, names and phones of people; also within the address that a login leads to.
_SEARCHED = re.compile(r"((?:[?&]|%3F|%26)(?:q|tim)(?:=|%3D))(?:(?!%26)[^&#\s\"'])+", re.IGNORECASE)


def hide_links(text: str) -> str:
    """Signed links and invitations without what signs them, "/bao-cao/gui/12-***/", and searches without their words,
    "/to/?tim=***&trang=2"."""
    return _SEARCHED.sub(r"\1***", _OPENS.sub(r"\1***", text))


class HideLinks(logging.Filter):
    """Lets every record pass, its words without such addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hide_links(record.getMessage()), None
        return True


class JsonLine(logging.Formatter):
    """{"at", "level", "logger", "text"}, what the thread is busy with, what the record's `data` adds, and of an error
    "error" (kinds, the last one first) and "trace" (its lines)."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, HERE).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "text": record.getMessage()}
        line |= trace.current() | getattr(record, "data", {})
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = [kind(each) for each in chain(error)]
            line["trace"] = [text for each in chain(error) for text in traceback.format_tb(each.__traceback__)]
        return json.dumps(line, ensure_ascii=False, default=str)


def chain(error: BaseException | None) -> list[BaseException]:
    """The error, and those that it came from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def kind(error: BaseException) -> str:
    """Its class; with the constraint of a database's error, and the words of our own about settings: nobody's data."""
    if isinstance(error, ImproperlyConfigured):
        return f"{type(error).__qualname__}: {error}"
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return f"{type(error).__qualname__} ({constraint})" if constraint else type(error).__qualname__
