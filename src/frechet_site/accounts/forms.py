"""The forms of one's own account."""

from __future__ import annotations

from typing import ClassVar, final

from django import forms

from frechet_site.accounts.models import User
from frechet_site.accounts.names import plain_name


@final
class ProfileForm(forms.ModelForm[User]):
    """What a person may change: nothing else of the account is writable."""

    class Meta:
        """The settings."""

        model = User
        fields: ClassVar = ["display_name", "layout", "theme"]
        widgets: ClassVar = {"layout": forms.RadioSelect, "theme": forms.RadioSelect}

    def clean_display_name(self) -> str:
        """Refuse what is no name."""
        return plain_name(self.cleaned_data["display_name"])


@final
class DeletionForm(forms.Form):
    """Asks for the password again before an account is deleted."""

    password = forms.CharField(
        label="Your password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.user = user

    def clean_password(self) -> str:
        """Refuse a wrong password."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password. Type it again, or reset it first.")
        return password
