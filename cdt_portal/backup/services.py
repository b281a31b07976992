"""Take a backup, and bring one back. Both check what they did, and raise Refused with a sentence when it is wrong."""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from cdt_portal.accounts.encryption import read_keys
from cdt_portal.backup import archive, postgres
from cdt_portal.backup.archive import Manifest, Sum
from cdt_portal.backup.sealed import Damaged
from cdt_portal.jobs import heartbeats

OURS = re.compile(r"cdt-\d{8}-\d{6}\.cdtbak")
ASIDE = "before_restore"  # the schema in which the data that is replaced waits until the new data is there


class Refused(Exception):
    """Why nothing was done, or what is not as it must be."""


def keys() -> dict[str, bytes]:
    return read_keys(settings.BACKUP_KEYS, "CDT_BACKUP_KEYS")


def take(folder: Path, *, keep: int) -> tuple[Path, Manifest]:
    """A new archive in `folder`, read back and counted before it gets its name; older ones but the last `keep` go.

    `keep` counts the new one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"cdt-{timezone.localtime():%Y%m%d-%H%M%S}.cdtbak"
    unproved = path.with_suffix(".part")
    try:
        with postgres.snapshot() as moment:
            manifest = Manifest(timezone.now().isoformat(), moment.counts, moment.migrations, moment.roles)
            archive.write(unproved, keys(), manifest, postgres.dump(moment.id), default_storage)
        manifest = verify(unproved)
        unproved.rename(path)
    except (Damaged, postgres.PostgresFailed) as failure:
        raise Refused(str(failure)) from failure
    except OSError as error:
        raise Refused(f"Không ghi được bản sao lưu vào {folder}: {error.strerror}.") from error
    finally:
        unproved.unlink(missing_ok=True)
    heartbeats.beat(heartbeats.BACKUP)
    _forget_old(folder, keep)
    return path, manifest


def existing(name: str) -> Path:
    """Raises Refused when there is no such file."""
    path = Path(name)
    if not path.is_file():
        raise Refused(f"Không có tệp {name}.")
    return path


def verify(path: Path) -> Manifest:
    """Read the whole archive: every sum, and every table's rows counted in the dump itself."""
    try:
        with postgres.RowCounter() as counter:
            manifest = archive.read(path, keys(), on_dump=counter.feed, on_file=archive.skip)
        _compare(manifest.counts, counter.counts)
    except (Damaged, postgres.PostgresFailed) as failure:
        raise Refused(str(failure)) from failure
    return manifest


def _compare(wanted: dict[str, int], found: dict[str, int]) -> None:
    wrong = [name for name, count in wanted.items() if found.get(name, 0) != count]
    if wrong:
        first = wrong[0]
        raise Damaged(f"Bảng {first}: cần {wanted[first]} dòng, thấy {found.get(first, 0)} ({len(wrong)} bảng sai).")


def _forget_old(folder: Path, keep: int) -> None:
    ours = sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))
    for path in ours[:-keep]:
        path.unlink(missing_ok=True)
    for left in folder.glob("cdt-*.part"):  # of a run that was killed; the lease lets no other one run now
        left.unlink(missing_ok=True)


def restore(path: Path, *, into_filled: bool = False) -> Manifest:
    """Bring the archive's database and files back, then compare rows, migrations and files with its manifest.

    Nothing is touched before the archive has proved to be whole. With `into_filled` what the database holds is
    replaced, and comes back when the restoring fails.
    """
    try:
        manifest = verify(path)
        _refuse_unfit(manifest, into_filled)
        if into_filled:
            _set_aside()
        try:
            with postgres.Loader() as loader:
                archive.read(path, keys(), on_dump=loader.feed, on_file=_store)
            _execute("ANALYZE")  # without statistics pages run into their limit of time until autovacuum comes by
            _check(manifest)
        except BaseException:
            if into_filled:
                _bring_back()
            raise
        if into_filled:
            _execute(f"DROP SCHEMA {ASIDE} CASCADE")
    except (Damaged, postgres.PostgresFailed) as failure:
        raise Refused(str(failure)) from failure
    return manifest


def _refuse_unfit(manifest: Manifest, into_filled: bool) -> None:
    unknown = sorted(set(manifest.migrations) - _known_migrations())
    if unknown:
        raise Refused(f"Bản sao lưu mới hơn chương trình đang chạy (chưa có {unknown[0]}). Hãy dùng bản mới hơn.")
    roles = postgres.missing_roles(manifest.roles)
    if roles:
        role, owner = roles[0], connection.settings_dict["USER"]
        raise Refused(f"Máy chủ chưa có vai trò {role}. Hãy tạo: CREATE ROLE {role} NOLOGIN; GRANT {role} TO {owner};")
    if not into_filled and connection.introspection.table_names():
        raise Refused(
            f"Cơ sở dữ liệu {connection.settings_dict['NAME']} đã có dữ liệu. Hãy khôi phục vào cơ sở dữ liệu trống, "
            "hoặc thêm --into-filled TÊN_CSDL để thay toàn bộ dữ liệu đang có."
        )
    if into_filled and (others := _others()):
        raise Refused(f"Còn {others} kết nối khác vào cơ sở dữ liệu. Hãy dừng web, worker và beat trước.")


def is_behind(manifest: Manifest) -> bool:
    """Whether the program has migrations that the restored database has not seen."""
    return bool(_known_migrations() - set(manifest.migrations))


def _known_migrations() -> set[str]:
    return {".".join(key) for key in MigrationLoader(None).disk_migrations}


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


def _set_aside() -> None:
    _execute(
        f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE",
        f"ALTER SCHEMA public RENAME TO {ASIDE}",
        "CREATE SCHEMA public AUTHORIZATION pg_database_owner",  # as PostgreSQL itself makes it
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
    )


def _bring_back() -> None:
    _execute("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")


@transaction.atomic
def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in statements:
            cursor.execute(statement)


def _store(name: str, source: Sum) -> None:
    """Under its own name, in place of what may stand there from an earlier try."""
    default_storage.delete(name)
    default_storage.save(name, File(source))


def _check(manifest: Manifest) -> None:
    """Raises Damaged unless the database and the storage hold what the manifest says."""
    with transaction.atomic():
        _execute()
        _compare(manifest.counts, postgres.row_counts())
    if postgres.migrations() != manifest.migrations:
        raise Damaged("Danh sách cập nhật cơ sở dữ liệu (migrations) không khớp với bản sao lưu.")
    for name, total in manifest.files.items():
        with default_storage.open(name) as stored:
            summed = Sum(stored)
            archive.skip(name, summed)
        if summed.total != total:
            raise Damaged(f"Tệp {name} sau khi khôi phục không khớp với bản sao lưu.")
