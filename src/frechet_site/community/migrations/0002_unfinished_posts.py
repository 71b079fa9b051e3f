"""A post knows whether the engine had no time for a formula of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more field for each kind of post."""

    dependencies: ClassVar = [("community", "0001_community")]

    operations: ClassVar = [
        migrations.AddField(
            model_name=kind, name="unfinished", field=models.BooleanField(default=False, editable=False)
        )
        for kind in ("question", "answer", "suggestion")
    ]
