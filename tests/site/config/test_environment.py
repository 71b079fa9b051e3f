"""Settings from the environment: secure without being asked, refused by name when meaningless."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from frechet_site.config.email import email_settings
from frechet_site.config.environment import Environment
from frechet_site.config.logs import JsonLines


def read(tmp_path: Path, **variables: str) -> Environment:
    return Environment.read({"FRECHET_DATA": str(tmp_path), **variables})


def test_nothing_set_means_secure_and_local(tmp_path: Path) -> None:
    chosen = read(tmp_path)
    assert not chosen.debug
    assert not chosen.encrypted
    assert set(chosen.hosts) == {"localhost", "127.0.0.1", "[::1]"}
    assert chosen.database_url == f"sqlite:///{tmp_path.resolve() / 'frechet.sqlite3'}"


def test_the_secret_key_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) >= 50
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_only_the_owner_looks_into_a_new_data_folder(tmp_path: Path) -> None:
    chosen = read(tmp_path / "data")
    assert stat.S_IMODE(chosen.data.stat().st_mode) == 0o700


def test_the_origin_gives_host_and_encryption(tmp_path: Path) -> None:
    chosen = read(tmp_path, FRECHET_ORIGIN="https://course.example.org/")
    assert chosen.encrypted
    assert "course.example.org" in chosen.hosts


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("FRECHET_DEBUG", "maybe", "FRECHET_DEBUG is 'maybe'. Write 1 or 0."),
        (
            "DATABASE_URL",
            "mysql://user:secret@host/name",
            "DATABASE_URL is not understood. Write postgres://user:password@host/name.",
        ),
        ("FRECHET_ENGINE_WORKERS", "0", "FRECHET_ENGINE_WORKERS is '0'. Write a whole number from 1 up."),
        (
            "FRECHET_ORIGIN",
            "course.example.org",
            "FRECHET_ORIGIN is 'course.example.org'. Write it like https://course.example.org.",
        ),
    ],
)
def test_a_value_without_meaning_is_refused_by_name(
    tmp_path: Path, name: str, value: str, message: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(tmp_path, **{name: value})
    assert str(refused.value) == message


def test_a_mail_server_that_is_no_url_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="Write smtp"):
        email_settings("mail.example.org")


def test_a_line_of_log_is_one_json_object_whatever_is_in_it() -> None:
    record = logging.makeLogRecord({"msg": "a\nb %s", "args": ("c\r\nd",), "incident": "7"})
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "a\nb c\r\nd"
    assert json.loads(line)["incident"] == "7"
