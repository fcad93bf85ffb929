"""A nested request written in every form that travels."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.serverside.samples import decoded

FORM = "application/x-www-form-urlencoded"


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Write a nested value as bracketed names; lists of plain values without an index."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from pairs(member, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for place, member in enumerate(value):
            nested = isinstance(member, (dict, list))
            yield from pairs(member, f"{name}[{place}]" if nested else f"{name}[]")
    else:
        yield name, _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def forms(nested: dict[str, Any]) -> dict[str, Any]:
    """Return the request in every form: mappings, and requests as a server sees them."""
    flat = list(pairs(nested))
    body, text = urlencode(flat), json.dumps(nested)
    return {
        "MultiDict": MultiDict(flat),
        "parsed by others": decoded(body),
        "GET": _request("GET", query_string=body),
        "POST form": _request("POST", data=body, content_type=FORM),
        "POST JSON": _request("POST", data=text, content_type="application/json"),
        "POST JSON labelled a form": _request("POST", data=text, content_type=FORM),
        "GET JSON": _request("GET", query_string=text.replace("%", "%25") + "&_=1"),
    }


def _request(method: str, **parts: Any) -> Request:
    return Request(EnvironBuilder(method=method, **parts).get_environ())
