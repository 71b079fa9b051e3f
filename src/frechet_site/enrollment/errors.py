"""What can be refused in a registration, in the learner's words."""

from __future__ import annotations

from typing import final

from frechet.errors import FrechetError


@final
class EnrollmentError(FrechetError):
    """A registration, a coupon or a payment was refused; nothing was changed."""
