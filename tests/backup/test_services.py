"""A backup is good or is refused, and a restore touches nothing before it knows that it can."""

import re
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from cdt_portal import tasks
from cdt_portal.backup import archive, postgres, services
from cdt_portal.backup.services import Refused
from cdt_portal.jobs import heartbeats
from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Heartbeat, Job


@pytest.fixture(autouse=True)
def stored(settings, tmp_path, db) -> str:
    """One file in a storage of its own; its name."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return default_storage.save("scans/11914/quyet-dinh.pdf", ContentFile(b"%PDF-1.7 so 01"))


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "backups"


def test_a_backup_names_its_rows_migrations_and_files_and_is_noted(folder, stored):
    path, manifest = services.take(folder, keep=3)
    assert services.OURS.fullmatch(path.name) and path.stat().st_mode & 0o077 == 0
    assert manifest.counts["django_migrations"] == len(manifest.migrations) > 50
    assert not {"django_session", "portal_cache"} & set(manifest.counts)
    assert "jobs.0002_heartbeats" in manifest.migrations
    assert list(manifest.files) == [stored] and manifest.files[stored][0] == 14
    assert timezone.now() - heartbeats.last(heartbeats.BACKUP) < timedelta(minutes=1)
    assert b"quyet-dinh" not in path.read_bytes()


def test_the_last_few_are_kept_and_files_of_others_stay(folder):
    folder.mkdir()
    names = ["cdt-20260101-034000.cdtbak", "cdt-20260102-034000.cdtbak", "cdt-20260103-034000.cdtbak"]
    for name in [*names, "cdt-20260103-034000.part", "ghi-chu.txt"]:
        (folder / name).touch()
    path, _ = services.take(folder, keep=2)
    assert {each.name for each in folder.iterdir()} == {names[2], path.name, "ghi-chu.txt"}


def test_a_file_that_is_removed_meanwhile_is_left_out(folder, stored, monkeypatch):
    monkeypatch.setattr(archive, "stored_names", lambda storage: ["jobs/da-xoa.pdf", stored])
    assert list(services.take(folder, keep=1)[1].files) == [stored]


@pytest.mark.parametrize("fault", ["no program", "a program that fails", "rows that are not in the dump"])
def test_a_backup_that_is_not_good_leaves_nothing_and_is_not_noted(folder, fault, monkeypatch):
    if fault == "no program":
        monkeypatch.setattr("cdt_portal.embedded.postgres_program", lambda name: None)
    elif fault == "a program that fails":
        monkeypatch.setattr(postgres, "address", lambda: "--dbname=host=/khong-co")
    else:
        monkeypatch.setattr(postgres, "row_counts", lambda database: {"teams_team": 3})
    with pytest.raises(Refused):
        services.take(folder, keep=1)
    assert list(folder.iterdir()) == []
    assert not Heartbeat.objects.exists()


def test_a_disk_that_is_full_is_told_in_words(folder, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write", full)
    with pytest.raises(Refused, match="Không ghi được"):
        services.take(folder, keep=1)


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("fault", ["damaged", "cut", "another key", "newer", "a role is missing", "filled", "none"])
def test_a_restore_that_cannot_succeed_touches_nothing(folder, fault, monkeypatch, settings):
    path, _ = services.take(folder, keep=1)
    reached = []
    monkeypatch.setattr(postgres, "Loader", lambda: nullcontext(reached.append("database")))
    monkeypatch.setattr(services.connection.introspection, "table_names", lambda: ["teams_team"][: fault == "filled"])
    if fault == "damaged":
        spoil(path)
    elif fault == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    elif fault == "another key":
        settings.BACKUP_KEYS = settings.FIELD_KEYS.partition(":")[0] + ":" + "A" * 43
    elif fault == "newer":
        monkeypatch.setattr(services, "_known_migrations", lambda: {"jobs.0001_initial"})
    elif fault == "a role is missing":
        monkeypatch.setattr(postgres, "missing_roles", lambda wanted: ["cdt_web"])
    with pytest.raises(AttributeError if fault == "none" else Refused):
        services.restore(path)
    assert reached == ["database"] * (fault == "none")


def test_the_commands_refuse_in_words(folder, settings):
    settings.BACKUP_DIR = ""
    for refused in (["backup"], ["backup", "--to", str(folder), "--keep", "0"], ["backup", "--check", "khong-co"]):
        with pytest.raises(CommandError):
            call_command(*refused)
    with pytest.raises(CommandError, match="tên cơ sở dữ liệu"):
        call_command("restore", "x.cdtbak", into_filled="khac")


def test_the_command_tells_what_it_made_and_checks_it_again(folder, capsys):
    call_command("backup", to=str(folder))
    path = capsys.readouterr().out.partition("\n")[0]
    call_command("backup", check=path)
    assert re.search(r"dòng, 1 tệp, đã kiểm tra", capsys.readouterr().out)
    spoil(Path(path))
    with pytest.raises(CommandError, match="hỏng"):
        call_command("backup", check=path)


@pytest.mark.django_db(transaction=True)
def test_every_night_one_job_takes_it_where_a_folder_is_named(folder, settings, monkeypatch):
    monkeypatch.setattr("cdt_portal.jobs.bell.ring", lambda job_id: None)
    settings.BACKUP_DIR = ""
    tasks.ask_for_backup()
    assert not Job.objects.exists()
    settings.BACKUP_DIR = str(folder)
    tasks.ask_for_backup()
    tasks.ask_for_backup()
    row = Job.objects.get()
    jobs.run(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.DONE, row.error
    assert len(list(folder.iterdir())) == 1
