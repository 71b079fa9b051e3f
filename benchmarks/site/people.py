"""Run beside the site: makes learners with sessions and prints them with answers and addresses, as JSON.

python -m benchmarks.site.people 150
"""

from __future__ import annotations

import json
import os
import sys
from itertools import count, islice
from typing import Any, Final

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "frechet_site.config.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from tests.site.addresses import address_of, routes, samples_of, some_mistakes  # noqa: E402

from frechet.course.exercises.grading import right_answer  # noqa: E402
from frechet.course.exercises.variants import variant  # noqa: E402
from frechet_site.accounts.models import User  # noqa: E402
from frechet_site.certificates.requirements import graded_exercises  # noqa: E402
from frechet_site.course.content import exercises  # noqa: E402
from frechet_site.enrollment.models import Registration  # noqa: E402
from frechet_site.enrollment.offers import current_offer  # noqa: E402

ANSWERS: Final = 3_000
WRONG: Final = {"formula": "2*{}", "formulas": "2*({})", "numbers": "[7; 7]"}
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


def main(learners: int) -> None:
    """Make everything and print it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("demo_class", verbosity=0, stdout=sys.stderr)
    people = [User(email=f"learner{k}@example.org", display_name=f"Learner {k}") for k in range(learners)]
    people = User.objects.bulk_create(people)
    offer = current_offer()
    Registration.objects.bulk_create(Registration(user=user, offer=offer) for user in people)
    ada = User.objects.create_user("samples@example.org", display_name="Ada Lovelace")
    some_mistakes(ada)
    samples = samples_of(ada)
    told = {
        "sessions": [session_of(user) for user in people],
        "learner": session_of(ada),
        "instructor": session_of(User.objects.filter(is_staff=True).earliest("id")),
        "addresses": [address_of(route, samples) for route in routes()],
        "answers": answers(),
    }
    print(json.dumps(told))


def session_of(user: User) -> str:
    """Log a person in, as a login does it, and return the key of the session."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(86_400)
    session.create()
    return str(session.session_key)


def answers() -> list[dict[str, Any]]:
    """Return answers, each to a variant of its own: right, wrong, right, wrong."""
    turns = ((seed, name) for seed in count(1) for name in sorted(graded_exercises()))
    return [
        answer_to(name, seed, right=place % 2 == 0)
        for place, (seed, name) in enumerate(islice(turns, ANSWERS))
    ]


def answer_to(name: str, seed: int, *, right: bool) -> dict[str, Any]:
    """Return an answer to a variant; a wrong one is near the right one."""
    made = variant(exercises().exercises[name], seed)
    found = right_answer(made)
    texts = [found] if isinstance(found, str) else list(found)
    if not right:
        texts = [WRONG.get(made.input, "1").format(text) for text in texts]
    lecture, _, exercise = name.partition("/")
    return {"address": f"/course/{lecture}/exercises/{exercise}/", "seed": seed, "answer": texts}


if __name__ == "__main__":
    main(int(sys.argv[1]))
