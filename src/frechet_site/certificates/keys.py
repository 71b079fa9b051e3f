"""The key that signs certificates: Ed25519, made once, kept in the data folder, in every backup.

It is not the key that signs sessions: a certificate must outlive a change of that one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

FILE: Final = "certificates.pem"


def signing_key() -> Ed25519PrivateKey:
    """Return the key of this site, made at the first call."""
    return key_in(settings.MEDIA_ROOT.parent / "keys" / FILE)


@cache
def key_in(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file that only its owner reads; one that is missing is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Ed25519PrivateKey.generate()
    pem = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_once(path, pem)
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that appears whole, unless it is there: two processes may start at once."""
    if path.exists():
        return
    unfinished = path.with_suffix(f".{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """Return the public half as a JSON Web Key, named by its thumbprint (RFC 7638)."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    members = {"crv": "Ed25519", "kty": "OKP", "x": _base64(raw)}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    thumbprint = _base64(hashlib.sha256(text.encode()).digest())
    return {**members, "kid": thumbprint, "alg": "EdDSA", "use": "sig"}


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
