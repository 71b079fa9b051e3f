"""The name under which a person is shown: a name, and nothing that leads elsewhere.

It stands in letters to people who never asked for them (whoever signs up with a stranger's address
has one sent), so that a link in it would be advertising in our name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError

LEADS_ELSEWHERE: Final = re.compile(r"[/\\@<>]|\.\w{2}")
# Controls, and what turns the direction of the text around it.
INVISIBLE: Final = frozenset({"Cc", "Cf"})


def plain_name(text: str) -> str:
    """Return a name with single blanks.

    >>> plain_name("  Sophus   Lie "), plain_name("J. R. R. Tolkien-Ωμέγα")
    ('Sophus Lie', 'J. R. R. Tolkien-Ωμέγα')

    Raises:
        ValidationError: it is an address, or holds characters that nobody sees.
    """
    name = " ".join(text.split())
    if LEADS_ELSEWHERE.search(name):
        raise ValidationError("This looks like an address. Write a name, with a blank after a full stop.")
    if any(unicodedata.category(letter) in INVISIBLE for letter in name):
        raise ValidationError("This holds characters that nobody sees. Type the name anew.")
    return name
