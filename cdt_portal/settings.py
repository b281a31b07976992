"""Settings of the portal, read from the environment (see .env.example).

Production sets DATABASE_URL, REDIS_URL, SECRET_KEY, CDT_FIELD_KEYS and CDT_ALLOWED_HOSTS. On a developer's machine all
of them may be unset: the embedded PostgreSQL and Redis are used and keys are kept in CDT_DATA_DIR.
"""

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pghistory
import pgtrigger
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cdt_portal import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("CDT_DATA_DIR") or BASE_DIR / "var").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("CDT_DEBUG")
DEMO = env.flag("CDT_DEMO")  # demo data, banner, no second factor
PRODUCTION = bool(env.text("DATABASE_URL")) and not DEMO and not DEBUG


def kept_secret(name: str, make) -> str:
    """The secret `name` from the environment; outside production one made once and kept in the data directory."""
    value = env.secret(name)
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"Thiếu {name}: đặt biến môi trường này trước khi chạy (xem .env.example).")
    path = DATA_DIR / name.lower()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


def database_from_url(url: str) -> dict:
    """Django's settings for postgres://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL phải có dạng postgres://người-dùng:mật-khẩu@máy:5432/tên-csdl")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


SECRET_KEY = kept_secret("SECRET_KEY", lambda: secrets.token_urlsafe(50))
# "id:base64key,id:base64key": the first encrypts, all decrypt. Kept apart from SECRET_KEY so that each can be rotated.
FIELD_KEYS = kept_secret("CDT_FIELD_KEYS", lambda: "k1:" + secrets.token_urlsafe(32))
# Of the same form; for those who keep backups longer than the keys of fields, or give them to somebody else.
BACKUP_KEYS = env.secret("CDT_BACKUP_KEYS") or FIELD_KEYS
OPERATOR_TOKEN = env.secret("CDT_OPERATOR_TOKEN")  # opens /readyz's details and /metrics from elsewhere
BACKUP_DIR = env.text("CDT_BACKUP_DIR")  # a backup every night, when it is set
BACKUP_KEEP = env.number("CDT_BACKUP_KEEP", 14)

ALLOWED_HOSTS = env.words("CDT_ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("CDT_TRUSTED_ORIGINS")
# How the portal is reached from outside, for links in e-mail, which no request brings.
PORTAL_URL = env.text("CDT_PORTAL_URL").rstrip("/") or f"http://localhost:{env.number('PORT', 8000)}"

INSTALLED_APPS = [
    "cdt_portal.accounts",
    "cdt_portal.jobs",
    "cdt_portal.notices",
    "teams",
    "training",
    "reporting",
    "cdt_portal.apps.PortalConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",  # no autodiscovery: the back office is a site of its own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "import_export",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "cdt_portal.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cdt_portal.methods.only_known_methods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cdt_portal.accounts.middleware.SessionRulesMiddleware",
    "cdt_portal.accounts.middleware.HistoryMiddleware",
    "teams.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "cdt_portal.urls"
WSGI_APPLICATION = "cdt_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cdt_portal.context.portal",
            ],
            "builtins": ["cdt_portal.templatetags.vi", "django.templatetags.l10n"],
        },
    },
]

# Database -----------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": database_from_url(env.text("DATABASE_URL")) if env.text("DATABASE_URL") else embedded.database()
}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=3,
    options=f"-c statement_timeout={env.number('CDT_STATEMENT_TIMEOUT_MS', 10_000)} -c lock_timeout=3000 -c jit=off",
)
# Web servers take a role that policies bind (wsgi.py, adr/0009); workers and commands are the tables' owner.
if env.text("CDT_DATABASE_ROLE"):
    DATABASES["default"]["OPTIONS"]["options"] += f" -c role={env.text('CDT_DATABASE_ROLE')}"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History: append-only event tables filled by statement-level triggers; the event keeps who, from which page, which job.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
# The past is looked up by object alone; an index on each of its foreign keys would cost every bulk write.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_ADMIN_ALL_EVENTS = False

# A web request never waits for Redis: sessions, cache and limits live in PostgreSQL.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

# Celery -------------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("REDIS_URL") or embedded.celery_url()
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_TASK_TIME_LIMIT = 900  # seconds; ends a handler that hangs while its lease goes on being renewed
CELERY_BEAT_SCHEDULE = {
    # A sweep that comes late is worth nothing: the next one finds the same.
    "sweep": {"task": "cdt_portal.jobs.tasks.sweep_jobs", "schedule": 3.0, "options": {"expires": 10}},
    "periods": {"task": "reporting.tasks.open_due_periods", "schedule": crontab(hour=0, minute=20)},
    # Reopened reports close by their own date; this only says so in their state.
    "lapsed-reports": {"task": "reporting.tasks.lock_lapsed_reports", "schedule": crontab(minute=5)},
    "consolidation": {"task": "reporting.tasks.consolidate_open_campaigns", "schedule": crontab(minute="*/30")},
    "reminders": {"task": "cdt_portal.notices.tasks.remind", "schedule": crontab(minute=35)},
    "reminder-mail": {"task": "cdt_portal.notices.tasks.send_mail", "schedule": 60.0, "options": {"expires": 120}},
    "standings": {"task": "reporting.tasks.renew_standings", "schedule": crontab(minute=25)},
    "quarters": {"task": "reporting.tasks.keep_ended_quarters", "schedule": crontab(hour=0, minute=40)},
    # Counts once a day, first thing after midnight; the other hours find nothing left unless that was missed.
    "unit-plans": {"task": "teams.tasks.settle_due_plans", "schedule": crontab(hour=0, minute=3)},
    "counters-of-the-day": {"task": "teams.tasks.count_the_day", "schedule": crontab(minute=1)},
    "counters-check": {"task": "teams.tasks.check_counters", "schedule": crontab(hour=3, minute=10)},
    "old-notices": {"task": "cdt_portal.notices.tasks.forget_old_notices", "schedule": crontab(hour=2, minute=40)},
    "old-files": {"task": "cdt_portal.jobs.tasks.remove_old_files", "schedule": crontab(hour=2, minute=30)},
    "findings": {"task": "teams.tasks.check_all_findings", "schedule": crontab(hour=1, minute=10)},
    "old-imports": {"task": "teams.tasks.forget_old_imports", "schedule": crontab(hour=2, minute=50)},
    "backup": {"task": "cdt_portal.tasks.ask_for_backup", "schedule": crontab(hour=3, minute=40)},
    "old-logins": {"task": "cdt_portal.accounts.tasks.forget_old_logins", "schedule": crontab(hour=2, minute=45)},
}

# Login --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cdt_portal.accounts.backends.LimitedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "cdt_portal.accounts.validators.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
COMMUNE_SECOND_FACTOR = env.flag("CDT_COMMUNE_SECOND_FACTOR", True)
FIRST_RUN_URL = "teams:first_run"  # where the login page of a portal without accounts leads
SECOND_FACTOR_POLICY = "teams.access.needs_second_factor"  # user -> bool; a dotted path, as accounts stand below teams

ACCOUNT_ADAPTER = "cdt_portal.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "cdt_portal.accounts.forms.LoginForm",
    "change_password": "cdt_portal.accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # ends every other session of the user, keeps this one
ACCOUNT_RATE_LIMITS = False  # LimitedBackend counts exactly; allauth's counter can be raced
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("CDT_BEHIND_PROXY") else 0  # whose address the access log keeps
MFA_ADAPTER = "cdt_portal.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "cdt_portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "cdt_portal.accounts.forms.ReauthenticateForm",
    "activate_totp": "cdt_portal.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "cdt_portal.accounts.forms.AddWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cổng Tổ công nghệ số cộng đồng"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

LOGIN_ATTEMPTS = 5
LOGIN_LOCK_MINUTES = 15
IDLE_MINUTES = env.number("CDT_IDLE_MINUTES", 15)
UNUSED_DAYS = 45
LOGIN_EVENT_DAYS = 366  # the law asks for twelve months
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True

# Transport and content rules ----------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)\b"]  # asked over plain HTTP from inside the container
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("CDT_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

# Language, files ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "cdt_portal.formats"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "images")]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {
        "BACKEND": "cdt_portal.storage.WholeFiles",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if BUCKET := env.text("CDT_S3_BUCKET"):  # several machines share their files there
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": env.text("CDT_S3_ENDPOINT") or None,
            "region_name": env.text("CDT_S3_REGION", "us-east-1"),
            "access_key": env.secret("CDT_S3_KEY"),
            "secret_key": env.secret("CDT_S3_SECRET"),
            "signature_version": "s3v4",
            "addressing_style": "path",  # stores in one's own house seldom have a name for each bucket
            "file_overwrite": False,
        },
    }
UPLOAD_LIMIT_MB = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = (UPLOAD_LIMIT_MB + 1) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

EMAIL_HOST = env.text("CDT_EMAIL_HOST")
EMAIL_PORT = env.number("CDT_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("CDT_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("CDT_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("CDT_EMAIL_TLS", True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("CDT_EMAIL_FROM", "cong-to-cong-nghe-so@localhost")

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "cdt_portal.logs.JsonLine"}},
    "filters": {"links": {"()": "cdt_portal.logs.HideLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}},
    "root": {"handlers": ["stderr"], "level": env.text("CDT_LOG_LEVEL", "INFO")},
    "loggers": {  # a sweep every three seconds and a page drawn are no news
        name: {"level": "WARNING"}
        for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "weasyprint.progress")
    }
    | {"django.request": {"level": "ERROR"}},  # refusals are told with their request, by cdt_portal.requests
}
