"""A mail server that does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


@final
class Broken(BaseEmailBackend):
    """Refuses every letter."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Fail as a closed port does."""
        raise ConnectionRefusedError("no mail server")
