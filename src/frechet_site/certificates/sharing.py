"""Links that put a certificate into a profile or a post elsewhere; nothing of those sites is loaded."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from frechet_site.certificates.credential import ISSUER_NAME
from frechet_site.certificates.models import Certificate


class Share(NamedTuple):
    """A place to share at."""

    name: str
    address: str


def share_links(certificate: Certificate, page: str) -> tuple[Share, ...]:
    """Return where a certificate can be shared."""
    added = {
        "startTask": "CERTIFICATION_NAME",
        "name": certificate.title,
        "organizationName": ISSUER_NAME,
        "issueYear": certificate.issued.year,
        "issueMonth": certificate.issued.month,
        "certUrl": page,
        "certId": certificate.number,
    }
    words = f"I completed “{certificate.title}”."
    return (
        Share("Add to LinkedIn profile", f"https://www.linkedin.com/profile/add?{urlencode(added)}"),
        Share("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': page})}"),
        Share("X", f"https://x.com/intent/post?{urlencode({'text': words, 'url': page})}"),
    )
