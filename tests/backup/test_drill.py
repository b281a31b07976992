"""The restore drill: a small portal, saved and brought back into another database by other processes."""

import subprocess
import sys
from collections.abc import Iterator

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from cdt_portal.backup import postgres
from cdt_portal.lib.numbers import format_int
from tests.processes import environment
from tests.teams.makers import make_member, make_team

# Somebody logs in on the restored portal: what each page answers. Then a restore over it that finds a fault at its end.
VISIT = """
import django, sys
django.setup()
from pathlib import Path
from django.test import Client
from cdt_portal.backup import postgres, services
client = Client()
client.post("/tai-khoan/dang-nhap/", {"login": "canbo.cathai", "password": "mat-khau-dung-1"})
print(*(client.get(path).status_code for path in ("/xa/11914/", "/xa/10729/")))
print("Lê Thị Nhà" in client.get("/thanh-vien/").text, "Trần Văn Bên" in client.get("/thanh-vien/").text)
before = postgres.row_counts()
def find_fault(manifest):
    raise services.Damaged("sai")
services._check = find_fault
try:
    services.restore(Path(sys.argv[1]), into_filled=True)
except services.Refused as refusal:
    print(refusal, postgres.row_counts() == before)
"""


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[dict[str, str]]:
    """The environment of a portal of its own: an empty database beside this one, a folder of its own, our keys."""
    here = connection.settings_dict
    name = f"{here['NAME']}_drill"
    server = psycopg2.connect(host=here["HOST"], port=here["PORT"], user=here["USER"], dbname="postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield environment(tmp_path / "there", name) | {"NAME": name}
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


@pytest.mark.django_db(transaction=True)
def test_a_restored_portal_has_every_row_and_file_and_shows_officers_their_own(
    elsewhere, settings, tmp_path, capsys, cat_hai, tran_lieu, officer
):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_member(make_team(cat_hai, "Tổ 1", by=officer), "Lê Thị Nhà")
    make_member(make_team(tran_lieu, "Tổ 2", by=officer), "Trần Văn Bên")
    default_storage.save("scans/11914/quyet-dinh.pdf", ContentFile(b"%PDF-1.7 so 01"))
    rows = sum(postgres.row_counts().values())
    call_command("backup", to=str(tmp_path))
    path = capsys.readouterr().out.splitlines()[0]

    def there(*command: str) -> str:
        command = [sys.executable, *command]
        done = subprocess.run(command, env=elsewhere, cwd=settings.BASE_DIR, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    restored = f"Đã khôi phục {format_int(rows)} dòng, 1 tệp; số đếm và tệp đều khớp."
    assert restored in there("manage.py", "restore", path)
    assert (tmp_path / "there/files/scans/11914/quyet-dinh.pdf").read_bytes() == b"%PDF-1.7 so 01"
    assert there("-c", VISIT, path).splitlines() == ["200 404", "True False", "sai True"]
    assert restored in there("manage.py", "restore", path, "--into-filled", elsewhere["NAME"])
