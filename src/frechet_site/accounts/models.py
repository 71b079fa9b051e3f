"""A person with an account: known by e-mail, shown to others under a name of their choice."""

from __future__ import annotations

from typing import ClassVar, final

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


@final
class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Make an account; without a password it cannot be logged in to."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Make the account of an administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Layout(models.TextChoices):
    """How Jacobians are laid out for a reader."""

    NUMERATOR = "numerator", "numerator: a row for each entry of the function"
    DENOMINATOR = "denominator", "denominator: a column for each entry of the function"


class Theme(models.TextChoices):
    """Which colors a reader wants."""

    SYSTEM = "", "as the device"
    LIGHT = "light", "light"
    DARK = "dark", "dark"


@final
class User(AbstractBaseUser, PermissionsMixin):
    """An account."""

    email = models.EmailField("email address", unique=True)
    display_name = models.CharField(
        "name", max_length=60, blank=True, help_text="Shown beside what you write, and on your certificate."
    )
    layout = models.CharField("layout of Jacobians", max_length=11, choices=Layout, default=Layout.NUMERATOR)
    theme = models.CharField("colors", max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    is_staff = models.BooleanField("instructor or administrator", default=False)
    is_active = models.BooleanField("may log in", default=True)
    date_joined = models.DateTimeField("joined", default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """One account an address, whatever its capitals."""

        verbose_name = "account"
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_an_address",
                violation_error_message="This address is taken.",
            )
        ]

    def __str__(self) -> str:
        return display(self)


def display(user: User) -> str:
    """Return the name under which others see a person; never the address."""
    return user.display_name or f"Learner {user.pk}"
