"""Three steps that show newcomers around their first page, by role; once, and again when they ask for it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.accounts.models import User
from teams.access import Scope
from teams.enums import UserRole

ASKED_FOR = "gioi-thieu"  # ?gioi-thieu=1 shows the tour again


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    words: str


HELP = Step(
    "Cần thì bấm “Trợ giúp”",
    "Mỗi trang có liên kết “Trợ giúp” ở góc trên, mở đúng mục của hướng dẫn về trang đó. Phần giới thiệu này cũng xem "
    "lại được ở đó.",
)
STEPS = {  # of several roles the first one counts
    UserRole.DEPARTMENT_STAFF: (
        Step(
            "Bắt đầu từ việc cần làm",
            "Trang này gom việc của Sở: báo cáo chờ thẩm định, xã còn nợ, lớp cần mời học viên. Nút ở cuối dòng dẫn "
            "đến đúng chỗ phải làm.",
        ),
        Step(
            "Mọi con số đều bấm được",
            "“Tổng quan” cho tình hình cả tỉnh vào ngày bất kỳ; bấm vào một con số là thấy các dòng tạo nên nó.",
        ),
        HELP,
    ),
    UserRole.DEPARTMENT_VIEWER: (
        Step(
            "Tình hình đang diễn ra",
            "Trang này cho biết đợt báo cáo nào đang nhận, bao nhiêu xã đã nộp, lớp tập huấn nào sắp học.",
        ),
        Step(
            "Mọi con số đều bấm được",
            "“Tổng quan” cho tình hình cả tỉnh vào ngày bất kỳ, tải được Excel và PDF; bấm vào một con số là thấy các "
            "dòng tạo nên nó.",
        ),
        HELP,
    ),
    UserRole.SYSTEM_ADMIN: (
        Step(
            "Thiết lập từng tỉnh",
            "Việc cần làm dẫn đến bốn bước của mỗi tỉnh: cán bộ Sở, thôn và tổ dân phố, cán bộ các xã, danh sách tổ.",
        ),
        Step(
            "Cấp tài khoản",
            "“Người dùng” mời nhiều người một lúc bằng tệp Excel và in phiếu có mã QR; cũng ở đó để mở lại, ngừng tài "
            "khoản.",
        ),
        HELP,
    ),
    UserRole.COMMUNE_OFFICER: (
        Step(
            "Bắt đầu từ việc cần làm",
            "Trang này cho biết xã đang nợ việc gì, hạn đến ngày nào. Bấm nút ở cuối dòng là đến đúng chỗ phải làm.",
        ),
        Step(
            "Đã có tệp Excel thì không phải gõ",
            "“Nhập tệp Excel” đọc danh sách đang có và cho xem trước, chưa ghi gì. Sửa trực tiếp trong bảng cũng được: "
            "mỗi dòng tự lưu.",
        ),
        HELP,
    ),
    UserRole.COMMUNE_LEADER: (
        Step(
            "Báo cáo chờ duyệt hiện ở đây",
            "Khi cán bộ trình báo cáo, trang này có nút “Xem và duyệt”: duyệt để nộp, hoặc chuyển lại kèm điều cần "
            "sửa.",
        ),
        Step(
            "Xem tình hình của xã",
            "“Tổng quan” và “Tổ và địa bàn” cho biết thôn nào chưa có tổ, tổ nào còn thiếu người, thiếu quyết định.",
        ),
        HELP,
    ),
}


def tour_of(request: HttpRequest) -> tuple[Step, ...]:
    """The steps to show now; none when the user has seen them and does not ask."""
    if request.user.tour_seen_at and ASKED_FOR not in request.GET:
        return ()
    return steps_for(request.scope)


def steps_for(scope: Scope) -> tuple[Step, ...]:
    roles = {post.role for post in scope.posts}
    return next((steps for role, steps in STEPS.items() if role in roles), ())


@require_POST
def tour_seen(request: HttpRequest) -> HttpResponse:
    """Seen to its end or not, it does not come by itself again."""
    User.objects.filter(pk=request.user.pk).update(tour_seen_at=timezone.now())
    return redirect("home")
