from django.core.management.base import BaseCommand

from reporting.services.forms import load_shipped


class Command(BaseCommand):
    help = "Nạp các mẫu báo cáo có sẵn; mẫu có nội dung mới được ban hành thành bản mới, chạy lại không thay đổi gì."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Mẫu báo cáo: ban hành {load_shipped()} bản mới.")
