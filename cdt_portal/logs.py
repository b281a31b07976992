"""What no log may hold: an address that opens something for whoever reads it, or says whom somebody looked for."""

import logging
import re

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
