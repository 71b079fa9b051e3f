"""`frechet cookbook`: search, show and verify the identities."""

from __future__ import annotations

import sys
import time
from collections import Counter

import click

from frechet.cli.declarations import read_declarations
from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.cookbook.check import PROVED, Proof, verify_all
from frechet.cookbook.entry import Entry, entries, find
from frechet.cookbook.search import LIMIT, search
from frechet.cookbook.show import show


@click.group()
def cookbook() -> None:
    """The verified Cookbook: identities of matrix calculus, each proved by the engine."""


@cookbook.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True, metavar="FORMULA|WORDS|NUMBER")
@click.option("--wrt", metavar="NAME", help="The variable of differentiation.")
@click.option("--declare", "declared", multiple=True, metavar="'NAME: KIND'", help="As in frechet derive.")
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="How many to list.")
def search_command(query: tuple[str, ...], wrt: str | None, declared: tuple[str, ...], limit: int) -> None:
    """List the entries that fit a formula, words, or an equation number, the best first."""
    with refusals_on_standard_error():
        hits = search(" ".join(query), wrt, read_declarations(declared), limit)
    for hit in hits:
        click.echo(f"{hit.entry.id:24} {hit.entry.statement}")
        click.echo(f"{'':24} {hit.entry.title}; {hit.entry.citation} [{hit.why}]")
    if not hits:
        click.echo("Nothing fits. Try words, or fewer of them.")
        raise click.exceptions.Exit(CHECK_FAILED)


@cookbook.command("show")
@click.argument("name", metavar="ID|NUMBER")
def show_command(name: str) -> None:
    """Print statement, conditions, proof, derivation, code and related entries."""
    with refusals_on_standard_error():
        click.echo(show(name))


@cookbook.command("verify")
@click.argument("names", nargs=-1, metavar="[ID|NUMBER]...")
def verify_command(names: tuple[str, ...]) -> None:
    """Prove the entries again, all of them unless some are named."""
    with refusals_on_standard_error():
        chosen: tuple[Entry, ...] = tuple(e for name in names for e in find(name)) or entries()
    started = time.perf_counter()
    with click.progressbar(length=len(chosen), label="proving", file=sys.stderr) as bar:
        proofs = verify_all(lambda proof: bar.update(1), chosen)
    report(proofs, time.perf_counter() - started)


def report(proofs: list[Proof], seconds: float) -> None:
    """Print how the entries were proved, which errata stand, and what failed; exit 1 if anything did."""
    for method, count in Counter(p.method for p in proofs).most_common():
        click.echo(f"{method:14} {count:4}")
    numeric = [p.entry.id for p in proofs if p.ok and p.method not in PROVED]
    if numeric:
        click.echo(f"verified numerically: {', '.join(numeric)}")
    refuted = [p.entry.id for p in proofs if p.erratum is not None and not p.erratum.equal]
    if refuted:
        click.echo(f"printed forms refuted: {', '.join(refuted)}")
    failed = [p for p in proofs if not p.ok]
    for proof in failed:
        click.echo(f"failed: {proof.entry.id}: {proof.message} (error {proof.error:.0e})")
    worst = max((p.error for p in proofs), default=0.0)
    share = sum(p.proved for p in proofs) / max(len(proofs), 1)
    click.echo(
        f"{len(proofs)} entries in {seconds:.1f} s, {share:.1%} proved, largest relative error {worst:.0e}"
    )
    if failed:
        raise click.exceptions.Exit(CHECK_FAILED)
