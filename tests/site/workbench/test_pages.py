"""The workbench's pages without JavaScript: every state stands in the address or in a form."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from frechet_site.workbench.check_views import EXAMPLES as DERIVATIONS
from frechet_site.workbench.optimize_views import EXAMPLES as PROBLEMS
from frechet_site.workbench.state import EXAMPLE, merged, query_of, state_of

VIEWS = {
    "steps": "product rule",
    "code": "import numpy",
    "numbers": 'name="v_A"',
    "graph": 'class="graph"',
    "curvature": 'class="curvature"',
}
pytestmark = pytest.mark.django_db


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_shows_a_derivative_without_being_asked(client: Client) -> None:
    shown = page(client, "/")
    assert 'value="norm2(A*x - b)^2"' in shown
    assert "2 A^{\\top} \\left(A x - b\\right)" in shown
    assert "Verified" in shown
    assert "Rayleigh quotient" in shown


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_page_of_its_own(client: Client, view: str) -> None:
    shown = page(client, "/workbench/", f="x'*A*x", view=view)
    assert VIEWS[view] in shown


def test_htmx_gets_the_answer_alone_and_the_address_to_show(client: Client) -> None:
    response = client.get(
        "/workbench/", {"f": "x'*x", "order": "2", "layout": ""}, headers={"HX-Request": "true"}
    )
    assert "<html" not in response.content.decode()
    told = parse_qs(urlsplit(response["HX-Replace-Url"]).query)
    assert told == {"f": ["x'*x"], "order": ["2"]}
    assert response["X-Formula"] == "read"


def test_a_refused_formula_keeps_the_page_and_offers_mends_as_links(client: Client) -> None:
    shown = page(client, "/", f="x*x")
    assert "in the product 1 column meets m rows" in shown
    assert 'data-mend="x&#x27;*x"' in shown


@pytest.mark.parametrize(
    "query",
    [
        {"f": "x" * 5000},
        {"f": "x'*x", "order": "99", "view": "../etc", "seed": "-1", "backend": "cobol", "method": "magic"},
        {"f": "x'*x", "declare": "<script>alert(1)</script>"},
        {"f": "x'*x", "d_x": "banana", "v_x": "1;" * 900},
        {"f": "\x00", "wrt": "\x00"},
    ],
)
def test_no_address_breaks_the_page(client: Client, query: dict[str, str]) -> None:
    assert "<script>alert" not in page(client, "/", **query)


def test_a_state_is_told_by_its_shortest_address() -> None:
    state = state_of(QueryDict("f=x'*A*x&wrt=x&order=2&d_A=psd(n)&v_x=1,2&view=numbers"))
    again = state_of(QueryDict(query_of(state)))
    assert again == state
    assert query_of(state_of(QueryDict(""))) == ""
    assert state_of(QueryDict(""))["f"] == EXAMPLE


def test_values_belong_to_the_formula_they_were_typed_for() -> None:
    assert state_of(QueryDict("f=x'*x&v_x=1,2&values_of=x'*x"))["values"] == {"x": "1,2"}
    assert state_of(QueryDict("f=y'*y&v_x=1,2&values_of=x'*x"))["values"] == {}


def test_chips_win_over_the_list_of_declarations() -> None:
    assert merged("A: matrix(m, n); b: vector(m)", {"A": "psd(n)", "c": ""}) == "A: psd(n); b: vector(m)"
    assert merged("A: psd(n)", {"A": ""}) == ""


def test_a_program_is_fetched_to_be_copied(client: Client) -> None:
    told = client.get("/workbench/code/", {"f": "x'*A*x", "backend": "torch"})
    assert "import torch" in told.json()["code"]
    assert client.get("/workbench/code/", {"f": "x*x"}).status_code == 400


@pytest.mark.parametrize("text", [text for _, text in DERIVATIONS], ids=[words for words, _ in DERIVATIONS])
def test_every_example_of_a_derivation_is_checked(client: Client, text: str) -> None:
    shown = client.post("/workbench/check/", {"text": text}).content.decode()
    assert "lines are right" in shown or "Likely mistake" in shown


def test_a_mended_line_takes_its_place_without_javascript(client: Client) -> None:
    lines = {"text": "f = x'*A*x\ngrad = 2*A*x", "mend": "grad = 2*A*x -> grad = (A + A')*x"}
    shown = client.post("/workbench/check/", lines).content.decode()
    assert "grad = (A + A&#x27;)*x" in shown
    assert "All 2 lines are right" in shown


@pytest.mark.parametrize("fields", [f for _, f in PROBLEMS], ids=[words for words, _ in PROBLEMS])
def test_every_example_of_a_problem_is_solved(client: Client, fields: dict[str, str]) -> None:
    assert "converged" in page(client, "/workbench/optimize/", **fields)


def upload(name: str, content: bytes) -> dict[str, object]:
    return {"f": "norm2(A*x - b)^2", "over": "x", "file": SimpleUploadedFile(name, content)}


def npz(**arrays: object) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]  # names are the caller's
    return stream.getvalue()


def test_data_may_be_uploaded(client: Client) -> None:
    content = npz(A=np.array([[1.0, 1], [1, 2], [1, 3]]), b=np.array([1.0, 2, 2]))
    shown = client.post("/workbench/optimize/", upload("data.npz", content)).content.decode()
    assert "converged" in shown


def test_columns_of_a_table_are_vectors_by_name(client: Client) -> None:
    table = b"u,v\n1,2\n2,3\n3,5\n"
    fields = {"f": "norm2(a*u - v)^2", "over": "a", "declare": "u: vector(n); v: vector(n)"}
    file = {"file": SimpleUploadedFile("table.csv", table)}
    shown = client.post("/workbench/optimize/", {**fields, **file}).content.decode()
    assert "1.643" in shown


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("data.exe", b"MZ", "is not allowed"),
        ("data.npz", b"PK\x03\x04 nonsense", "not an npz archive"),
        ("data.npz", npz(A=np.array([[1.0, np.nan]]), b=np.array([1.0])), "not finite"),
        ("data.npz", npz(C=np.eye(2)), "has a name of the formula"),
        ("data.npz", npz(A=np.array([None, {}], dtype=object)), "A"),
        ("data.csv", b"x" * 2_000_000, "larger than 1 MB"),
    ],
)
def test_what_is_no_data_is_refused_in_words(client: Client, name: str, content: bytes, words: str) -> None:
    response = client.post("/workbench/optimize/", upload(name, content))
    assert response.status_code == 200
    shown = response.content.decode()
    assert "alert-error" in shown
    assert words in shown
    assert "converged" not in shown


def test_forms_are_guarded_against_forgery() -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in ("/workbench/check/", "/workbench/optimize/"):
        assert strict.post(path, {"text": "f = x'*x", "f": "x'*x"}).status_code == 403
