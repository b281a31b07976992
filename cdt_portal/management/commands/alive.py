from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cdt_portal.jobs import heartbeats


class Command(BaseCommand):
    """What the containers of worker and beat are asked; /readyz tells of all hosts together."""

    help = "Trả mã 0 khi worker hoặc beat của máy này vừa hoạt động trong một phút qua."
    requires_system_checks = []  # asked every minute

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", choices=[heartbeats.WORKER, heartbeats.BEAT])

    def handle(self, *args, kind: str, **options) -> None:
        name = heartbeats.own_name(kind)
        at = heartbeats.last(name)
        if at is None or timezone.now() - at > heartbeats.ALIVE:
            raise CommandError(f"{name}: không thấy hoạt động.")
        self.stdout.write(f"{name}: {timezone.localtime(at):%d/%m/%Y %H:%M:%S}")
