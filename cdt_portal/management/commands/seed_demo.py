from random import Random

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from cdt_portal.accounts.models import User
from reporting.demo import story
from reporting.services import standings
from teams.demo import cat_hai
from teams.demo.accounts import ACCOUNTS, PASSWORD, DemoAccount
from teams.demo.province import seed_communes, write_units
from teams.models import Assignment, Commune, Province, Team
from teams.services.quality import check_everything
from training.demo import story as training_story

# Teams a commune, members a team.
PROVINCE = (39.5, 6.7)  # 114 communes: 4,500 teams, 30,000 members
NATION = (28.16, 4.92)  # 3,321 communes: 93,500 teams, 460,000 members

# Communes without teams. Phường Trần Liễu waits for its file, so that an import can be tried out; Cát Hải too, unless
# the story gives it its roster.
VILLAGES = {
    cat_hai.CODE: [f"Thôn {number}" for number in range(1, cat_hai.VILLAGES + 1)],
    "10729": [f"Tổ dân phố số {number}" for number in range(1, 15)],
}


class Command(BaseCommand):
    help = "Nạp dữ liệu mẫu (tên và số điện thoại hư cấu), lặp lại được với cùng --seed."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--province", default="31", help="mã tỉnh, hoặc all cho cả nước")
        parser.add_argument("--communes", type=int, help="số xã (mặc định: tất cả của tỉnh)")
        parser.add_argument("--teams", type=int, help="số tổ")
        parser.add_argument("--members", type=int, help="số thành viên")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument(
            "--story", choices=["cat-hai"], help="thêm đợt báo cáo theo Công văn 4675 và báo cáo Cát Hải"
        )
        parser.add_argument("--if-empty", action="store_true", help="chỉ nạp khi chưa có tổ nào")

    def handle(self, *args, **options) -> None:
        if options["if_empty"] and (Team.objects.exists() or User.objects.exists()):
            return
        communes = self.communes(options)
        if options["story"] and not any(commune.pk == cat_hai.CODE for commune in communes):
            raise CommandError("Câu chuyện Cát Hải cần --province 31 (hoặc all) và đủ số xã để có đặc khu Cát Hải.")
        rng = Random(options["seed"])  # noqa: S311  believable, not secret
        with transaction.atomic():
            filled = [commune for commune in communes if commune.pk not in VILLAGES]
            per_commune, per_team = NATION if options["province"] == "all" else PROVINCE
            teams = options["teams"] or round(len(filled) * per_commune)
            members = options["members"] or round(teams * per_team)
            seed_communes(rng, filled, teams, members)
            list(write_units(rng, [(each, name) for each in communes for name in VILLAGES.get(each.pk, ())]))
            for account in ACCOUNTS:
                self.add_account(account)
            if options["story"]:
                commune = Commune.objects.get(pk=cat_hai.CODE)
                cat_hai.seed_roster(rng, commune)
                cat_hai.write_letterhead(commune)
                story.tell(rng)
                training_story.tell(commune.province)
                cat_hai.draft_merger(commune)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # a page's ten seconds are too short on a busy machine
            cursor.execute("ANALYZE")  # the planner knows nothing of so many new rows yet
            cursor.execute("RESET statement_timeout")
        if options["story"]:
            standings.keep_ended_quarters()  # else these would wait for the night
            check_everything()
            standings.renew_standings()  # and this for the next hour
        self.stdout.write(f"Dữ liệu mẫu: {len(communes)} xã, {teams} tổ, khoảng {members} thành viên.")

    def communes(self, options: dict) -> list[Commune]:
        rows = Commune.objects.filter(ended_on=None)
        if options["province"] != "all":
            if not Province.objects.filter(pk=options["province"]).exists():
                raise CommandError(f"Không có tỉnh nào mang mã {options['province']}.")
            rows = rows.filter(province=options["province"])
        if rows.filter(residential_units__isnull=False).exists():
            raise CommandError("Các xã này đã có thôn hoặc tổ. Dữ liệu mẫu chỉ nạp vào cơ sở dữ liệu trống.")
        chosen = list(rows.order_by("pk"))
        wanted = {code for account in ACCOUNTS for code in account.communes}
        chosen.sort(key=lambda commune: (commune.pk not in wanted, commune.pk))
        return chosen[: options["communes"]]

    def add_account(self, account: DemoAccount) -> None:
        if User.objects.filter(username=account.username).exists():
            return
        admin = not (account.province or account.communes)
        user = User.objects.create_user(
            account.username, PASSWORD, full_name=account.full_name, is_staff=admin, is_superuser=admin
        )
        if account.communes:
            for commune in Commune.objects.filter(pk__in=account.communes):
                Assignment.objects.create(
                    user=user, role=account.role, province_id=commune.province_id, commune=commune
                )
            return
        Assignment.objects.create(user=user, role=account.role, province_id=account.province or None)
