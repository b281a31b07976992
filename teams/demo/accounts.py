"""The accounts that `bin/run` prints: one person for each role, in demo mode only."""

from dataclasses import dataclass

from teams.enums import UserRole

PASSWORD = "Demo@2026"  # noqa: S105  of demo data, printed for everybody


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    full_name: str
    role: UserRole
    province: str = ""
    communes: tuple[str, ...] = ()


ACCOUNTS = [
    DemoAccount("canbo.cathai", "Nguyễn Thị Hương", UserRole.COMMUNE_OFFICER, communes=("11914",)),
    DemoAccount("canbo.tranlieu", "Phạm Văn Bình", UserRole.COMMUNE_OFFICER, communes=("10729", "10678")),
    DemoAccount("lanhdao.cathai", "Vũ Đức Long", UserRole.COMMUNE_LEADER, communes=("11914",)),
    DemoAccount("so.haiphong", "Trần Minh Hạnh", UserRole.DEPARTMENT_STAFF, province="31"),
    DemoAccount("xem.haiphong", "Lê Quang Trung", UserRole.DEPARTMENT_VIEWER, province="31"),
    DemoAccount("quantri", "Hoàng Minh Tuấn", UserRole.SYSTEM_ADMIN),
]
