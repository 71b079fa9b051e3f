"""A certificate as an Open Badges 3.0 credential, signed as a VC-JWT with Ed25519.

The payload of the token is the credential itself; `iss`, `sub`, `jti` and `nbf` repeat issuer,
subject, number and date, as the standard asks. Whether a certificate is revoked stands in a
Bitstring Status List, which is signed by the same key and lapses after a week, so that an old list
cannot be shown in the place of a new one.

Signing is deterministic: a token need not be stored, it is made anew from the record.
"""

from __future__ import annotations

import base64
import gzip
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from django.urls import reverse
from django.utils import timezone

from frechet_site.certificates.keys import public_jwk, signing_key
from frechet_site.certificates.models import Certificate

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
LIST_BITS: Final = 131_072  # what the standard asks for at least: one bit hides among many
LIST_LIFE: Final = timedelta(days=7)
ISSUER_NAME: Final = "Fréchet"


def credential(certificate: Certificate, origin: str) -> dict[str, Any]:
    """Return the credential; `origin` is the address of the site, without a slash at its end."""
    page = origin + reverse("certificates:verify", args=[certificate.number])
    status = origin + reverse("certificates:status", args=[certificate.pk // LIST_BITS])
    index = certificate.pk % LIST_BITS
    return {
        "@context": list(CONTEXTS),
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.title,
        "issuer": issuer(origin),
        "validFrom": _iso(certificate.issued),
        "credentialSubject": {
            "id": f"{page}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "name",
                    "identityHash": certificate.name,
                    "hashed": False,
                }
            ],
            "achievement": achievement(certificate, origin),
        },
        "credentialStatus": {
            "id": f"{status}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": status,
        },
    }


def issuer(origin: str) -> dict[str, Any]:
    """Return who issues: this site."""
    return {
        "id": origin + reverse("certificates:issuer"),
        "type": ["Profile"],
        "name": ISSUER_NAME,
        "url": origin + "/",
    }


def achievement(certificate: Certificate, origin: str) -> dict[str, Any]:
    """Return what was achieved."""
    return {
        "id": f"{origin}{reverse('certificates:issuer')}#{certificate.course}",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": certificate.title,
        "description": f"Completion of the course “{certificate.title}”.",
        "criteria": {
            "narrative": (
                f"All {certificate.lectures} lectures read and all {certificate.exercises} exercises "
                "solved; every answer was checked by a computer algebra engine."
            )
        },
    }


def signed_credential(certificate: Certificate, origin: str) -> str:
    """Return the credential as a signed token."""
    body = credential(certificate, origin)
    claims = {
        "iss": body["issuer"]["id"],
        "sub": body["credentialSubject"]["id"],
        "jti": body["id"],
        "nbf": int(certificate.issued.timestamp()),
    }
    return signed({**body, **claims}, origin)


def signed_status_list(number: int, origin: str) -> str:
    """Return which certificates of a block are revoked, as a signed token."""
    first = number * LIST_BITS
    block = Certificate.objects.filter(pk__range=(first, first + LIST_BITS - 1))
    revoked = block.exclude(revoked=None).values_list("pk", flat=True)
    address = origin + reverse("certificates:status", args=[number])
    now = timezone.now()
    return signed(
        {
            "@context": [CONTEXTS[0]],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer(origin)["id"],
            "validFrom": _iso(now),
            "validUntil": _iso(now + LIST_LIFE),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": encoded_list({pk - first for pk in revoked}),
            },
            "iss": issuer(origin)["id"],
            "jti": address,
            "nbf": int(now.timestamp()),
        },
        origin,
    )


def encoded_list(indices: set[int]) -> str:
    """Return the bits that are set, the first bit leftmost, packed as the standard has it."""
    bits = bytearray(LIST_BITS // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def signed(payload: dict[str, Any], origin: str) -> str:
    """Return a token under the key of the site, which its head names."""
    key = signing_key()
    kid = f"{origin}{reverse('certificates:keys')}#{public_jwk(key)['kid']}"
    return jwt.encode(payload, key, algorithm="EdDSA", headers={"kid": kid, "typ": "vc+jwt"})


def holds(token: str, certificate: Certificate) -> bool:
    """Tell whether a token is signed by this site and speaks of this certificate."""
    try:
        claims = jwt.decode(
            token, signing_key().public_key(), algorithms=["EdDSA"], options={"verify_aud": False}
        )
    except jwt.InvalidTokenError:
        return False
    return str(claims.get("jti", "")).endswith(reverse("certificates:verify", args=[certificate.number]))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
