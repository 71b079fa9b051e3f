"""What sign-up asks beside address and password."""

from __future__ import annotations

from typing import final

from django import forms
from django.http import HttpRequest

from frechet_site.accounts.models import User
from frechet_site.accounts.names import plain_name


@final
class DisplayNameForm(forms.Form):
    """Asks for the name to show; an address and a password are asked by allauth."""

    display_name = forms.CharField(
        label="Name",
        max_length=60,
        required=False,
        help_text="Shown beside what you write, and on your certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_display_name(self) -> str:
        """Refuse what is no name."""
        return plain_name(self.cleaned_data["display_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name with the new account."""
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
