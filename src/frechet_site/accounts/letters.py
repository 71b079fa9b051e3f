"""allauth's letters, with the address of the site as it was configured (`lib.origin`).

allauth makes the links from the host that the request came to. Any host that leads to this site is as good
for a page, but a letter goes to somebody who did not see the request.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context

from frechet_site.lib.origin import origin_of


@final
class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped here
    """Writes the letters."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter whose links lead to the site's own address."""
        request = allauth_context.request
        came_to, own = request.build_absolute_uri("/").rstrip("/"), origin_of(request)
        links = {
            name: own + value.removeprefix(came_to)
            for name, value in context.items()
            if isinstance(value, str) and value.startswith(f"{came_to}/")
        }
        host = urlsplit(own).netloc
        told = {"current_site": SimpleNamespace(name=host, domain=host), **context, **links}
        super().send_mail(template_prefix, email, told)
