"""Certificates: earned, issued once, verified by anybody, revoked for everybody to see."""

from __future__ import annotations

import io
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image
from tests.site.conftest import make_user

from frechet_site.accounts.models import User
from frechet_site.certificates.issuing import CertificateError, issue, revoke
from frechet_site.certificates.models import Certificate
from frechet_site.certificates.pdf import certificate_pdf
from frechet_site.certificates.requirements import completion, graded_exercises
from frechet_site.course.content import course
from frechet_site.course.models import Attempt, Reading


def page_of(client: Client, certificate: Certificate) -> str:
    return client.get(f"/certificates/{certificate.number}/").content.decode()


def test_nothing_done_is_nothing_complete(learner: User) -> None:
    done = completion(learner)
    assert (done.read, done.solved, done.percent, done.is_complete) == (0, 0, 0, False)
    assert len(done.missing) == done.lectures == len(course().lectures)
    assert done.exercises == len(graded_exercises()) > 100


def test_everything_done_is_complete(graduate: User) -> None:
    done = completion(graduate)
    assert (done.percent, done.is_complete, done.missing) == (100, True, ())


def test_one_exercise_that_is_missing_is_named(graduate: User) -> None:
    lost = Attempt.objects.filter(user=graduate).order_by("exercise")[0]
    Attempt.objects.filter(pk=lost.pk).update(accepted=False)
    done = completion(graduate)
    assert not done.is_complete
    assert done.percent < 100
    assert [(part.lecture.id, part.is_read, part.unsolved) for part in done.missing] == [
        (lost.exercise.partition("/")[0], True, 1)
    ]
    with pytest.raises(CertificateError):
        issue(graduate, "Emmy")


def test_one_lecture_that_is_not_read_is_named(graduate: User, client: Client) -> None:
    first = course().lectures[0]
    Reading.objects.filter(user=graduate, lecture=first.id).update(finished=None)
    client.force_login(graduate)
    page = client.get("/certificates/").content.decode()
    assert first.title in page
    assert "to read" in page
    client.post("/certificates/", {"name": "Emmy"})
    assert not Certificate.objects.exists()


def test_answers_to_what_is_no_exercise_count_for_nothing(learner: User) -> None:
    Attempt.objects.create(
        user=learner, exercise="x/e1", seed=0, digest="d", outcome="right", accepted=True, counted=False
    )
    assert completion(learner).solved == 0


def test_a_certificate_is_issued_by_a_click_and_only_once(client: Client, graduate: User) -> None:
    client.force_login(graduate)
    addresses = {client.post("/certificates/", {"name": "  Emmy   Noether "})["Location"] for _ in range(2)}
    found = Certificate.objects.get()
    assert addresses == {f"/certificates/{found.number}/"}
    assert found.name == "Emmy Noether"
    assert client.get("/certificates/")["Location"] == f"/certificates/{found.number}/"
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            user=graduate, name="E", course=found.course, title="t", lectures=1, exercises=1, hours=1
        )


@pytest.mark.parametrize("name", ["李明", "नमस्ते", "🎓", "12", " ", "a" * 61])
def test_a_name_that_cannot_stand_on_the_certificate_is_refused(
    client: Client, graduate: User, name: str
) -> None:
    client.force_login(graduate)
    assert client.post("/certificates/", {"name": name}).status_code == 200
    assert not Certificate.objects.exists()


def test_numbers_are_random_and_long() -> None:
    numbers = {Certificate().number for _ in range(100)}
    assert len(numbers) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)


def test_anybody_can_verify_and_sees_name_course_date_only(client: Client, certificate: Certificate) -> None:
    page = page_of(client, certificate)
    assert "This certificate is valid" in page
    assert "Emmy Noether" in page
    assert certificate.title in page
    assert "emmy@example.org" not in page
    assert f'content="http://testserver/certificates/{certificate.number}/card.png"' in page
    assert "linkedin.com" not in page


def test_its_holder_can_share_it(client: Client, certificate: Certificate) -> None:
    client.force_login(certificate.user)
    page = page_of(client, certificate)
    for place in ("linkedin.com/profile/add", "facebook.com/sharer", "x.com/intent"):
        assert place in page
    assert f"certId={certificate.number}" in page


def test_a_number_that_was_never_issued_is_no_certificate(client: Client, db: None) -> None:
    for path in ("", "certificate.pdf", "card.png", "credential.jwt"):
        assert client.get(f"/certificates/{'0' * 32}/{path}").status_code == 404
    assert "has issued no certificate" in client.get(f"/certificates/{'0' * 32}/").content.decode()


def test_a_revoked_certificate_says_so_everywhere(client: Client, certificate: Certificate) -> None:
    assert revoke(certificate, "Somebody else's answers")
    assert not revoke(certificate)
    page = page_of(client, certificate)
    assert "This certificate was revoked" in page
    assert "Somebody else&#x27;s answers" in page
    assert "This certificate is valid" not in page
    assert "Download as PDF" not in page
    assert client.get(f"/certificates/{certificate.number}/certificate.pdf").status_code == 404


def test_after_a_revocation_a_new_one_has_another_number(certificate: Certificate) -> None:
    revoke(certificate)
    assert issue(certificate.user, "Emmy Noether").number != certificate.number


def test_a_name_with_markup_is_text(client: Client, certificate: Certificate) -> None:
    Certificate.objects.update(name="<script>alert(1)</script>")
    assert "<script>alert" not in page_of(client, certificate)
    certificate.refresh_from_db()
    assert certificate_pdf(certificate, "https://example.org/c/").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["Emmy Noether", "Ωμέγα " * 10, "A", "Łukasz-Żółć Ąćęłńóśź"])
def test_paper_and_picture_are_drawn_for_short_and_long_names(
    client: Client, certificate: Certificate, name: str
) -> None:
    Certificate.objects.update(name=name)
    paper = client.get(f"/certificates/{certificate.number}/certificate.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.content.count(b"/Type /Page\n") == 1
    assert len(paper.content) < 120_000
    picture = client.get(f"/certificates/{certificate.number}/card.png").content
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (1200, 630)


def test_a_course_that_grows_changes_nothing_on_a_certificate(certificate: Certificate) -> None:
    Attempt.objects.filter(user=certificate.user).delete()
    assert issue(certificate.user, "Another Name") == certificate


def test_the_administration_revokes_and_issues_nothing(
    client: Client, certificate: Certificate, instructor: User
) -> None:
    client.force_login(instructor)
    assert client.get("/admin/certificates/certificate/add/").status_code == 403
    chosen = {"action": "revoke", "_selected_action": [str(certificate.pk)]}
    assert client.post("/admin/certificates/certificate/", chosen).status_code == 302
    certificate.refresh_from_db()
    assert not certificate.is_valid


def test_strangers_have_no_certificate_page(client: Client, db: None) -> None:
    assert client.get("/certificates/")["Location"] == "/account/login/?next=/certificates/"
    client.force_login(make_user("new@example.org"))
    assert "You are not registered" in client.get("/certificates/").content.decode()
