"""All settings of the site; the one place that reads the environment.

The manual page "Einstellungen" lists every `HKS_*` name read here.
"""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

HOUSE = Path(__file__).resolve().parent.parent


def flag(name: str) -> bool:
    """Read a switch from the environment."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def data_directory() -> Path:
    """Find or make the folder of database, files and keys; nobody else may read it."""
    default = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "hks"
    folder = Path(os.environ.get("HKS_DATA_DIR") or default).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Read the signing key from the environment or its file, making it on the first start."""
    if key := os.environ.get("HKS_SECRET_KEY"):
        return key
    file = folder / "secret_key"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(64))
    return file.read_text()


def database(url: str, folder: Path) -> dict[str, object]:
    """Describe the database: SQLite in the data folder, or `postgresql://user:password@host:port/name`."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "hks.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=2000; "
                "PRAGMA secure_delete=ON",
            },
        }
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": True},
    }


DATA_DIR = data_directory()
FILES_DIR = DATA_DIR / "files"
SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
DEMO = flag("HKS_DEMO")
AT_ONCE_SECONDS = float(os.environ.get("HKS_AT_ONCE_SECONDS", "0.5"))
SECURE_SITE = flag("HKS_SECURE")
ALLOWED_HOSTS = [h for h in os.environ.get("HKS_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = (
    [f"https://{host}" for host in ALLOWED_HOSTS if host not in {"*", "[::1]"}] if SECURE_SITE else []
)

INSTALLED_APPS = [
    "hks.web.shell",
    "hks.web.accounts",
    "hks.web.evidence",
    "hks.web.jobs",
    "hks.web.regions",
    "hks.web.projects",
    "hks.web.contributions",
    "hks.web.formats",
    "hks.web.workshops",
    "hks.web.studies",
    "hks.web.participation",
    "hks.web.decisions",
    "hks.web.labs",
    "hks.web.portal",
    "hks.web.stories",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hks.web.shell.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hks.web.shell.middleware.ErrorsForPeople",
]

ROOT_URLCONF = "hks.web.urls"
WSGI_APPLICATION = "hks.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hks.web.shell.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "hks.web.shell.templatetags.hks"],
        },
    }
]

DATABASES = {"default": database(os.environ.get("HKS_DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:today"
LOGOUT_REDIRECT_URL = "portal:start"
ACCOUNT_ADAPTER = "hks.web.accounts.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False

MAIL_URL = os.environ.get("HKS_MAIL_URL", "")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if MAIL_URL else "hks.web.accounts.mail.ShownToTheAdmin"
if MAIL_URL:
    _mail = urlsplit(MAIL_URL)
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
DEFAULT_FROM_EMAIL = os.environ.get("HKS_MAIL_FROM", "hks@localhost")

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [HOUSE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# The map's scripts come as a package of files; it is found, not imported.
STATICFILES_DIRS = [("leaflet", Path(str(find_spec("xstatic.pkg.leaflet").origin)).parent / "data")]  # type: ignore[union-attr]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "hks.web.shell.uploads.NotTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE_SITE
SECURE_HSTS_SECONDS = 31536000 if SECURE_SITE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SITE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SITE else None
# Not "no-referrer": browsers would then send forms with "Origin: null", which Django rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "hks.web.shell.views.form_too_old"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
