"""The identities of matrix algebra as rules, one file per algebra; `RULES` is the whole list."""
