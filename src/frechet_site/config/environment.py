"""Every setting that an operator may choose, read from environment variables and checked.

`docs/how-to/deploy.md` lists them. A value that cannot be meant is refused at the start, by name.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
DATABASES = ("postgres://", "postgresql://", "sqlite://")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@final
@dataclass(frozen=True, slots=True)
class Environment:
    """The operator's choices."""

    data: Path
    debug: bool
    secret_key: str
    origin: str
    hosts: tuple[str, ...]
    proxied: bool
    database_url: str
    email_url: str
    sender: str
    engine_workers: int
    engine_memory_mb: int
    json_logs: bool
    free: bool
    watch: bool
    stripe_key: str
    stripe_webhook_secret: str
    stripe_api: str

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Return the choices that the variables express; the data folder is made if need be."""
        data = Path(variables.get("FRECHET_DATA") or default_data_folder(variables)).expanduser().resolve()
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        origin = _origin(variables.get("FRECHET_ORIGIN", ""))
        return cls(
            data=data,
            debug=_switch(variables, "FRECHET_DEBUG"),
            secret_key=variables.get("FRECHET_SECRET_KEY") or kept_secret(data / "secret-key"),
            origin=origin,
            hosts=(*LOCAL_HOSTS, *_names(variables.get("FRECHET_HOSTS", "")), *_host_of(origin)),
            proxied=_switch(variables, "FRECHET_PROXIED"),
            database_url=_database(variables.get("DATABASE_URL") or f"sqlite:///{data / 'frechet.sqlite3'}"),
            email_url=variables.get("FRECHET_EMAIL_URL", ""),
            sender=variables.get("FRECHET_SENDER") or "Fréchet <noreply@localhost>",
            engine_workers=_count(variables, "FRECHET_ENGINE_WORKERS", max(2, (os.cpu_count() or 2) // 2)),
            engine_memory_mb=_count(variables, "FRECHET_ENGINE_MEMORY_MB", 1024),
            json_logs=_switch(variables, "FRECHET_JSON_LOGS", "1"),
            free=_switch(variables, "FRECHET_FREE"),
            watch=_switch(variables, "FRECHET_WATCH"),
            **_stripe(variables),
        )

    @property
    def encrypted(self) -> bool:
        """Tell whether people reach the site by https."""
        return self.origin.startswith("https://")


def default_data_folder(variables: Mapping[str, str]) -> Path:
    """Return where the site keeps its database and its key unless told otherwise."""
    home = variables.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "frechet"


def kept_secret(path: Path) -> str:
    """Return the secret in the file, which is made at the first call and readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(50)
        file.write(secret)
    return secret


def _switch(variables: Mapping[str, str], name: str, default: str = "") -> bool:
    value = variables.get(name, default).strip().lower()
    if value not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write 1 or 0.")
    return value in YES


def _count(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name, "").strip() or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number from 1 up.")
    return int(value)


def _database(url: str) -> str:
    if not url.startswith(DATABASES):
        # The address may hold a password: it is not repeated.
        raise ImproperlyConfigured(
            "DATABASE_URL is not understood. Write postgres://user:password@host/name."
        )
    return url


def _stripe(variables: Mapping[str, str]) -> dict[str, str]:
    key = variables.get("FRECHET_STRIPE_KEY", "")
    secret = variables.get("FRECHET_STRIPE_WEBHOOK_SECRET", "")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("FRECHET_STRIPE_KEY and FRECHET_STRIPE_WEBHOOK_SECRET belong together.")
    api = variables.get("FRECHET_STRIPE_API", "")
    return {"stripe_key": key, "stripe_webhook_secret": secret, "stripe_api": api}


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.replace(",", " ").split() if name)


def _origin(value: str) -> str:
    origin = value.strip().rstrip("/")
    parts = urlsplit(origin)
    if origin and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path):
        raise ImproperlyConfigured(f"FRECHET_ORIGIN is {value!r}. Write it like https://course.example.org.")
    return origin


def _host_of(origin: str) -> tuple[str, ...]:
    hostname = urlsplit(origin).hostname
    return (hostname,) if hostname else ()
