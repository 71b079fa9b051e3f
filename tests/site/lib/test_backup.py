"""Backup and restore: everything comes back, and a damaged archive changes nothing."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings
from tests.site.conftest import make_user

from frechet_site.accounts.models import User
from frechet_site.lib.backup import BackupError, restore

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("data_folder"),
]


@pytest.fixture
def data_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def archive(tmp_path: Path, data_folder: Path) -> Path:
    make_user("ada@example.org", display_name="Ada")
    (data_folder / "keys").mkdir()
    (data_folder / "keys" / "signing").write_bytes(b"key")
    call_command("backup", tmp_path / "backup.zip", verbosity=0)
    return tmp_path / "backup.zip"


def test_what_was_lost_comes_back_and_what_came_later_goes(archive: Path, data_folder: Path) -> None:
    User.objects.all().delete()
    make_user("late@example.org")
    (data_folder / "keys" / "signing").write_bytes(b"other")
    call_command("restore", archive, "--replace", verbosity=0)
    assert [user.email for user in User.objects.all()] == ["ada@example.org"]
    assert User.objects.get().display_name == "Ada"
    assert (data_folder / "keys" / "signing").read_bytes() == b"key"


def test_only_their_owner_reads_an_archive_and_a_key_that_came_back(archive: Path, data_folder: Path) -> None:
    key = data_folder / "keys" / "signing"
    key.unlink()
    call_command("restore", archive, "--replace", verbosity=0)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (archive, key)] == [0o600, 0o600]


def test_a_restore_must_be_confirmed(archive: Path) -> None:
    with pytest.raises(CommandError, match="Add --replace"):
        call_command("restore", archive)


def test_a_damaged_archive_is_refused_and_nothing_changes(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    make_user("late@example.org")
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            restore(damaged)
        except BackupError:
            assert User.objects.count() == 2
        else:  # the byte carried no meaning: what came back is what was saved
            assert [user.email for user in User.objects.all()] == ["ada@example.org"]
            make_user("late@example.org")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "media/../../outside", "other/file"])
def test_a_file_that_is_not_of_a_site_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    hostile = tmp_path / "hostile.zip"
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(hostile, "w") as bad:
        manifest = good.read("manifest.json").replace(b'"keys/signing"', f'"{name}"'.encode())
        bad.writestr("manifest.json", manifest)
        bad.writestr("database", good.read("database"))
        bad.writestr(name, b"key")
    with pytest.raises(BackupError, match="no file of a site"):
        restore(hostile)


def test_a_text_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(BackupError, match="not a whole backup"):
        restore(tmp_path / "notes.txt")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file of a database is SQLite's")
def test_a_backup_of_another_kind_of_database_is_refused(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(other, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name).replace(b'"engine": "sqlite"', b'"engine": "postgresql"'))
    with pytest.raises(BackupError, match="of postgresql; this site runs on sqlite"):
        restore(other)
