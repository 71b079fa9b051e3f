"""Accounts: sign-up, login, profile, export and deletion."""
