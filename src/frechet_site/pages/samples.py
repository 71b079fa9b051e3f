"""Samples for the style guide."""

from __future__ import annotations

from typing import Final, final

from django import forms


@final
class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    formula = forms.CharField(
        help_text="As in MATLAB: A*x is a product, A' a transpose.",
        widget=forms.TextInput(attrs={"class": "input-formula"}),
    )
    email = forms.EmailField(label="E-mail address")
    layout = forms.ChoiceField(choices=[("n", "numerator"), ("d", "denominator")], widget=forms.RadioSelect)
    sort = forms.ChoiceField(choices=[("new", "newest first"), ("votes", "most votes first")], required=False)
    question = forms.CharField(widget=forms.Textarea, required=False)
    notify = forms.BooleanField(label="Tell me when somebody answers", required=False)


SAMPLE_FORM_DATA: Final = {"formula": "norm2(A*x - b)^2", "email": "ada at example", "layout": "n"}
SAMPLE_ERROR: Final = {
    "message": "A has n columns here, but y has m rows there.",
    "caret": "  A*y\n    ^",
    "hint": "Transpose A, or declare y as vector(n).",
}
SAMPLE_CODE: Final = """def gradient(A, x, b):
    return 2 * A.T @ (A @ x - b)"""
