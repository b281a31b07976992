from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cdt_portal.help import help_url
from cdt_portal.notices.services import MOST_COUNTED, unread_count
from teams.access import Can

MENU = [  # label, url name, the capability that shows it
    ("Tổng quan", "reporting:overview", Can.VIEW),
    ("Việc cần làm", "home", Can.VIEW),
    ("Tổ và địa bàn", "teams:communes", Can.VIEW),
    ("Thành viên", "teams:members", Can.VIEW),
    ("Nhập tệp Excel", "teams:imports", Can.IMPORT_ROSTER),
    ("Chất lượng", "teams:quality", Can.VIEW),
    ("Tập huấn", "training:home", Can.VIEW),
    ("Báo cáo", "reporting:home", Can.VIEW),
    ("Công việc của tôi", "jobs:list", Can.VIEW),
    ("Người dùng", "teams:users", Can.MANAGE_USERS),
]


def portal(request: HttpRequest) -> dict:
    """What the frame of every page shows: the demo banner's switch, the idle limit; and, asked only where they are
    shown, the menu of this user, where help about this page stands and how many notices are new to them."""
    return {
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
        "menu": lambda: menu(request),
        "help_url": lambda: help_url(request),
        "unread": lambda: unread(request),
        "searched": "",  # the page of results says what for
    }


def unread(request: HttpRequest) -> str:
    count = unread_count(request.user)
    return f"{MOST_COUNTED - 1}+" if count == MOST_COUNTED else str(count or "")


def menu(request: HttpRequest) -> list[dict]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    home = request.scope.home_commune
    urls = {"teams:communes": reverse("teams:commune", args=[home])} if home else {}
    items = [(label, urls.get(name) or reverse(name)) for label, name, can in MENU if request.scope.allows(can)]
    return [{"label": label, "url": url, "active": is_active(request.path, url)} for label, url in items]


REGISTER = ("/tinh/", "/xa/", "/thon/", "/to/", "/quyet-dinh/", "/can-bo/", "/sap-xep-thon/")


def is_active(path: str, url: str) -> bool:
    """The entry of communes ("/xa/…") stands for all of the register's own pages: provinces, communes and teams."""
    return path == url if url == "/" else path.startswith(REGISTER if url.startswith("/xa/") else url)
