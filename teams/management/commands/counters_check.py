import sys

from django.core.management.base import BaseCommand

from teams.services.counters import check_counters


class Command(BaseCommand):
    help = "So số đếm của mọi xã với danh sách; trả mã 1 khi có xã sai khác."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--repair", action="store_true", help="đếm lại các xã sai khác")

    def handle(self, *args, **options) -> None:
        differences = check_counters(repair=options["repair"])
        for each in differences:
            self.stdout.write(str(each))
        if differences:
            self.stdout.write(f"{len(differences)} xã sai khác" + (", đã đếm lại." if options["repair"] else "."))
            sys.exit(1)
        self.stdout.write("Số đếm của mọi xã khớp với danh sách.")
