"""Many people given accounts at once: the workbook to fill in, the accounts, and the slips that are handed over."""

from collections.abc import Callable, Iterator, Sequence

from django.conf import settings
from django.utils import timezone

from cdt_portal.accounts import invitations
from cdt_portal.accounts.models import User
from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import enqueue
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.documents.parts import Slip
from teams.access import Can, Scope
from teams.enums import UserRole
from teams.layouts.invitations import InvitedLine
from teams.models import Province
from teams.models.base import in_force
from teams.queries.people import posts_with
from teams.queries.users import UserLine, user_lines
from teams.services.actions import action
from teams.services.users import add_user

STEPS = (
    "Mở máy ảnh hoặc Zalo, quét mã; hoặc mở địa chỉ dưới đây.",
    "Đặt mật khẩu của riêng mình, rồi làm theo màn hình.",
)
WARNING = "Ai có phiếu đều đặt được mật khẩu: chỉ trao cho đúng người."


@action
def add_users(*, drafts: Sequence[dict], province: Province, by: User) -> Job:
    """The accounts, `drafts` being the keyword arguments of `users.add_user`, and a job that draws their slips."""
    users = [add_user(**draft, by=by) for draft in drafts]
    return ask_slips(users, province=province.pk, by=by)


def ask_slips(users: Sequence[User], *, province: str, by: User) -> Job:
    """A job whose result is a PDF with a slip for each of them; whoever loses the province loses it."""
    return enqueue(
        kind="users.slips",
        title=f"Phiếu cấp tài khoản cho {len(users)} người",
        args={"users": [user.pk for user in users]},
        by=by,
        province=province,
    )


def draw_slips(users: Sequence[User], *, by: User, progress: Callable[..., None]) -> bytes:
    """Each slip carries a new link, so that whatever was sent before stops working."""
    from cdt_portal.lib.documents.pdf import render_slips

    slips = []
    for done, line in enumerate(user_lines(users), start=1):
        slips.append(_slip(line, settings.PORTAL_URL + invitations.invite(user=line.user, by=by)))
        progress(done, len(users), "Đang tạo phiếu")
    return render_slips(slips)


def _slip(line: UserLine, address: str) -> Slip:
    until = timezone.localtime() + invitations.VALID_FOR
    return Slip(
        "Cổng Tổ công nghệ số cộng đồng",
        line.user.full_name,
        (
            ("Vai trò", "; ".join(str(post) for post in line.posts)),
            ("Tên đăng nhập", line.user.username),
            ("Địa chỉ của Cổng", settings.PORTAL_URL.removeprefix("https://")),
            ("Dùng một lần, đến", f"{until:%H:%M} ngày {format_date(until.date())}"),
        ),
        address,
        STEPS,
        WARNING,
    )


def blank_lines(province: Province, scope: Scope) -> Iterator[InvitedLine]:
    """A row for an officer of each commune that has none yet, for the name to be written in."""
    served = posts_with(Can.WRITE_REPORT).filter(province=province).values("commune")
    communes = scope.communes(Can.MANAGE_USERS).filter(in_force(timezone.localdate()), province=province)
    for commune in communes.exclude(pk__in=served).order_by("sort_key", "pk"):
        yield InvitedLine(0, role=UserRole.COMMUNE_OFFICER.label, commune=commune.name)
