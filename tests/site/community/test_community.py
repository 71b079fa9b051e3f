"""Questions, answers, votes, mail, reports, suggestions and notes, from the server's side."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.site.conftest import make_user

from frechet_site.accounts.models import User
from frechet_site.community.finding import questions
from frechet_site.community.formulas import MOST_FORMULAS, formula_post_html
from frechet_site.community.models import Answer, Follower, Note, Question, Report, Suggestion, Vote
from frechet_site.community.notices import stop_token
from frechet_site.community.posts import finish

pytestmark = pytest.mark.django_db


def asked(author: User, title: str = "Why is there a 2?", **fields: object) -> Question:
    question = Question(author=author, title=title, **{"text": "In the gradient of `x'*x`.", **fields})
    question.render().save()
    return question


def answered(question: Question, author: User, text: str = "The product rule, twice.") -> Answer:
    answer = Answer(question=question, author=author, text=text).render()
    answer.save()
    return answer


@pytest.fixture
def other(db: None) -> User:
    return make_user("emmy@example.org", display_name="Emmy")


@pytest.fixture
def signed_in_other(other: User) -> Client:
    client = Client()
    client.force_login(other)
    return client


def test_a_formula_of_the_workbench_is_typeset_by_the_engine() -> None:
    html = formula_post_html("The gradient of {f}`x'*A*x` is wanted.").html
    assert 'data-tex="x^{T} A x"' in html or 'data-tex="x^{\\top} A x"' in html
    assert "{f}" not in html


def test_a_formula_in_a_block_of_code_stays_code() -> None:
    html = formula_post_html("```\n{f}`x'*x`\n```").html
    assert "data-tex" not in html
    assert "{f}`x'*x`" in html


def test_a_formula_that_cannot_be_read_stays_as_typed_and_is_told() -> None:
    rendered = formula_post_html("See {f}`x'*(`, please.")
    assert "<code>x'*(</code>" in rendered.html
    assert rendered.faults[0]["formula"] == "x'*("
    assert rendered.faults[0]["message"]


@pytest.fixture
def busy_engine(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An engine that is busy as long as the list says so."""
    busy = [True]

    def preview(operation: str, payload: dict[str, str], seconds: float) -> dict[str, object]:
        if busy[0]:
            return {"error": {"kind": "busy", "message": "The engine is busy.", "hint": ""}}
        return {"latex": payload["text"], "unicode": payload["text"]}

    monkeypatch.setattr("frechet_site.community.formulas.call", preview)
    return busy


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/community/ask/", {"title": "Why?"}),
        ("/community/suggestions/", {"title": "More"}),
        ("/community/questions/{}/answers/", {}),
    ],
)
def test_a_formula_for_which_the_engine_had_no_time_is_typeset_when_somebody_looks(
    client: Client,
    signed_in: Client,
    other: User,
    busy_engine: list[bool],
    address: str,
    form: dict[str, str],
) -> None:
    place = address.format(asked(other).pk)
    page = signed_in.post(place, {**form, "text": "Take {f}`y`."})["Location"].partition("#")[0]
    assert "<code>y</code>" in client.get(page).content.decode()
    busy_engine[0] = False
    assert "<code>y</code>" in client.get(page).content.decode()  # not tried again at once
    caches["memory"].clear()
    assert 'data-tex="y"' in client.get(page).content.decode()
    kinds = (Question, Answer, Suggestion)
    assert not any(kind._default_manager.filter(unfinished=True).exists() for kind in kinds)


def test_a_text_that_was_changed_meanwhile_keeps_its_own_html(learner: User, busy_engine: list[bool]) -> None:
    question = asked(learner, text="Take {f}`y`.")
    assert question.unfinished
    Question.objects.update(text="Anew.", html="<p>Anew.</p>", unfinished=False)
    busy_engine[0] = False
    finish([question])
    assert Question.objects.get().html == "<p>Anew.</p>"


def test_a_formula_that_is_wrong_is_not_tried_again(learner: User) -> None:
    assert not asked(learner, text="See {f}`x'*(`, please.").unfinished


def test_a_post_has_the_engine_work_on_so_many_formulas_and_no_more() -> None:
    assert "data-tex" in formula_post_html("{f}`x'*x`").html  # the engine has started
    html = formula_post_html("{f}`x'*x` " * 100).html
    assert html.count("data-tex") == MOST_FORMULAS


def test_a_post_carries_no_script() -> None:
    html = formula_post_html("<script>x</script> [a](javascript:x) {f}`x'*x` ![i](http://a.b/c.png)").html
    assert "<script" not in html
    assert "javascript:x" not in html.replace("(javascript:x)", "")
    assert "<img" not in html


def test_a_question_sent_twice_is_kept_once(signed_in: Client) -> None:
    data = {"title": "Why?", "text": "Because.", "lecture": "", "step": "", "notify": "on"}
    first = signed_in.post("/community/ask/", data)
    second = signed_in.post("/community/ask/", data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Question.objects.count() == 1
    assert Follower.objects.count() == 1


def test_an_answer_sent_twice_is_kept_once(signed_in: Client, other: User) -> None:
    address = f"/community/questions/{asked(other).pk}/answers/"
    assert {signed_in.post(address, {"text": "Because."}).status_code for _ in range(2)} == {302}
    assert Answer.objects.count() == 1


def test_the_engine_works_on_a_post_before_the_database_is_locked(
    signed_in: Client, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = list(connection.atomic_blocks)
    seen: list[list[object]] = []

    def preview(*asked: object) -> dict[str, str]:
        seen.append(list(connection.atomic_blocks))
        return {"latex": "x", "unicode": "x"}

    address = f"/community/questions/{asked(other).pk}/answers/"
    monkeypatch.setattr("frechet_site.community.formulas.call", preview)
    for path in ("/community/ask/", "/community/suggestions/", address):
        assert signed_in.post(path, {"title": "A title", "text": "{f}`x`"}).status_code == 302
    assert seen == [blocks] * 3


@pytest.mark.parametrize(
    "path", ["/community/ask/", "/community/suggestions/", "/community/questions/{}/answers/"]
)
def test_a_preview_without_a_text_shows_the_form_and_is_limited(
    signed_in: Client, learner: User, settings: object, path: str
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "engine": ("1/600", "2/600")}  # type: ignore[attr-defined]
    address = path.format(asked(learner).pk)
    statuses = [signed_in.post(address, {"preview": "yes"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    assert client.get("/community/ask/")["Location"].startswith("/account/login/")
    assert (
        client.post("/community/suggestions/", {"title": "x", "text": "y"})["Location"] == "/account/login/"
    )


def test_a_step_is_an_anchor_and_nothing_else(signed_in: Client, learner: User) -> None:
    data = {"title": "Why?", "text": "x", "lecture": "quadratic-form-pt-1", "step": 'a"><b>'}
    signed_in.post("/community/ask/", data)
    assert Question.objects.get().step == ""
    signed_in.post("/community/ask/", {**data, "text": "y", "step": "derivation-2"})
    assert Question.objects.filter(step="derivation-2", lecture="quadratic-form-pt-1").count() == 1


def test_a_derivation_leads_to_a_question_about_it(signed_in: Client, settings: object) -> None:
    settings.COURSE_IS_FREE = True  # type: ignore[attr-defined]
    lecture = signed_in.get("/course/quadratic-form-pt-1/").content.decode()
    link = "/community/ask/?lecture=quadratic-form-pt-1&amp;step=derivation-1"
    assert f'href="{link}"' in lecture
    form = signed_in.get(link.replace("&amp;", "&")).content.decode()
    assert '<option value="quadratic-form-pt-1" selected>' in form
    assert 'value="derivation-1"' in form


def test_a_person_has_one_vote_and_none_for_themselves(signed_in: Client, learner: User, other: User) -> None:
    theirs, mine = asked(other), asked(learner, "Mine")
    for _ in range(3):
        assert (
            signed_in.post(f"/community/posts/question/{theirs.pk}/vote/", {"vote": "yes"}).status_code == 302
        )
    assert theirs.votes.count() == 1
    assert signed_in.post(f"/community/posts/question/{mine.pk}/vote/").status_code == 403
    signed_in.post(f"/community/posts/question/{theirs.pk}/vote/", {"vote": "no"})
    assert not Vote.objects.exists()


def test_the_database_refuses_a_second_vote_and_a_vote_about_nothing(learner: User, other: User) -> None:
    question = asked(other)
    Vote.objects.create(user=learner, question=question)
    for fields in ({"question": question}, {}, {"question": question, "answer": answered(question, other)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(user=learner, **fields)


def test_only_the_asker_and_the_staff_accept_an_answer(
    signed_in: Client, signed_in_other: Client, learner: User, other: User, instructor: User
) -> None:
    question = asked(learner)
    answer = answered(question, other)
    assert signed_in_other.post(f"/community/answers/{answer.pk}/accept/").status_code == 404
    signed_in.post(f"/community/answers/{answer.pk}/accept/")
    question.refresh_from_db()
    assert question.accepted == answer
    staff = Client()
    staff.force_login(instructor)
    staff.post(f"/community/answers/{answer.pk}/accept/")
    question.refresh_from_db()
    assert question.accepted is None


def test_followers_get_mail_and_a_link_that_ends_it(
    signed_in_other: Client,
    learner: User,
    client: Client,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    question = asked(learner)
    follower = Follower.objects.create(user=learner, question=question)
    text = {"text": "Because *of* symmetry."}
    with django_capture_on_commit_callbacks(execute=True):
        signed_in_other.post(f"/community/questions/{question.pk}/answers/", text)
    letter = mail.outbox[0]
    assert letter.to == [learner.email]
    assert "symmetry" in str(letter.body)
    link = re.search(r"No more mail about this question: http://testserver(\S+)", str(letter.body))
    assert link is not None
    client.get(link.group(1))
    assert Follower.objects.filter(pk=follower.pk).exists(), "a mail program that looks ahead changes nothing"
    client.post(link.group(1))
    assert not Follower.objects.exists()


def test_a_forged_link_ends_nobodys_mail(client: Client, learner: User) -> None:
    follower = Follower.objects.create(user=learner, question=asked(learner))
    token = stop_token(follower)
    client.post(f"/community/stop/{token[:-2]}xx/")
    assert Follower.objects.exists()


def test_who_wants_no_mail_gets_none(
    signed_in: Client,
    signed_in_other: Client,
    learner: User,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    question = asked(learner)
    Follower.objects.create(user=learner, question=question)
    signed_in.post("/community/notices/set/", {"mail": "no"})
    with django_capture_on_commit_callbacks(execute=True):
        signed_in_other.post(f"/community/questions/{question.pk}/answers/", {"text": "Hello."})
    assert mail.outbox == []
    assert question.answers.count() == 1


def test_another_persons_post_cannot_be_edited_or_deleted(
    signed_in: Client, learner: User, other: User
) -> None:
    question = asked(other)
    for action in ("edit", "delete"):
        address = f"/community/posts/question/{question.pk}/{action}/"
        assert signed_in.get(address).status_code == 404
        assert signed_in.post(address, {"title": "x", "text": "x"}).status_code == 404
    assert Question.objects.get().title == "Why is there a 2?"


def test_a_report_is_settled_by_the_staff_and_hides_the_post(
    signed_in: Client, signed_in_other: Client, learner: User, other: User, instructor: User, client: Client
) -> None:
    question = asked(other)
    address = f"/community/posts/question/{question.pk}/report/"
    for _ in range(2):
        signed_in.post(address, {"reason": "spam", "words": ""})
    assert Report.objects.count() == 1
    assert signed_in.get("/community/reports/").status_code == 403
    moderate = f"/community/posts/question/{question.pk}/moderate/"
    assert signed_in.post(moderate, {"verdict": "hide"}).status_code == 403
    staff = Client()
    staff.force_login(instructor)
    assert "advertising" in staff.get("/community/reports/").content.decode()
    staff.post(moderate, {"verdict": "hide"})
    assert client.get(question.get_absolute_url()).status_code == 404
    assert signed_in_other.get(question.get_absolute_url()).status_code == 200
    assert question.title not in client.get("/community/").content.decode()
    assert Report.objects.get().settled_by == instructor
    staff.post(moderate, {"verdict": "restore"})
    assert client.get(question.get_absolute_url()).status_code == 200


def test_the_search_needs_every_word_and_looks_into_answers(
    learner: User, other: User, client: Client
) -> None:
    first, second = asked(learner, "Trace trick"), asked(learner, "Layout")
    answered(second, other, "Use the trace and its cyclic property.")
    reader = client.get("/community/").wsgi_request.user
    assert set(questions(reader, "TRACE")) == {first, second}
    assert list(questions(reader, "trace cyclic")) == [second]
    assert not questions(reader, "determinant")
    Answer.objects.update(hidden=True)
    assert not questions(reader, "cyclic")


def test_votes_order_the_list_and_are_not_multiplied_by_answers(
    learner: User, other: User, client: Client
) -> None:
    first, _ = asked(learner, "First"), asked(learner, "Second")
    for text in "abc":
        answered(first, other, text)
    Vote.objects.create(user=other, question=first)
    Vote.objects.create(user=learner, question=first)
    found = list(questions(client.get("/community/").wsgi_request.user, sort="votes"))
    assert found[0] == first
    assert found[0].score == 2


def test_suggestions_have_a_status_that_only_the_staff_sets(
    signed_in: Client, learner: User, instructor: User
) -> None:
    signed_in.post("/community/suggestions/", {"title": "Dark figures", "text": "Please."})
    suggestion = Suggestion.objects.get()
    address = f"/community/suggestions/{suggestion.pk}/status/"
    assert signed_in.post(address, {"status": "done"}).status_code == 403
    staff = Client()
    staff.force_login(instructor)
    staff.post(address, {"status": "planned", "reply": "Next month."})
    page = signed_in.get("/community/suggestions/?status=planned").content.decode()
    assert "Next month." in page


def test_a_note_is_ones_own_and_goes_when_it_is_empty(signed_in: Client, signed_in_other: Client) -> None:
    address = "/community/notes/quadratic-form-pt-1/"
    signed_in.post(address, {"text": "A need not be symmetric: $A + A^T$."})
    assert "symmetric" in signed_in.get("/community/beside/quadratic-form-pt-1/").content.decode()
    assert "symmetric" not in signed_in_other.get("/community/beside/quadratic-form-pt-1/").content.decode()
    assert "symmetric" not in signed_in_other.get("/community/notes/").content.decode()
    signed_in.post(address, {"text": "  "})
    assert not Note.objects.exists()
    assert signed_in.post("/community/notes/no-such-lecture/", {"text": "x"}).status_code == 404


def test_posting_very_often_is_slowed_down(signed_in: Client, settings: object) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": ("1/600", "2/600")}  # type: ignore[attr-defined]
    statuses = [
        signed_in.post("/community/ask/", {"title": f"Question {k}", "text": "x"}).status_code
        for k in range(3)
    ]
    assert statuses == [302, 302, 429]
    assert Question.objects.count() == 2


def test_a_list_costs_few_queries(
    client: Client, learner: User, other: User, django_assert_max_num_queries: object
) -> None:
    for k in range(15):
        answered(asked(learner, f"Question {k}"), other)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        client.get("/community/")


def test_the_pages_of_the_staff_cost_few_queries_too(
    client: Client, instructor: User, learner: User, other: User, django_assert_max_num_queries: object
) -> None:
    for k in range(15):
        answer = answered(asked(learner, f"Question {k}"), other)
        Report.objects.create(reporter=learner, answer=answer, reason="spam")
    Answer.objects.update(hidden=True)
    client.force_login(instructor)
    for path in ("/community/reports/", "/admin/community/report/"):
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            client.get(path)


def test_an_answer_is_hidden_with_its_question(
    client: Client, signed_in: Client, signed_in_other: Client, learner: User, other: User
) -> None:
    question = asked(learner, hidden=True)
    answer = answered(question, other)
    third = Client()
    third.force_login(make_user("issai@example.org"))
    path = f"/community/posts/answer/{answer.pk}/report/"
    assert [c.get(path).status_code for c in (third, signed_in, signed_in_other)] == [404, 200, 200]
