"""What an operator must know before the first user does: `manage.py check` and `check --deploy`."""

import tempfile

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from cdt_portal import env
from cdt_portal.accounts import encryption
from cdt_portal.jobs import bell


@register(Tags.files)
def fonts_are_installed(**_) -> list[CheckMessage]:
    from cdt_portal.lib.documents import fonts  # only here: web processes read this module too

    try:
        fonts.font_files()
    except fonts.FontMissing as missing:
        text = f"Không tạo được báo cáo PDF và Word. {missing}"
        return [Warning(text, hint="bin/setup cài gói fonts-croscore.", id="portal.W001")]
    return []


@register(Tags.files)
def data_directory_is_writable(**_) -> list[CheckMessage]:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            return []
    except OSError as error:
        text = f"Không ghi được vào thư mục dữ liệu {settings.DATA_DIR}: {error.strerror}."
        return [Error(text, hint="Sửa quyền của thư mục, hoặc đặt CDT_DATA_DIR.", id="portal.E001")]


@register(Tags.security)
def secret_key_is_strong(**_) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= 50 and len(set(settings.SECRET_KEY)) >= 10:
        return []
    hint = "Tạo khóa mới: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    return [Error("SECRET_KEY quá ngắn hoặc quá dễ đoán.", hint=hint, id="portal.E002")]


@register(Tags.security)
def field_keys_can_be_used(**_) -> list[CheckMessage]:
    try:
        encryption.read_keys(settings.FIELD_KEYS)
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="Dạng đúng: mã:khóa,mã:khóa (xem .env.example).", id="portal.E003")]
    return []


@register(Tags.security, deploy=True)
def demo_is_off(**_) -> list[CheckMessage]:
    if settings.DEMO and env.text("DATABASE_URL"):
        text = "CDT_DEMO đang bật trên cơ sở dữ liệu thật: lớp xác thực thứ hai bị tắt."
        return [Error(text, hint="Bỏ CDT_DEMO.", id="portal.E004")]
    return []


@register("email", deploy=True)
def mail_can_be_sent(**_) -> list[CheckMessage]:
    if settings.EMAIL_HOST:
        return []
    return [Info("Chưa đặt CDT_EMAIL_HOST: Cổng không gửi thư.", hint="Xem .env.example.", id="portal.I001")]


@register("broker", deploy=True)
def broker_answers(**_) -> list[CheckMessage]:
    try:
        bell.reach(timeout=2)
    except Exception as error:  # each transport has its own
        text = f"Không kết nối được Redis ({type(error).__name__}): việc nền sẽ phải chờ."
        return [Warning(text, hint="Kiểm tra REDIS_URL và dịch vụ Redis.", id="portal.W002")]
    return []
