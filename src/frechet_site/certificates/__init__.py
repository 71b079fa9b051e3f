"""Certificates of completion and their verification."""
