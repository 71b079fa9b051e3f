"""The page that explains the interface: each address with its fields and an example that can be sent."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frechet_site.api.endpoints import LARGEST_REQUEST, api
from frechet_site.api.examples import EXAMPLES
from frechet_site.lib.origin import whole_address


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the addresses of the interface."""
    base = whole_address("/api/", request)
    context = {
        "endpoints": [_endpoint(name, base) for name in EXAMPLES],
        "kilobytes": LARGEST_REQUEST // 1024,
    }
    return render(request, "api/docs.html", {**context, "base": base})


@cache
def _schema() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/"))


def _endpoint(name: str, base: str) -> dict[str, object]:
    path = _schema()["paths"][f"/api/{name}"]
    method = next(iter(path))
    told, example = path[method], EXAMPLES[name]
    return {
        "name": name,
        "method": method.upper(),
        "path": f"/api/{name}",
        "summary": told["summary"],
        "description": told["description"],
        "fields": _parameters(told) if method == "get" else _properties(told),
        "example": json.dumps(example, ensure_ascii=False, indent=2),
        "rows": json.dumps(example, indent=2).count("\n") + 1,
        "curl": _curl(method, base + name, example),
    }


def _parameters(told: dict[str, Any]) -> list[dict[str, object]]:
    return [
        _field(part["name"], {**part["schema"], "description": part.get("description", "")}, part["required"])
        for part in told["parameters"]
    ]


def _properties(told: dict[str, Any]) -> list[dict[str, object]]:
    reference = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    model = _schema()["components"]["schemas"][reference.rpartition("/")[2]]
    required = model.get("required", [])
    return [_field(name, part, name in required) for name, part in model["properties"].items()]


def _field(name: str, part: dict[str, Any], required: bool) -> dict[str, object]:
    choices = part.get("enum")
    kinds = [part, *part.get("anyOf", [])]
    kind = next((str(one["type"]) for one in kinds if one.get("type") not in (None, "null")), "")
    default = part.get("default")
    return {
        "name": name,
        "kind": " or ".join(json.dumps(choice) for choice in choices) if choices else kind,
        "required": required,
        "default": "" if default in (None, "", [], {}) else json.dumps(default),
        "description": part.get("description", ""),
    }


def _curl(method: str, address: str, example: dict[str, Any]) -> str:
    if method == "get":
        return f"curl '{address}?{urlencode(example)}'"
    body = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
    return f"curl {address} -H 'Content-Type: application/json' \\\n  -d '{body}'"
