"""The verified Cookbook: identities of matrix calculus as data, each proved by the engine.

    search("tr(A*X*B)", wrt="X")    entries that state it, up to renaming, transposition and cyclic order
    show("81")                      statement, conditions, derivation, code, related entries
    verify_all()                    prove every entry again

The entries are facts in `entries/*.toml` and hold no proofs: what is said of an entry's truth is
what `prove` found when it was run.
"""

from __future__ import annotations

from frechet.cookbook.check import Proof, prove, verify_all
from frechet.cookbook.entry import Entry, entries, find
from frechet.cookbook.search import Hit, search
from frechet.cookbook.show import show

__all__ = ["Entry", "Hit", "Proof", "entries", "find", "prove", "search", "show", "verify_all"]
