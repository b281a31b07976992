import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cdt_portal.lib import text
from teams.enums import CommuneKind, ProvinceKind
from teams.keys import commune_keys
from teams.models import Commune, Province

FILE = Path("fixtures") / "administrative_units.csv"
KINDS = {label: value for value, label in CommuneKind.choices}
IN_FORCE_SINCE = "2025-07-01"  # the two-level government: all units of the file exist from this day


class Command(BaseCommand):
    help = "Nạp 34 tỉnh, thành phố và 3.321 xã, phường, đặc khu theo mã chính thức; chạy lại không thay đổi gì."

    def handle(self, *args, **options) -> None:
        with open(settings.BASE_DIR / FILE, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with transaction.atomic():
            provinces = self.load_provinces({row["province_code"]: row["province_name"] for row in rows})
            communes = self.load_communes(rows)
        self.stdout.write(f"Tỉnh, thành phố: thêm {provinces}. Xã, phường, đặc khu: thêm {communes}.")

    def load_provinces(self, names: dict[str, str]) -> int:
        """Inserts the provinces that are missing; what an installation has changed stays."""
        known = set(Province.objects.values_list("pk", flat=True))
        new = [
            Province(
                code=code,
                name=text.clean(name),
                kind=ProvinceKind.CITY if name.startswith("Thành phố") else ProvinceKind.PROVINCE,
                sort_key=text.sort_key(name.removeprefix("Thành phố ").removeprefix("Tỉnh ")),
            )
            for code, name in names.items()
            if code not in known
        ]
        return len(Province.objects.bulk_create(new))

    def load_communes(self, rows: list[dict[str, str]]) -> int:
        known = set(Commune.objects.values_list("pk", flat=True))
        new = [
            Commune(
                code=row["commune_code"],
                province_id=row["province_code"],
                name=text.clean(row["commune_name"]),
                kind=KINDS[row["commune_kind"]],
                valid_from=IN_FORCE_SINCE,
                **commune_keys(text.clean(row["commune_name"])),
            )
            for row in rows
            if row["commune_code"] not in known
        ]
        return len(Commune.objects.bulk_create(new))
