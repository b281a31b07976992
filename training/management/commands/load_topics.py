from django.core.management.base import BaseCommand

from training.services.topics import load_shipped


class Command(BaseCommand):
    help = "Nạp danh mục chuyên đề tập huấn có sẵn; chuyên đề đổi nội dung thì bản cũ thôi dùng, chạy lại không đổi gì."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Chuyên đề tập huấn: {load_shipped()} thay đổi.")
