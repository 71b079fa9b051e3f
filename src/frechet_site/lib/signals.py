"""`preparing`: sent when the site starts, after the database is up to date and before it serves.

A feature that must load something (the course's table of contents, say) connects to it in its
`AppConfig.ready`; what it does must be quick when there is nothing new.
"""

from __future__ import annotations

from django.dispatch import Signal

preparing = Signal()
