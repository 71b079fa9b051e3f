"""Backup and restore: one archive with the database, uploaded files and keys, each with its checksum.

The database is copied by its own means (SQLite's backup call, `pg_dump`), so that a backup taken
while people work is whole. A restore first checks everything, the archive, each checksum, the
database's integrity and its schema, and only then replaces anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

FORMAT: Final = "frechet-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
FOLDERS: Final = ("media", "keys")
POSTGRES_NAMES: Final = {
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGDATABASE": "NAME",
}
MOST_BYTES: Final = 64 * 1024**3
# An archive holds keys and the hashes of passwords; a zip file does not keep who may read what.
OWNER_ONLY: Final = 0o600


class BackupError(Exception):
    """An archive that cannot be restored, or a backup that failed; nothing was changed."""


def backup(target: Path) -> None:
    """Write the archive; a file of that name appears only when it is complete."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / DATABASE
        _dump_database(dump)
        files = {DATABASE: dump, **_kept_files()}
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "engine": connection.vendor,
            "made": timezone.now().isoformat(),
            "files": {name: _digest(path) for name, path in files.items()},
        }
        unfinished = Path(folder) / "archive"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            for name, path in files.items():
                archive.write(path, name)
        unfinished.chmod(OWNER_ONLY)
        os.replace(unfinished, target)


def restore(source: Path) -> None:
    """Check the archive, then put its content in the place of what is there."""
    with tempfile.TemporaryDirectory(dir=settings.MEDIA_ROOT.parent) as folder:
        names = _unpacked(source, Path(folder))
        _check_database(Path(folder) / DATABASE)
        _load_database(Path(folder) / DATABASE)
        for name in names:
            if name != DATABASE:
                place = settings.MEDIA_ROOT.parent / name
                place.parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).chmod(OWNER_ONLY)
                os.replace(Path(folder) / name, place)


def _kept_files() -> dict[str, Path]:
    data = settings.MEDIA_ROOT.parent
    return {
        path.relative_to(data).as_posix(): path
        for folder in FOLDERS
        for path in sorted((data / folder).rglob("*"))
        if path.is_file()
    }


def _unpacked(source: Path, folder: Path) -> list[str]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            for name, digest in manifest["files"].items():
                archive.extract(_safe(name), folder)
                if _digest(folder / name) != digest:
                    raise BackupError(f"{name} in the archive is damaged. Take another backup.")
    except BackupError:
        raise
    except Exception as error:  # a damaged archive makes zipfile, zlib and json fail in many ways
        raise BackupError(f"{source} is not a whole backup of Fréchet ({error}).") from error
    return list(manifest["files"])


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
        raise BackupError("The archive is larger than any site. It was not unpacked.")
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT or manifest["version"] != VERSION:
        raise BackupError("The archive is of another version of Fréchet. Restore it with that version.")
    if manifest["engine"] != connection.vendor:
        raise BackupError(f"The backup is of {manifest['engine']}; this site runs on {connection.vendor}.")
    if set(manifest["files"]) | {MANIFEST} != set(archive.namelist()) or DATABASE not in manifest["files"]:
        raise BackupError("The archive does not hold what its list says. Take another backup.")
    return manifest


def _safe(name: str) -> str:
    parts = Path(name).parts
    if name != DATABASE and (parts[0] not in FOLDERS or ".." in parts or len(parts) < 2):
        raise BackupError(f"The archive holds {name}, which is no file of a site. It was not unpacked.")
    return name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _load_database(dump: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(dump)) as copy:
            copy.backup(connection.connection)
    else:
        connection.close()
        database = f"--dbname={connection.settings_dict['NAME']}"
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *options, database, str(dump))


def _check_database(dump: Path) -> None:
    if connection.vendor != "sqlite":
        _run("pg_restore", "--list", str(dump))
        return
    try:
        with closing(sqlite3.connect(dump)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            applied = set(copy.execute("SELECT app, name FROM django_migrations").fetchall())
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database in the archive cannot be read ({error}).") from error
    if not sound:
        raise BackupError("The database in the archive is damaged. Take another backup.")
    if unknown := applied - set(MigrationLoader(None).disk_migrations):
        raise BackupError(f"The backup is of a newer Fréchet (it has {sorted(unknown)[0]}). Upgrade first.")


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, which others cannot read."""
    known = connection.settings_dict
    credentials = {name: str(known[key]) for name, key in POSTGRES_NAMES.items() if known[key]}
    environment = {**os.environ, **credentials}
    try:
        subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        raise BackupError(f"{program} is not installed. Install PostgreSQL's client programs.") from None
    except subprocess.CalledProcessError as failed:
        raise BackupError(f"{program} failed: {failed.stderr.strip()[:400]}") from failed
