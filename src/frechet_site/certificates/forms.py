"""What is asked for a certificate."""

from __future__ import annotations

from typing import final

from django import forms

from frechet_site.certificates.lettering import can_be_drawn
from frechet_site.certificates.models import NAME_LENGTH


@final
class IssueForm(forms.Form):
    """The name that the certificate carries."""

    name = forms.CharField(
        max_length=NAME_LENGTH,
        label="Your name",
        help_text="As it shall stand on the certificate. Later only an instructor can correct it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """Refuse a name that cannot be drawn."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not any(letter.isalpha() for letter in name):
            raise forms.ValidationError("Write the name with letters.")
        if not can_be_drawn(name):
            raise forms.ValidationError(
                "The certificate's font lacks some of these letters. "
                "Write the name in Latin, Greek or Cyrillic letters."
            )
        return name


@final
class TokenForm(forms.Form):
    """A credential that somebody wants to check."""

    credential = forms.CharField(
        max_length=20_000,
        label="Credential",
        help_text="The content of the .jwt file.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
