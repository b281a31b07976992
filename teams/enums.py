"""The closed lists of the register: English values in the database, official Vietnamese words on screen."""

from django.db.models import TextChoices


class ProvinceKind(TextChoices):
    PROVINCE = "province", "tỉnh"
    CITY = "city", "thành phố"


class CommuneKind(TextChoices):
    RURAL_COMMUNE = "rural_commune", "xã"
    WARD = "ward", "phường"
    SPECIAL_ZONE = "special_zone", "đặc khu"


class UnitKind(TextChoices):
    VILLAGE = "village", "thôn"
    RESIDENTIAL_GROUP = "residential_group", "tổ dân phố"


class UnitChangeKind(TextChoices):
    MERGE = "merge", "sáp nhập"
    SPLIT = "split", "chia tách"
    RENAME = "rename", "đổi tên"
    REARRANGE = "rearrange", "sắp xếp lại"


class Share(TextChoices):
    """How much of an old village goes into a new one. What gives a part lives on with the rest."""

    WHOLE = "whole", "toàn bộ"
    PART = "part", "một phần"
    DIVIDED = "divided", "chia hết"


class PlanState(TextChoices):
    DRAFT = "draft", "Đang soạn"
    RECORDED = "recorded", "Đã ghi"
    CALLED_OFF = "called_off", "Đã rút lại"


class TeamFate(TextChoices):
    """What becomes of a team whose villages are rearranged."""

    GOES_ON = "goes_on", "Tiếp tục"
    JOINS = "joins", "Nhập vào tổ khác"
    DISSOLVED = "dissolved", "Giải thể"


class TeamKind(TextChoices):
    VILLAGE_TEAM = "village_team", "Tổ công nghệ số cộng đồng"
    RAPID_RESPONSE = "rapid_response", "Đội hỗ trợ phản ứng nhanh"
    STEERING_TEAM = "steering_team", "Tổ chỉ đạo triển khai công nghệ số cộng đồng"
    STEERING_COMMITTEE = "steering_committee", "Ban chỉ đạo"


class DecisionKind(TextChoices):
    ESTABLISH = "establish", "Thành lập"
    CONSOLIDATE = "consolidate", "Kiện toàn"
    AMEND = "amend", "Bổ sung"
    REPLACE = "replace", "Thay thế"
    DISSOLVE = "dissolve", "Giải thể"


class MemberRole(TextChoices):
    LEADER = "leader", "Tổ trưởng"
    DEPUTY_LEADER = "deputy_leader", "Tổ phó"
    SECRETARY = "secretary", "Thư ký"
    MEMBER = "member", "Thành viên"


class Organization(TextChoices):
    """Where a member comes from; what a workbook says otherwise is kept in the member's note."""

    YOUTH_UNION = "youth_union", "Đoàn Thanh niên"
    WOMEN_UNION = "women_union", "Hội Phụ nữ"
    FARMERS_UNION = "farmers_union", "Hội Nông dân"
    VETERANS = "veterans", "Hội Cựu chiến binh"
    FATHERLAND_FRONT = "fatherland_front", "Mặt trận Tổ quốc"
    POLICE = "police", "Công an"
    VILLAGE_HEAD = "village_head", "Trưởng thôn, tổ trưởng tổ dân phố"
    PARTY_CELL = "party_cell", "Chi bộ"
    TEACHER = "teacher", "Giáo viên"
    CIVIL_SERVANT = "civil_servant", "Công chức"
    TELECOM = "telecom", "Doanh nghiệp viễn thông"
    RESIDENT = "resident", "Người dân"


class LeaveReason(TextChoices):
    CONSOLIDATED = "consolidated", "Thôi tham gia khi kiện toàn"
    MOVED_TEAM = "moved_team", "Chuyển sang tổ khác"
    ROLE_CHANGED = "role_changed", "Đổi chức vụ"  # the person goes on in the next row
    RESIGNED = "resigned", "Xin thôi"
    MOVED_AWAY = "moved_away", "Chuyển nơi ở"
    DECEASED = "deceased", "Đã mất"
    MISTAKE = "mistake", "Nhập nhầm"
    DISSOLVED = "dissolved", "Tổ giải thể"


class UserRole(TextChoices):
    SYSTEM_ADMIN = "system_admin", "Quản trị hệ thống"
    DEPARTMENT_STAFF = "department_staff", "Cán bộ Sở"
    DEPARTMENT_VIEWER = "department_viewer", "Lãnh đạo Sở (chỉ xem)"
    COMMUNE_OFFICER = "commune_officer", "Cán bộ xã"
    COMMUNE_LEADER = "commune_leader", "Lãnh đạo xã"


class ImportState(TextChoices):
    UPLOADED = "uploaded", "Đang đọc tệp"
    REFUSED = "refused", "Không nhận"
    REHEARSED = "rehearsed", "Chờ xác nhận"
    APPLYING = "applying", "Đang ghi"
    APPLIED = "applied", "Đã ghi"
    UNDONE = "undone", "Đã hoàn tác"
    CANCELLED = "cancelled", "Đã bỏ"


class RowOutcome(TextChoices):
    """What one row of a workbook means for the register; the sum of these is the number of rows read."""

    NEW = "new", "Thêm"
    CHANGED = "changed", "Sửa"
    SAME = "same", "Giữ"
    REJECTED = "rejected", "Lỗi"
    IGNORED = "ignored", "Bỏ qua"


class Severity(TextChoices):
    ERROR = "error", "Lỗi"
    WARNING = "warning", "Cảnh báo"


class UndoOutcome(TextChoices):
    REVERSED = "reversed", "Đã hoàn lại"
    KEPT = "kept", "Giữ nguyên vì đã có người sửa sau đó"
    FAILED = "failed", "Không hoàn lại được"

    @property
    def explanation(self) -> str:
        """The label with its reason: the one thing that stops an untouched row is the team's only place of a leader."""
        return f"{self.label} vì tổ đã có Tổ trưởng khác" if self is UndoOutcome.FAILED else self.label


class ExportShape(TextChoices):
    """How a member list leaves the portal."""

    ONE = "one", "Một trang tính Excel"
    SHEETS = "sheets", "Excel, mỗi xã một trang tính"
    ZIP = "zip", "Tệp ZIP, mỗi xã một tệp Excel"
    CSV = "csv", "CSV"


class FindingState(TextChoices):
    OPEN = "open", "Cần xem lại"
    FIXED = "fixed", "Đã hết"
    ACCEPTED = "accepted", "Đã chấp nhận"


class PairAnswer(TextChoices):
    ONE = "one", "Là một người"
    TWO = "two", "Là hai người"
