"""Static files under names that change with their content, so that browsers keep them for ever."""

from __future__ import annotations

from typing import final

from whitenoise.storage import CompressedManifestStaticFilesStorage


@final
class HashedModules(CompressedManifestStaticFilesStorage):
    """The imports between our ES modules are rewritten too."""

    support_js_module_import_aggregation = True
