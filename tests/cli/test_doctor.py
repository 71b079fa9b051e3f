"""`frechet doctor`: the findings, what a lecture needs, exit statuses."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import click
import pytest
from click.testing import CliRunner, Result

from frechet.cli import commands, findings
from frechet.cli.findings import Finding, State
from frechet.course import practice_log
from frechet.course.content import read_course
from frechet.course.needs import needs
from frechet.errors import FrechetError

ATTEMPT: Final = {
    "exercise": "linear-form/e1",
    "skills": ["linear-form"],
    "seed": 0,
    "right": True,
    "wrong_tries": 0,
    "hints": 0,
    "when": "2026-01-01T12:00:00+00:00",
    "mistakes": [],
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def found(code: str) -> Finding:
    return next(finding for finding in findings.findings() if finding.code == code)


def test_every_finding_has_a_code_of_its_own_and_whatever_is_not_good_says_what_to_do() -> None:
    seen = findings.findings()
    assert len({finding.code for finding in seen}) == len(seen) >= 8
    assert all(finding.commands for finding in seen if finding.state is not State.GOOD)


def test_the_findings_as_json_are_those_of_the_text() -> None:
    data = json.loads(run("doctor", "--format", "json").stdout)
    assert [entry["code"] for entry in data["findings"]] == [f.code for f in findings.findings()]
    assert data["packages"]["numpy"] is not None


def test_a_wrong_derivative_is_found_and_ends_with_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "SELF_CHECKS", (("x'*x", ("x",), "3*x"),))
    result = run("doctor")
    assert result.exit_code == 1
    assert "self-check failed: the derivative of x'*x" in result.stdout


def test_without_numpy_the_doctor_gives_advice_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    finding = found("NP01")
    assert finding.state is State.ADVICE
    assert "numeric]" in finding.commands[0]


def test_a_taken_port_is_named_and_the_next_one_offered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr(findings, "PORT", other.getsockname()[1])
        finding = found("WEB01")
    assert finding.state is State.ADVICE
    assert "--port" in finding.commands[0]


def test_outside_an_environment_three_ways_to_make_one_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.delenv("CONDA_DEFAULT_ENV", raising=False)
    finding = found("ENV01")
    assert finding.state is State.ADVICE
    assert len(finding.commands) == 3
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "frechet")
    assert found("ENV01").state is State.GOOD


def test_jax_with_32_bits_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "installed", lambda name: True)
    monkeypatch.delenv("JAX_ENABLE_X64", raising=False)
    assert found("JX01").state is State.ADVICE
    monkeypatch.setenv("JAX_ENABLE_X64", "1")
    assert found("JX01").state is State.GOOD


def test_what_a_lecture_needs_is_read_off_its_lab() -> None:
    assert needs("quadratic-form-pt-1") == {"frechet": "frechet", "numpy": "numpy", "sklearn": "scikit-learn"}
    assert needs("beginners-or-experts", read_course()) == {}


def test_the_plan_of_a_lecture_loads_each_library(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("doctor", "--plan", "quadratic-form-pt-1")
    assert result.exit_code == 0
    assert result.stdout.count("LAB01") == 3
    monkeypatch.setitem(sys.modules, "sklearn", None)
    result = run("doctor", "--plan", "quadratic-form-pt-1")
    assert result.exit_code == 1
    assert "scikit-learn does not load" in result.stdout
    assert "labs]" in result.stdout


def test_an_unknown_lecture_is_refused_with_a_hint() -> None:
    result = run("doctor", "--plan", "astrology")
    assert result.exit_code == 2
    assert "frechet course list" in result.stderr


def test_where_progress_cannot_be_written_another_place_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(click, "get_app_dir", lambda name: str(tmp_path / "frechet"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert found("FS01").commands == ("frechet practice --log progress.jsonl",)
    assert not (tmp_path / "frechet").exists()


class TestFix:
    """`frechet doctor --fix`."""

    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """Return the installer's calls, which install nothing."""
        made: list[list[str]] = []

        def run_nothing(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
            made.append(words)
            return subprocess.CompletedProcess(words, 0, "", "")

        monkeypatch.setattr("frechet.cli.mending.subprocess.run", run_nothing)
        return made

    @pytest.fixture
    def folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """Return an empty folder, which is the current one and that of progress."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(click, "get_app_dir", lambda name: str(tmp_path))
        return tmp_path

    def answered(self, answers: str, *arguments: str) -> Result:
        return CliRunner().invoke(commands, ["doctor", "--fix", *arguments], input=answers)

    def test_what_is_missing_is_installed_once_it_is_agreed_to(
        self, calls: list[list[str]], folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "sklearn", None)
        plan = ("--plan", "quadratic-form-pt-1")
        assert "Ran" not in self.answered("n\n", *plan).stdout
        assert "nobody is asked" in self.answered("", *plan).stdout
        assert calls == []
        assert "Ran" in self.answered("y\n", *plan).stdout
        assert "Ran" in self.answered("", *plan, "--yes").stdout
        assert all(words[-1].endswith("[labs]") for words in calls)
        assert len(calls) == 2

    def test_nothing_is_installed_outside_an_environment(
        self, calls: list[list[str]], folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "numpy", None)
        monkeypatch.setattr(sys, "base_prefix", sys.prefix)
        monkeypatch.delenv("CONDA_DEFAULT_ENV", raising=False)
        assert "only into an environment (ENV01)" in self.answered("", "--yes").stdout
        assert calls == []

    def test_an_installer_that_fails_is_quoted(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        failed = subprocess.CompletedProcess([], 1, "", "collecting\nno space left")
        monkeypatch.setattr("frechet.cli.mending.subprocess.run", lambda *words, **_: failed)
        monkeypatch.setitem(sys.modules, "sklearn", None)
        result = self.answered("", "--plan", "quadratic-form-pt-1", "--yes")
        assert result.exit_code == 1
        assert "no space left" in result.stdout

    def test_what_the_course_itself_lacks_is_installed(
        self, calls: list[list[str]], folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "frechet.course.needs", None)
        result = self.answered("", "--plan", "quadratic-form-pt-1", "--yes")
        assert "✗ LAB01  the course needs frechet.course.needs" in result.stdout
        assert [words[-1].endswith("[labs]") for words in calls] == [True]

    def test_a_damaged_log_is_copied_and_what_can_be_read_is_kept(self, folder: Path) -> None:
        log, right = folder / practice_log.LOG_NAME, json.dumps(ATTEMPT)
        damaged = f"{right}\n{{half a li".encode() + b"\xff\n" + right.encode() + b"\n"
        log.write_bytes(damaged)
        with pytest.raises(FrechetError, match="cannot be read") as refused:
            practice_log.read_log(log)
        assert "doctor --fix" in refused.value.hint
        result = self.answered("", "--yes")
        assert "Took 1 lines out" in result.stdout
        assert len(practice_log.read_log(log)) == 2
        assert (folder / f"{log.name}.copy-1").read_bytes() == damaged
        assert "FS02   your log of practice can be read: 2 lines" in result.stdout

    def test_a_notebook_that_cannot_be_read_is_copied_and_begun_anew(self, folder: Path) -> None:
        file = folder / "quadratic-form-pt-1.ipynb"
        file.write_text('{"cells": [', encoding="utf-8")
        (folder / f"{file.name}.copy-1").write_text("an older copy", encoding="utf-8")
        self.answered("", "--plan", "quadratic-form-pt-1", "--yes")
        assert json.loads(file.read_text(encoding="utf-8"))["cells"]
        assert (folder / f"{file.name}.copy-1").read_text(encoding="utf-8") == "an older copy"
        assert (folder / f"{file.name}.copy-2").read_text(encoding="utf-8") == '{"cells": ['

    def test_a_notebook_that_can_be_read_is_left_alone(self, folder: Path) -> None:
        run("lab", "start", "quadratic-form-pt-1", "--no-open")
        before = (folder / "quadratic-form-pt-1.ipynb").read_bytes()
        result = self.answered("", "--plan", "quadratic-form-pt-1", "--yes")
        assert "nothing that the doctor can mend" in result.stdout
        assert (folder / "quadratic-form-pt-1.ipynb").read_bytes() == before

    def test_it_asks_and_so_has_no_json(self) -> None:
        assert self.answered("", "--format", "json").exit_code == 2
        assert run("doctor", "--yes").exit_code == 2
