"""Settings, each of them from the environment: see the table in the README."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django

from shop.mailers import mailer_of
from shop.plugins.discovery import with_plugins

BASE_DIR = Path(__file__).resolve().parent.parent


def env_flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY") or ("insecure-and-only-for-development" if DEBUG else "")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
#: Origins of storefronts on other hosts, which may open WebSockets and send requests with a bearer token.
STOREFRONT_ORIGINS = env_list("STOREFRONT_ORIGINS")

INSTALLED_APPS = with_plugins(
    [
        "shop.apps.ShopAdminConfig",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "whitenoise.runserver_nostatic",
        "django.contrib.staticfiles",
        "channels",
        "django_filters",
        *([] if django.VERSION >= (6, 0) else ["django_tasks"]),
        "django_tasks_db",
        "shop",
        "messaging_plugin",
        *env_list("PLUGINS"),
    ]
)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shop.urls"
ASGI_APPLICATION = "shop.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before Django's own and those of plugins: the admin's header is the shop's.
        "DIRS": [*env_list("TEMPLATES_DIR"), BASE_DIR / "shop" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """The database of DATABASE_URL, set up as docs/adr tells: SQLite for many writers, PostgreSQL with a pool."""
    config: dict[str, Any] = dict(
        dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    )
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        config["CONN_MAX_AGE"] = 0  # the pool keeps connections
        options |= {"pool": {"min_size": 1, "max_size": int(os.environ.get("DATABASE_POOL", "20"))}}
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},  # nobody waits longer to sign in
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "shop.User"
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
#: Days a bearer token, and a guest's token for an order, can be used.
TOKEN_DAYS = int(os.environ.get("TOKEN_DAYS", "30"))
GUEST_TOKEN_DAYS = int(os.environ.get("GUEST_TOKEN_DAYS", "365"))
CSRF_FAILURE_VIEW = "shop.graphql.transport.http.csrf_failure"

#: Bytes of one GraphQL request, and of one message on a WebSocket.
GRAPHQL_BODY_LIMIT = int(os.environ.get("GRAPHQL_BODY_LIMIT", "1000000"))
#: A JSON file of {"<id>": "<document>"}; and whether nothing but these documents is run. See shop/graphql/documents.py.
TRUSTED_DOCUMENTS = os.environ.get("TRUSTED_DOCUMENTS", "")
TRUSTED_DOCUMENTS_ONLY = env_flag("TRUSTED_DOCUMENTS_ONLY", default=False)

#: Of people who have not chosen one; e-mails are written in the language of whoever gets them.
LANGUAGE_CODE = os.environ.get("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
#: Where `collectstatic` puts files for a proxy to serve; without it the shop serves them itself.
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = True

#: Addresses of things in the storefront, for `url` fields and e-mails.
STOREFRONT_URL = os.environ.get("STOREFRONT_URL", "http://127.0.0.1:3000").rstrip("/")
#: Where this shop itself is, for links to its admin and to its own pages in e-mails.
SHOP_URL = os.environ.get("SHOP_URL", "http://127.0.0.1:8000").rstrip("/")
#: Of prices; orders keep the currency they were placed in.
# Whether requests that plugins make may go to addresses within the network, and without TLS
WEBHOOK_ALLOW_PRIVATE = env_flag("WEBHOOK_ALLOW_PRIVATE", default=False)

CURRENCY = os.environ.get("CURRENCY", "EUR")

#: How e-mail leaves, as `shop.emails` reads it: "smtp://user:password@host:587?tls=1", "smtps://…", "console:", or nothing.
EMAIL_URL = os.environ.get("EMAIL_URL", "console:" if DEBUG else "")
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "shop@localhost")
_mailer = mailer_of(EMAIL_URL)
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _mailer.backend, "OPTIONS": _mailer.options}}
else:
    EMAIL_BACKEND = _mailer.backend
    globals().update(_mailer.as_settings())

if not DEBUG:
    SECURE_CONTENT_TYPE_NOSNIFF = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_flag("SECURE_COOKIES", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_flag("BEHIND_PROXY", default=False) else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
