"""Maru's settings: one file, read from the environment (config/environment.py lists what it can say)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import read_environment
from kb.runtime import addresses
from kb.runtime.catalogues import compiled
from kb.runtime.home import resolve_home
from kb.runtime.secrets import load_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = read_environment(os.environ)
MARU = resolve_home(os.environ)
SECRETS = load_secrets(MARU)

# ---- Which process this is ---------------------------------------------------------------------------------------------
# owner: migrations and index builds. worker: jobs, past row-level security, never serves a request. web: serves, with a
# pool. app: the web's role without a pool, for commands that act for a person.
_ROLES = {
    "bench": "owner",
    "evaluate_retrieval": "owner",
    "prepare": "owner",
    "remove_sample_company": "owner",
    "migrate": "owner",
    "makemigrations": "owner",
    "createcachetable": "owner",
    "qcluster": "worker",
    "ingest": "worker",
}
_COMMAND = sys.argv[1] if len(sys.argv) > 1 and Path(sys.argv[0]).name == "manage.py" else ""
MARU_ROLE = os.environ.get("MARU_ROLE") or _ROLES.get(_COMMAND, "app")

# ---- Maru ----------------------------------------------------------------------------------------------------------------
MARU_MODEL_SERVER: str = ENV["MARU_MODEL_SERVER"]
MARU_MODEL_SERVER_KEY: str = ENV["MARU_MODEL_SERVER_KEY"]
MARU_MODEL_NAME: str = ENV["MARU_MODEL_NAME"]
MARU_EMBEDDER: str = ENV["MARU_EMBEDDER"]
MARU_EMBEDDER_KEY: str = ENV["MARU_EMBEDDER_KEY"]
MARU_DEMO: bool = ENV["MARU_DEMO"]
MARU_ALLOWED_HOSTS: list[str] = ENV["MARU_ALLOWED_HOSTS"]
MARU_HTTPS: bool = ENV["MARU_HTTPS"]
MARU_TRUSTED_PROXIES: list[str] = ENV["MARU_TRUSTED_PROXIES"]
MARU_WORKERS: int = ENV["MARU_WORKERS"]
MARU_TORCH_THREADS: int = ENV["MARU_TORCH_THREADS"]
MARU_TIME_ZONE: str = ENV["MARU_TIME_ZONE"]
MARU_LEASE_SECONDS: float = ENV["MARU_LEASE_SECONDS"]
MARU_HEARTBEAT_SECONDS: float = ENV["MARU_HEARTBEAT_SECONDS"]
MARU_SWEEP_SECONDS: float = ENV["MARU_SWEEP_SECONDS"]
MARU_JOB_ATTEMPTS: int = ENV["MARU_JOB_ATTEMPTS"]
MARU_TASK_SECONDS: int = ENV["MARU_TASK_SECONDS"]
MARU_UPLOAD_BYTES: int = ENV["MARU_UPLOAD_BYTES"]
MARU_READER_SECONDS: float = ENV["MARU_READER_SECONDS"]
MARU_READER_CPU_SECONDS: int = ENV["MARU_READER_CPU_SECONDS"]
MARU_READER_BYTES: int = ENV["MARU_READER_BYTES"]
MARU_READERLESS_SECONDS: float = ENV["MARU_READERLESS_SECONDS"]
MARU_TOKEN_REQUESTS: int = ENV["MARU_TOKEN_REQUESTS"]
MARU_ANSWER_SECONDS: float = ENV["MARU_ANSWER_SECONDS"]
MARU_FIRST_TOKEN_SECONDS: float = ENV["MARU_FIRST_TOKEN_SECONDS"]
MARU_TOKEN_GAP_SECONDS: float = ENV["MARU_TOKEN_GAP_SECONDS"]
MARU_ENCODER_SECONDS: float = ENV["MARU_ENCODER_SECONDS"]
MARU_DATABASE_POOL: int = ENV["MARU_DATABASE_POOL"]
MARU_DISK_FREE_BYTES: int = ENV["MARU_DISK_FREE_BYTES"]
MARU_MAIL_URL: str = ENV["MARU_MAIL_URL"]
MARU_MAIL_FROM: str = ENV["MARU_MAIL_FROM"]
MARU_DEBUG: bool = ENV["MARU_DEBUG"]
HOST: str = ENV["HOST"]
PORT: int = ENV["PORT"]
ENCODER_URL = addresses.encoder_url(MARU)
MODEL_SERVER_URL = addresses.model_server_url(MARU)

# ---- Django --------------------------------------------------------------------------------------------------------------
SECRET_KEY = SECRETS.django_key
DEBUG = ENV["MARU_DEBUG"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *ENV["MARU_ALLOWED_HOSTS"]]
if HOST not in ("127.0.0.1", "0.0.0.0", "::", "localhost"):  # noqa: S104
    ALLOWED_HOSTS.append(HOST)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # without a site of its own in place of ours
    "config.apps.ConsoleConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "accounts",
    "kb",
    "tuning",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.session_middleware",
    "kb.views.language.language_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kb.views.errors.Problems",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
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
                "django.template.context_processors.i18n",
                "kb.views.house.house",
            ],
        },
    }
]

# ---- Database ------------------------------------------------------------------------------------------------------------


def _database(role: str) -> dict[str, object]:
    parts = urlsplit(addresses.database_url(MARU, role, os.environ))
    options: dict[str, object] = {"connect_timeout": 5, "application_name": f"maru {role}"}
    if MARU_ROLE == "web":
        # A pool that tries to reconnect waits twice as long each time, for minutes: after a minute without a database it
        # would stay away for another. Given up when nobody can wait for it any more, it begins anew with the next request.
        wait = 10
        options["pool"] = {
            "min_size": 1, "max_size": ENV["MARU_DATABASE_POOL"], "timeout": wait, "reconnect_timeout": wait,
        }  # fmt: skip
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        "OPTIONS": options,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database({"web": "app"}.get(MARU_ROLE, MARU_ROLE))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "maru_cache"}}

# ---- People --------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": ""}  # accounts/signin.py counts, inside the backend
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kb.views.errors.csrf_failed"

# ---- Mail ----------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = ENV["MARU_MAIL_FROM"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if ENV["MARU_MAIL_URL"]:
    _mail = urlsplit(ENV["MARU_MAIL_URL"])
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
    EMAIL_TIMEOUT = 10

# ---- Language and time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [compiled(BASE_DIR / "locale", MARU)]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV["MARU_TIME_ZONE"]
FORMAT_MODULE_PATH = ["config.formats"]

# ---- Files and pages -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = MARU.uploads
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# ---- Security of pages: nothing inline, nothing from outside ------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if ENV["MARU_HTTPS"]:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [
    f"{'https' if ENV['MARU_HTTPS'] else 'http'}://{host}" for host in ENV["MARU_ALLOWED_HOSTS"] if host != "*"
]

# ---- Jobs: django-q2 carries kicks; the Job row is the truth -----------------------------------------------------------
_workers = max(1, ENV["MARU_WORKERS"])
Q_CLUSTER = {
    "name": "maru",
    "orm": "default",
    "workers": _workers,
    "queue_limit": _workers,
    "timeout": ENV["MARU_TASK_SECONDS"],
    "retry": ENV["MARU_TASK_SECONDS"] * 2 + 60,
    "max_attempts": 3,
    "catch_up": False,
    "poll": 0.5,
    "recycle": 200,
    "save_limit": 200,
    "label": "Queue",
    "log_level": "WARNING",
}

# What else each sweep does (kb/jobs/queue.py); a chore that fails keeps none of the others from being done.
MARU_SWEEPS = [
    "kb.chat.orphans.end_orphans",
    "kb.retrieval.refresh.refresh_when_due",
    "kb.documents.reviews.remind",
]

# ---- API -----------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["kb.api.authentication.TokenAuthentication", "kb.api.authentication.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "kb.api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Maru",
    "DESCRIPTION": (
        "An enterprise knowledge base: documents in, cited answers out. Send a token as `Authorization: Bearer maru_…`; it "
        "has its owner's access and no more. Errors are problem bodies (RFC 9457) in your language. What you may not see is "
        "404, in every verb. Offsets into texts count Unicode code points."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "RevisionState": "kb.models.documents.RevisionState",
        "JobState": "kb.models.jobs.JobState",
        "AnswerState": "kb.models.chat.AnswerState",
    },
}

# ---- Console -------------------------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Maru",
    "SITE_HEADER": _("Maru console"),
    "SITE_URL": "/",
    "SITE_ICON": "kb.admin.navigation.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "kb.admin.navigation.icon"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["kb.admin.navigation.stylesheet"],
    "SIDEBAR": {"navigation": "kb.admin.navigation.sidebar"},
    "COLORS": {  # wood: what has been laid, and where you are
        "primary": {
            "50": "#faf6f0", "100": "#efe6d8", "200": "#e3d3bb", "300": "#d3bfa3", "400": "#cda171", "500": "#a9773f",
            "600": "#87592f", "700": "#6f4826", "800": "#573a21", "900": "#46301d", "950": "#2a1c10",
        },
    },
}  # fmt: skip

# ---- Logs ----------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
