"""Somebody who asks for jobs. Each line is a command with its arguments, answered when what it does is committed."""

import json
import sys

import django


def ask(*wishes: dict) -> None:
    from cdt_portal.jobs.services import enqueue

    for args in wishes:
        enqueue(kind="faults.write", title="Việc để thử", args=args, by=None)


def retry() -> None:
    """As the owners of what failed would."""
    from cdt_portal.jobs import services
    from cdt_portal.jobs.enums import JobState
    from cdt_portal.jobs.models import Job

    for row in Job.objects.filter(state=JobState.FAILED):
        services.retry(row)


def people() -> None:
    """A commune with two villages and its officer."""
    from teams.enums import UserRole
    from teams.keys import unit_keys
    from teams.models import Province, ResidentialUnit
    from tests.conftest import make_commune, make_user

    hai_phong = Province.objects.create(code="31", name="Thành phố Hải Phòng", kind="city", sort_key="hai phong")
    cat_hai = make_commune("11914", "Đặc khu Cát Hải", "special_zone", hai_phong)
    for name in ("Thôn 1", "Thôn 2"):
        ResidentialUnit.objects.create(
            province=hai_phong, commune=cat_hai, kind="village", name=name, **unit_keys(name)
        )
    make_user("canbo.cathai", UserRole.COMMUNE_OFFICER, commune=cat_hai)


def main() -> None:
    django.setup()
    from django.db import close_old_connections

    for line in sys.stdin:
        close_old_connections()
        command, *arguments = json.loads(line)
        {"ask": ask, "retry": retry, "people": people}[command](*arguments)
        print("done", flush=True)


if __name__ == "__main__":
    main()
