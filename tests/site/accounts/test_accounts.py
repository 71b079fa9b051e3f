"""The life of an account: sign-up, verification, login, settings, export, deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from tests.site.conftest import NARROW, PASSWORD, OpenPage, accessibility_faults

from frechet_site.accounts.models import User


def test_the_whole_life_of_an_account_in_a_browser(page: Page) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill("Emmy@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_label("Name").fill("Emmy")
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading")).to_have_text("Look into your mail")

    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link is not None
    page.goto(link.group())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Name")).to_have_value("Emmy")

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_label("Email").fill("emmy@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Name")).to_have_value("Emmy")

    page.get_by_label("Name").fill("Emmy Noether")
    page.get_by_role("radio", name="dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Your settings are saved.")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("status").first).to_have_text("Your account and its data are deleted.")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("password/reset/", {"email": "ada@example.org"}),
        ("password/reset/", {"email": "nobody@example.org"}),
        ("signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}),
        ("signup/", {"email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}),
    ],
)
@pytest.mark.parametrize("origin", ["https://course.example.org", ""])
def test_a_letter_leads_to_the_configured_address_whatever_host_was_asked(
    client: Client, learner: User, settings: Settings, path: str, form: dict[str, str], origin: str
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, origin=origin)
    settings.ALLOWED_HOSTS = ["other.example.org"]
    client.post(f"/account/{path}", form, headers={"Host": "other.example.org"})
    letter = str(mail.outbox[0].body)
    assert re.findall(r"https?://[^/\s]+", letter) == [origin or "http://other.example.org"]
    assert letter.splitlines()[-1] == (urlsplit(origin).netloc or "other.example.org")


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/"],
)
def test_the_doors_are_accessible(open_page: OpenPage, path: str) -> None:
    page = open_page(viewport=NARROW)
    page.goto(f"/account/{path}")
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("path", ["", "email/", "password/change/", "delete/", "logout/"])
def test_the_rooms_are_accessible(
    open_page: OpenPage, log_in: Callable[[Page, User], None], learner: User, path: str
) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark")
    log_in(page, learner)
    page.goto(f"/account/{path}")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_password_can_be_set_anew_by_mail_once(client: Client, learner: User) -> None:
    client.post("/account/password/reset/", {"email": learner.email})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link.group(1), follow=True).redirect_chain[-1][0]
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(form, new).status_code == 302
    assert client.login(username=learner.email, email=learner.email, password="another horse battery")
    client.logout()
    assert "password1" not in Client().get(link.group(1), follow=True).content.decode()


def test_strangers_cannot_tell_whether_an_address_has_an_account(client: Client, learner: User) -> None:
    def sign_up(email: str) -> tuple[int, str]:
        data = {"email": email, "password1": PASSWORD, "password2": PASSWORD, "display_name": ""}
        response = Client().post("/account/signup/", data)
        return response.status_code, response["Location"]

    assert sign_up(learner.email) == sign_up("new@example.org")
    known = client.post("/account/password/reset/", {"email": learner.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_an_address_in_other_capitals_is_the_same_account(learner: User) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        User.objects.create_user("ADA@example.org", PASSWORD)


def test_wrong_passwords_are_soon_refused_unread(client: Client, learner: User) -> None:
    for _ in range(12):
        response = client.post("/account/login/", {"login": learner.email, "password": "wrong"})
    assert "Too many" in response.content.decode() or response.status_code == 429
    response = client.post("/account/login/", {"login": learner.email, "password": PASSWORD})
    assert response.status_code != 302


def test_the_administration_has_no_door_of_its_own_to_try_passwords_at(client: Client, learner: User) -> None:
    response = client.post("/admin/login/", {"username": learner.email, "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
    assert "_auth_user_id" not in client.session


def test_ten_wrong_passwords_close_an_account_wherever_they_come_from(client: Client, learner: User) -> None:
    for number in range(11):
        response = client.post(
            "/account/login/", {"login": learner.email, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{number}"
        )
    assert "Too many" in response.content.decode()


def test_nobody_is_sent_elsewhere_after_login(client: Client, learner: User) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        client.logout()
        data = {"login": learner.email, "password": PASSWORD, "next": target}
        assert client.post("/account/login/", data)["Location"] == "/account/"


def test_only_the_settings_can_be_written(signed_in: Client, learner: User) -> None:
    asked = {"display_name": "A", "layout": "denominator", "theme": ""}
    forged = {"is_staff": "1", "is_superuser": "1", "email": "x@example.org", "password": "x"}
    assert signed_in.post("/account/", asked | forged).status_code == 302
    learner.refresh_from_db()
    assert (learner.display_name, learner.layout) == ("A", "denominator")
    assert not learner.is_staff
    assert learner.email == "ada@example.org"


@pytest.mark.parametrize(
    "name", ["Win at https://evil.example", "evil.example", "a@evil.example", "Ada\u202egnp", "Ada\u200b"]
)
def test_a_name_leads_nowhere_and_hides_nothing(client: Client, learner: User, name: str) -> None:
    data = {"email": "you@example.org", "password1": PASSWORD, "password2": PASSWORD, "display_name": name}
    assert client.post("/account/signup/", data).status_code == 200
    client.force_login(learner)
    client.post("/account/", {"display_name": name, "layout": "numerator", "theme": ""})
    learner.refresh_from_db()
    assert learner.display_name == "Ada"
    assert not mail.outbox


def test_who_edits_accounts_gains_no_power_by_it(
    client: Client, signed_in: Client, learner: User, instructor: User
) -> None:
    User.objects.filter(pk=learner.pk).update(is_staff=True)
    learner.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    form = {"email": "x@example.org", "layout": "numerator", "theme": "", "is_active": "on"}
    own, above = (f"/admin/accounts/user/{user.pk}/change/" for user in (learner, instructor))
    powers = {"is_superuser": "on", "is_staff": "on"}
    assert signed_in.post(own, form | powers).status_code == 302
    assert signed_in.post(above, form).status_code == 403
    assert signed_in.post(above.replace("change", "delete"), {"post": "yes"}).status_code == 403
    learner.refresh_from_db()
    assert (learner.email, learner.is_superuser) == ("x@example.org", False)


def test_the_export_holds_what_is_kept_and_no_secret(signed_in: Client, learner: User) -> None:
    data = signed_in.get("/account/export/").json()
    assert data["account"]["email"] == "ada@example.org"
    assert "password" not in data["account"]
    assert data["records"]["account.EmailAddress"][0]["verified"] is True


def test_deletion_needs_the_password(signed_in: Client) -> None:
    response = signed_in.post("/account/delete/", {"password": "wrong"})
    assert "This is not your password" in response.content.decode()
    assert User.objects.count() == 1


def test_a_found_browser_is_no_place_to_try_passwords(signed_in: Client) -> None:
    statuses = [signed_in.post("/account/delete/", {"password": f"wrong{k}"}).status_code for k in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize("path", ["/account/", "/account/export/", "/account/delete/"])
def test_strangers_are_asked_to_log_in(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"] == f"/account/login/?next={path}"
