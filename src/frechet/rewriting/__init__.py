"""Rewrite rules as named, typed, checkable data: patterns, rules, steps, and the pending d(…)."""
