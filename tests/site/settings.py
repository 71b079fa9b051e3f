"""The site's settings for tests: a database of its own, quick passwords, mail kept in memory."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("FRECHET_DATA", tempfile.mkdtemp(prefix="frechet-tests-"))
os.environ.setdefault("FRECHET_SECRET_KEY", "only-for-tests-" + 40 * "x")

from frechet_site.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "memory", "engine")
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
ENGINE_WORKERS = 1
