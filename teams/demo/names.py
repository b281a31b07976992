"""Names of people and villages as they occur, drawn by a seeded generator."""

from random import Random

FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Vũ": 4, "Đặng": 3, "Bùi": 3, "Đỗ": 3, "Hồ": 2, "Ngô": 2,
    "Dương": 2, "Lý": 1, "Đinh": 1, "Trịnh": 2, "Đoàn": 1, "Mai": 1, "Lương": 1, "Lò": 1, "Giàng": 1, "Đào": 1, "Tạ": 1,
}  # fmt: skip
MEN = (
    ["Văn", "Đức", "Minh", "Quang", "Hữu", "Quốc", "Xuân", "Công", "Thanh", "Mạnh"],
    [
        "Hùng",
        "Dũng",
        "Cường",
        "Tuấn",
        "Nam",
        "Sơn",
        "Long",
        "Thắng",
        "Quân",
        "Hải",
        "Bình",
        "Toàn",
        "Trung",
        "Phúc",
        "Đạt",
    ],
)
WOMEN = (
    ["Thị", "Thu", "Ngọc", "Bích", "Hồng", "Kim", "Thị Thanh", "Thị Minh", "Thị Kim"],
    [
        "Hương",
        "Lan",
        "Hoa",
        "Hòa",
        "Thủy",
        "Thuý",
        "Trang",
        "Nhung",
        "Hà",
        "Mai",
        "Yến",
        "Hạnh",
        "Ngọc",
        "Huyền",
        "Vân",
    ],
)
MOBILE_PREFIXES = [
    "032",
    "035",
    "036",
    "038",
    "039",
    "070",
    "079",
    "081",
    "083",
    "086",
    "090",
    "091",
    "094",
    "096",
    "098",
]
VILLAGE_NAMES = [
    "Đông", "Đoài", "Trung", "Thượng", "Hạ", "Nam", "Bắc", "Đình", "Chùa", "Chợ", "Cầu", "Giữa", "Tân Lập", "Tân Tiến",
    "Tiên Phong", "Quyết Tiến", "Đoàn Kết", "Phú Thọ", "An Bình", "An Lạc", "Hòa Bình", "Thắng Lợi", "Đồng Tâm",
]  # fmt: skip
_FAMILIES, _WEIGHTS = list(FAMILIES), list(FAMILIES.values())


def full_name(rng: Random) -> str:
    middles, givens = WOMEN if rng.random() < 0.46 else MEN
    return f"{rng.choices(_FAMILIES, _WEIGHTS)[0]} {rng.choice(middles)} {rng.choice(givens)}"


def phone(rng: Random) -> str:
    return f"{rng.choice(MOBILE_PREFIXES)}{rng.randrange(10**7):07d}"


def villages(rng: Random, count: int, commune_kind: str) -> list[str]:
    """`count` different names in the style of the commune: numbered or named villages, residential groups, quarters."""
    if commune_kind == "ward":
        label = rng.choice(["Tổ dân phố số", "Tổ dân phố", "Khu phố"])
        return [f"{label} {number}" for number in range(1, count + 1)]
    label = rng.choices(["Thôn", "Bản", "Xóm"], [8, 1, 1])[0]
    named = rng.sample(VILLAGE_NAMES, min(count, len(VILLAGE_NAMES))) if rng.random() < 0.4 else []
    numbers = range(1, count - len(named) + 1)
    return [f"{label} {name}" for name in named] + [f"{label} {number}" for number in numbers]
