"""The deadline day's people: officers with sessions, what they read, change and send; and what stands afterwards."""

import json
from collections.abc import Callable
from pathlib import Path

import product
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.jobs.enums import UNFINISHED
from cdt_portal.jobs.models import Job
from teams.enums import UserRole
from teams.layouts.member_list import write_member_list
from teams.models import Assignment, Commune, Member, RosterImport, Team
from teams.queries.exports import member_list_rows

OFFICERS = 120  # each of another commune
EDITABLE = 40  # members whom each of them changes


def seed(code: str, rows: str, folder: str) -> Callable[[], str]:
    """The register of `code` with `rows` members; where a description of the officers was written, as JSON: [{commune,
    session, teams: [id], members: [[team, id, version]], workbook: path}]."""
    fill = product.seed(code, rows)

    def work() -> str:
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        communes = product.communes_of(code)
        chosen = communes[:: max(1, len(communes) // OFFICERS)][:OFFICERS]
        path = Path(folder, "officers.json")
        path.write_text(json.dumps([officer(commune, Path(folder)) for commune in chosen]))
        return str(path)

    return work


def officer(commune: Commune, folder: Path) -> dict:
    user = User.objects.create_user(f"canbo.{commune.pk}", full_name=f"Cán bộ {commune.name}")
    Assignment.objects.create(
        user=user, role=UserRole.COMMUNE_OFFICER, province_id=commune.province_id, commune=commune
    )
    client = Client()
    client.force_login(user)
    workbook = folder / f"{commune.pk}.xlsx"
    with workbook.open("wb") as target:
        rows = member_list_rows(Q(commune=commune), timezone.localdate(), lambda *_: True)
        write_member_list(target, [("Danh sách", rows)])
    members = Member.objects.filter(commune=commune).order_by("pk")[:EDITABLE]
    return {
        "commune": commune.pk,
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "teams": list(Team.objects.filter(commune=commune).values_list("pk", flat=True)),
        "members": [list(row) for row in members.values_list("team_id", "pk", "version")],
        "workbook": str(workbook),
    }


def stands() -> Callable[[], dict]:
    """What is kept of what people sent: versions of members beyond the first, uploads, and jobs by state."""

    def work() -> dict:
        return {
            "changes": sum(Member.objects.filter(version__gt=1).values_list("version", flat=True))
            - Member.objects.filter(version__gt=1).count(),
            "uploads": RosterImport.objects.count(),
            "unfinished": Job.objects.filter(state__in=UNFINISHED).count(),
            "failed": Job.objects.filter(state="failed").count(),
        }

    return work
