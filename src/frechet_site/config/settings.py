"""Django's settings: secure unless the environment asks otherwise.

What an operator may choose is read in `environment.py`; nothing else reads the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF

from frechet_site.config.email import email_settings
from frechet_site.config.environment import Environment
from frechet_site.config.logs import logging_settings

# Lets `ModelAdmin[User]` and its like be written at run time as in the type checker.
django_stubs_ext.monkeypatch()

ENVIRONMENT = Environment.read(os.environ)
SITE = Path(__file__).resolve().parent.parent
FEATURES = (
    "accounts",
    "workbench",
    "cookbook",
    "course",
    "enrollment",
    "community",
    "certificates",
    "mastery",
    "api",
    "pages",
)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.origin] if ENVIRONMENT.origin else []

INSTALLED_APPS = [
    *(f"frechet_site.{name}" for name in FEATURES),
    "frechet_site.lib",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "frechet_site.lib.watching.CourseWatch",
    "frechet_site.lib.proxy.ForwardedAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "frechet_site.lib.requests.RequestLog",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "frechet_site.lib.caching.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "frechet_site.config.urls"
WSGI_APPLICATION = "frechet_site.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frechet_site.lib.context.site",
            ],
            "builtins": ["frechet_site.lib.templatetags.components"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, Any] = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A short write lock taken at once: two learners who save together wait, neither fails.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# `default` is shared by all processes; the others are quick, and each process has its own.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"},
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "memory",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    "engine": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "engine",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STATICFILES_DIRS = [SITE / "static"]
MEDIA_ROOT = ENVIRONMENT.data / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "frechet_site.lib.statics.HashedModules"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:profile"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "frechet_site.accounts.letters.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "frechet_site.accounts.signup.DisplayNameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "frechet_site.accounts.models.display"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# In the browser that signed up, and nowhere else: people go on where they were.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
# Wrong passwords: for an address of the network in an hour, for an account in a quarter of one.
ACCOUNT_RATE_LIMITS = {"login_failed": "100/h/ip,10/15m/key"}

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.sender
globals().update(email_settings(ENVIRONMENT.email_url))

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.encrypted
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.encrypted else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
BEHIND_PROXY = ENVIRONMENT.proxied
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxied else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "__Host-session" if ENVIRONMENT.encrypted else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.encrypted else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 24 * 3600
CSRF_FAILURE_VIEW = "frechet_site.pages.errors.forgery_suspected"
X_FRAME_OPTIONS = "DENY"
# A form or a request to the interface is short; files that are uploaded are counted apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# How long each kind of engine call may take, in seconds, before its process is ended.
ENGINE_SECONDS = 10
ENGINE_WORKERS = ENVIRONMENT.engine_workers
ENGINE_MEMORY_MB = ENVIRONMENT.engine_memory_mb
# Limits of use, written "count/seconds": a stranger, and a person who is signed in.
RATE_LIMITS = {
    "engine": ("240/60", "600/60"),
    # A question with each keystroke; a class behind one address types together.
    "typing": ("1200/60", "1200/60"),
    "post": ("5/600", "20/600"),
    "answer": ("60/60", "120/60"),
    "coupon": ("20/600", "30/600"),
    "password": ("10/900", "10/900"),
}

# The whole course is open to everybody, without registration.
COURSE_IS_FREE = ENVIRONMENT.free
# Without keys, payment by Stripe is not offered.
STRIPE_KEY = ENVIRONMENT.stripe_key
STRIPE_WEBHOOK_SECRET = ENVIRONMENT.stripe_webhook_secret
STRIPE_API = ENVIRONMENT.stripe_api

LOGGING = logging_settings(ENVIRONMENT.json_logs)
