"""The credential, verified by a library that knows nothing of ours; every forgery fails."""

from __future__ import annotations

import base64
import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from tests.site.certificates.conftest import finish
from tests.site.conftest import make_user

from frechet_site.certificates.credential import encoded_list, holds
from frechet_site.certificates.issuing import issue, revoke
from frechet_site.certificates.keys import key_in, public_jwk
from frechet_site.certificates.models import Certificate
from frechet_site.certificates.views import LAST_BLOCK


@pytest.fixture
def token(client: Client, certificate: Certificate) -> str:
    """The credential as the site hands it out."""
    return client.get(f"/certificates/{certificate.number}/credential.jwt").content.decode()


def published_key(client: Client) -> bytes:
    """Return the key that the site publishes, as the library reads it."""
    keys = client.get("/certificates/jwks.json").json()["keys"]
    key = jwt.PyJWK(keys[0]).key
    pem: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def download_from(client: Client) -> Any:
    """Return a function that fetches an address of the site without a network."""
    return lambda address: client.get(address.removeprefix("http://testserver")).content


def test_an_independent_library_verifies_it(client: Client, certificate: Certificate, token: str) -> None:
    found = OB3Verifier(published_key(client)).verify(
        token, check_status=True, download=download_from(client)
    )
    page = f"http://testserver/certificates/{certificate.number}/"
    assert (found.id, found.recipient_id) == (page, f"{page}#holder")
    assert found.achievement.name == certificate.title
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["iss"] == claims["issuer"]["id"] == client.get("/certificates/issuer.json").json()["id"]


def test_the_head_names_a_key_that_is_published(client: Client, token: str) -> None:
    head = jwt.get_unverified_header(token)
    address, _, thumbprint = head["kid"].partition("#")
    assert head["alg"] == "EdDSA"
    assert [key["kid"] for key in json.loads(download_from(client)(address))["keys"]] == [thumbprint]


def test_the_list_of_the_revoked_fails_the_credential(
    client: Client, certificate: Certificate, token: str
) -> None:
    other = issue(finish(make_user("ada@example.org")), "Ada")
    revoke(certificate)
    verifier = OB3Verifier(published_key(client))
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier.verify(token, check_status=True, download=download_from(client))
    valid = client.get(f"/certificates/{other.number}/credential.jwt").content.decode()
    verifier.verify(valid, check_status=True, download=download_from(client))


def test_a_list_that_holds_no_certificate_does_not_exist(client: Client, db: None) -> None:
    assert client.get(f"/certificates/status/{LAST_BLOCK}/").status_code == 200
    assert client.get(f"/certificates/status/{LAST_BLOCK + 1}/").status_code == 404


def test_every_character_that_is_changed_fails(client: Client, certificate: Certificate, token: str) -> None:
    verifier = OB3Verifier(published_key(client))
    for place in range(0, len(token), 23):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        if _same_bytes(token, changed):
            continue
        assert not holds(changed, certificate)
        with pytest.raises(OB3VerificationError):
            verifier.verify(changed)


def _same_bytes(one: str, other: str) -> bool:
    """Tell whether two tokens say the same: the last character of a part may have idle bits."""

    def raw(text: str) -> list[bytes]:
        return [base64.urlsafe_b64decode(part + "==") for part in text.split(".")]

    return one.count(".") == other.count(".") and raw(one) == raw(other)


def test_another_key_another_method_and_none_at_all_fail(
    client: Client, certificate: Certificate, token: str
) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    verifier = OB3Verifier(published_key(client))
    forged = [
        jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(claims, "k" * 32, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
    ]
    for one in forged:
        assert not holds(one, certificate)
        with pytest.raises(OB3VerificationError):
            verifier.verify(one)


def test_the_page_checks_a_file_and_knows_whose_it_is(
    client: Client, certificate: Certificate, token: str
) -> None:
    other = issue(finish(make_user("ada@example.org")), "Ada")

    def verdict(number: str, text: str) -> str:
        answer = client.post(f"/certificates/{number}/check/", {"credential": text}).content.decode()
        return next(
            word for word in ("✓ Genuine.", "Genuine, and revoked.", "Not genuine.") if word in answer
        )

    assert verdict(certificate.number, token) == "✓ Genuine."
    assert verdict(other.number, token) == "Not genuine."
    assert verdict(certificate.number, token[:-8] + "AAAAAAAA") == "Not genuine."
    assert verdict(certificate.number, "") == "Not genuine."
    revoke(certificate)
    assert verdict(certificate.number, token) == "Genuine, and revoked."


def test_the_bits_of_the_list_stand_where_the_standard_has_them() -> None:
    raw = base64.urlsafe_b64decode(encoded_list({0, 9})[1:] + "===")
    assert raw[:2] == b"\x1f\x8b"
    bits = gzip.decompress(raw)
    assert (bits[0], bits[1], len(bits)) == (0x80, 0x40, 16_384)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "certificates.pem"
    first = public_jwk(key_in(path))
    key_in.cache_clear()
    assert public_jwk(key_in(path)) == first
    assert "d" not in first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["certificates.pem"]
    key_in.cache_clear()


def test_the_key_lies_where_backups_look(certificate: Certificate, token: str) -> None:
    assert (settings.MEDIA_ROOT.parent / "keys" / "certificates.pem").is_file()
