"""What a learner sends: checked before anything is done with it."""

from __future__ import annotations

from typing import Final, final

from django import forms
from django.http import QueryDict

from frechet_site.accounts.models import Layout

MAX_ANSWER: Final = 2_000
MAX_LINES: Final = 24
MOST_SEEDS: Final = 1_000_000
HINT_GRADES: Final = 3


@final
class VariantForm(forms.Form):
    """Which variant; seed 0 is the exercise as its file has it."""

    seed = forms.IntegerField(min_value=0, max_value=MOST_SEEDS - 1)
    hints = forms.IntegerField(min_value=0, max_value=HINT_GRADES, required=False)


@final
class AnswerForm(forms.Form):
    """An answer, as the several texts in which the page has it."""

    seed = forms.IntegerField(min_value=0, max_value=MOST_SEEDS - 1)
    hints = forms.IntegerField(min_value=0, max_value=HINT_GRADES, required=False)

    def clean(self) -> dict[str, object]:
        """Gather the fields `answer` and `place` in the form in which the marker reads them."""
        cleaned: dict[str, object] = super().clean() or {}
        sent = self.data if isinstance(self.data, QueryDict) else QueryDict()
        texts, places = sent.getlist("answer"), sent.getlist("place")
        if sum(map(len, texts)) > MAX_ANSWER or len(texts) + len(places) > MAX_LINES:
            raise forms.ValidationError(f"An answer has at most {MAX_ANSWER:,} characters. Shorten it.")
        answers = [_in_order(places)] if places else texts
        if not any(text.strip() for text in answers):
            raise forms.ValidationError("There is no answer yet. Write or choose one, then check it.")
        return {**cleaned, "answers": answers}


def _in_order(places: list[str]) -> str:
    """Return which shown line stands first, second, …, from the place that each was given."""
    order = sorted(range(len(places)), key=lambda k: (places[k].zfill(3), k))
    if len(set(places)) < len(places):
        return "1"
    return " ".join(str(k + 1) for k in order)


@final
class ReadForm(forms.Form):
    """What is typed in one field, to be read back."""

    seed = forms.IntegerField(min_value=0, max_value=MOST_SEEDS - 1)
    blank = forms.IntegerField(min_value=0, max_value=MAX_LINES, required=False)
    answer = forms.CharField(max_length=MAX_ANSWER)


@final
class LayoutForm(forms.Form):
    """The convention by which Jacobians are laid out."""

    layout = forms.ChoiceField(choices=Layout.choices)


@final
class PlaceForm(forms.Form):
    """Where in a lecture a reader is."""

    place = forms.RegexField(r"^[\w-]*$", max_length=120, required=False)


@final
class SearchForm(forms.Form):
    """What is searched for."""

    q = forms.CharField(max_length=200, required=False, label="Search the lectures")
