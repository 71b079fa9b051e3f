"""A registration that an instructor ended is told from one whose money went back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def bar(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Bar those whose registration was ended although no money went back: that was an instructor."""
    ended = apps.get_model("enrollment", "Registration")._default_manager.exclude(withdrawn=None)
    ended.exclude(order__state="refunded").update(barred=True)


class Migration(migrations.Migration):
    """One more field of a registration."""

    dependencies: ClassVar = [("enrollment", "0001_enrollment")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="registration",
            name="barred",
            field=models.BooleanField(default=False, editable=False, verbose_name="ended by an instructor"),
        ),
        migrations.RunPython(bar, migrations.RunPython.noop),
    ]
