"""The identities of matrix algebra as rules, one file per algebra; `RULES` is the whole list."""

from frechet.rewriting.rules import Rule
from frechet.simplification import hadamard, sums, traces, transposes, vectorization

RULES: tuple[Rule, ...] = (
    *sums.RULES,
    *transposes.RULES,
    *traces.RULES,
    *hadamard.RULES,
    *vectorization.RULES,
)
