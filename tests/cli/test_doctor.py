"""`frechet doctor`: the findings, what a lecture needs, exit statuses."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from frechet.cli import commands, findings
from frechet.cli.findings import Finding, State
from frechet.course.content import read_course
from frechet.course.needs import needs


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def found(code: str) -> Finding:
    return next(finding for finding in findings.findings() if finding.code == code)


def test_every_finding_has_a_code_of_its_own_and_whatever_is_not_good_says_what_to_do() -> None:
    seen = findings.findings()
    assert len({finding.code for finding in seen}) == len(seen) == 8
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


def test_a_checkout_is_installed_from_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = {"url": "file:///home/me/my%20code", "dir_info": {"editable": True}}
    monkeypatch.setattr(findings, "_origin", lambda: origin)
    assert findings.extra("labs").endswith("pip install -e '/home/me/my code[labs]'")
    monkeypatch.setattr(findings, "_origin", dict)
    assert findings.extra("labs").endswith("pip install 'frechet[labs]'")


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
