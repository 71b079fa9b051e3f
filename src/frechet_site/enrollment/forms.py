"""What is sent in a registration: checked before anything is done with it."""

from __future__ import annotations

from typing import ClassVar, Final, final

from django import forms

from frechet_site.enrollment.models import Announcement, Coupon
from frechet_site.enrollment.orders import Wish

LONGEST_CODE: Final = 40


@final
class CouponForm(forms.Form):
    """A coupon that somebody types."""

    coupon = forms.CharField(
        max_length=LONGEST_CODE,
        required=False,
        label="Coupon",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@final
class RegistrationForm(forms.Form):
    """The wish to be registered."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    coupon = forms.CharField(max_length=LONGEST_CODE, required=False, widget=forms.HiddenInput)
    provider = forms.SlugField(max_length=20, required=False, widget=forms.HiddenInput)

    def wish(self) -> Wish:
        """Return the wish."""
        data = self.cleaned_data
        return Wish(data["key"], data["coupon"].strip(), data["provider"])


@final
class CouponEditForm(forms.ModelForm[Coupon]):
    """A coupon as an instructor writes it."""

    class Meta:
        """The settings."""

        model = Coupon
        fields: ClassVar = [
            "code",
            "percent",
            "amount",
            "use_limit",
            "per_user_limit",
            "expires",
            "is_active",
            "note",
        ]

    def clean_code(self) -> str:
        """Keep the code in capitals."""
        return str(self.cleaned_data["code"]).strip().upper()


@final
class LearnerSearchForm(forms.Form):
    """Which learners to list."""

    q = forms.CharField(max_length=100, required=False, label="Name or address")


@final
class AnnouncementForm(forms.ModelForm[Announcement]):
    """A message to everybody who is registered."""

    class Meta:
        """The settings."""

        model = Announcement
        fields: ClassVar = ["subject", "body"]
        labels: ClassVar = {"body": "Text"}
        help_texts: ClassVar = {"body": "Plain text. It is sent to everybody who is registered."}
