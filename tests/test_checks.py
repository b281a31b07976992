"""What `manage.py check` tells the operator; and that it is silent when all is well."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cdt_portal import checks, embedded
from cdt_portal.lib.documents import fonts

ROOT = Path(__file__).resolve().parent.parent
KEY = "mot-khoa-bi-mat-du-dai-va-du-nhieu-chu-so-0123456789-abcdef"
PRODUCTION = {
    "SECRET_KEY": KEY,
    "CDT_FIELD_KEYS": "k1:" + "A" * 43,
    "CDT_ALLOWED_HOSTS": "cong.example.vn",
    "CDT_EMAIL_HOST": "mail.example.vn",
}


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """manage.py in a process of its own, with no settings in its environment but `environment`."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def production(tmp_path) -> dict[str, str]:
    """A production environment on the servers of this machine."""
    embedded.start_redis()
    database = embedded.database()
    return PRODUCTION | {
        "CDT_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}&port=5432",
        "REDIS_URL": embedded.celery_url(),
    }


def test_the_check_is_silent_with_production_settings(production):
    done = manage("check", "--deploy", "--fail-level", "DEBUG", **production)
    assert done.stdout == "System check identified no issues (0 silenced).\n", done.stdout + done.stderr
    assert done.returncode == 0


def test_the_check_fails_in_a_demo_on_a_real_database(production):
    done = manage("check", "--deploy", "--fail-level", "ERROR", **production, CDT_DEMO="1")
    assert done.returncode == 1
    assert "portal.E004" in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "CDT_FIELD_KEYS"])
def test_production_does_not_start_without_its_keys(production, missing):
    del production[missing]
    done = manage("check", **production)
    assert done.returncode == 1
    assert f"Thiếu {missing}: đặt biến môi trường này trước khi chạy" in done.stderr


def test_outside_production_keys_are_made_once_and_kept_private(tmp_path):
    """The database is embedded, elsewhere: only its settings are read here."""
    data = str(tmp_path)
    show = ("shell", "-c", "from django.conf import settings; print(settings.SECRET_KEY, settings.FIELD_KEYS)")
    first = manage(*show, CDT_DATA_DIR=data, CDT_DEBUG="1", DATABASE_URL="postgres://nobody@/nowhere")
    second = manage(*show, CDT_DATA_DIR=data, CDT_DEBUG="1", DATABASE_URL="postgres://nobody@/nowhere")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CDT_DEMO", "maybe", "CDT_DEMO='maybe': chỉ nhận 1 hoặc 0."),
        ("CDT_IDLE_MINUTES", "15 phút", "CDT_IDLE_MINUTES='15 phút': phải là số nguyên không âm."),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL phải có dạng"),
        ("SECRET_KEY_FILE", "/khong/co/tep", "SECRET_KEY_FILE='/khong/co/tep': không đọc được tệp"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(production, name, value, sentence):
    done = manage("check", **production | {name: value})
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_secret_may_come_from_a_file(production, tmp_path):
    (tmp_path / "khoa").write_text(KEY + "\n")
    del production["SECRET_KEY"]
    assert manage("check", **production, SECRET_KEY_FILE=str(tmp_path / "khoa")).returncode == 0


def test_a_missing_font_is_told_with_the_package_to_install(monkeypatch, tmp_path):
    assert checks.fonts_are_installed() == []
    monkeypatch.setattr(fonts, "_FOLDERS", [str(tmp_path)])
    monkeypatch.setattr(fonts, "font_files", fonts.font_files.__wrapped__)  # as a new process asks
    [message] = checks.fonts_are_installed()
    assert message.id == "portal.W001"
    assert "Tinos-Regular.ttf" in message.msg and "fonts-croscore" in message.hint


def test_a_data_directory_that_cannot_be_written_is_an_error(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "khong-co"
    assert ids(checks.data_directory_is_writable()) == ["portal.E001"]
    settings.DATA_DIR = tmp_path
    assert checks.data_directory_is_writable() == []


@pytest.mark.parametrize(("key", "found"), [("ngan", ["portal.E002"]), ("ab" * 40, ["portal.E002"]), (KEY, [])])
def test_a_secret_key_that_can_be_guessed_is_an_error(settings, key, found):
    settings.SECRET_KEY = key
    assert ids(checks.secret_key_is_strong()) == found


@pytest.mark.parametrize(("keys", "found"), [("k1:ngan", ["portal.E003"]), ("k1:" + "A" * 43, [])])
def test_field_keys_that_cannot_be_used_are_an_error(settings, keys, found):
    settings.FIELD_KEYS = keys
    assert ids(checks.field_keys_can_be_used()) == found


@pytest.mark.parametrize(("host", "found"), [("", ["portal.I001"]), ("mail.example.vn", [])])
def test_it_is_told_when_no_mail_can_be_sent(settings, host, found):
    settings.EMAIL_HOST = host
    assert ids(checks.mail_can_be_sent()) == found


def test_a_broker_that_does_not_answer_is_told(settings):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # a port on which nobody listens
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        assert ids(checks.broker_answers()) == ["portal.W002"]


def test_a_broker_that_answers_is_not(settings):
    embedded.start_redis()
    settings.CELERY_BROKER_URL = embedded.celery_url()
    assert checks.broker_answers() == []
