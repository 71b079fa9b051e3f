"""What the site keeps about a person, gathered from every table that refers to them.

Found by the schema, so that a feature added later is in the export without being told of it.
"""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.core import serializers
from django.db.models import Model

from frechet_site.accounts.models import User

WITHHELD: Final = frozenset({"password", "token", "secret"})


def personal_data(user: User) -> dict[str, object]:
    """Return the account and every record that refers to it, as JSON data."""
    records = {model._meta.label: _records(model, user) for model in apps.get_models() if _owners(model)}
    return {"account": _record(user), "records": {label: found for label, found in records.items() if found}}


def _owners(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.fields if field.related_model is User]


def _records(model: type[Model], user: User) -> list[dict[str, object]]:
    found: dict[object, Model] = {}
    for name in _owners(model):
        for record in model._default_manager.filter(**{name: user}):
            found[record.pk] = record
    return [_record(record) for record in found.values()]


def _record(record: Model) -> dict[str, object]:
    fields: dict[str, object] = serializers.serialize("python", [record])[0]["fields"]
    return {"id": record.pk, **{name: value for name, value in fields.items() if name not in WITHHELD}}
