"""Draws over the users, as browsers send them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.serverside.wire.decode import nest

KEYS = (
    "id", "name", "email", "phone", "company", "birthday", "balance", "active", "created_at",
    "street", "city", "state", "postcode", "country",
)  # fmt: skip
USERS = "/api/users"


def sent(changes: Mapping[str, Any] | None = None, names: tuple[str, ...] = KEYS) -> dict[str, Any]:
    """Build a sound request in bracketed names, then change it; None removes a parameter."""
    request: dict[str, Any] = {}
    for number, name in enumerate(names):
        column = f"columns[{number}]"
        request |= {f"{column}[data]": name, f"{column}[name]": ""}
        request |= {f"{column}[searchable]": "true", f"{column}[orderable]": "true"}
        request |= {f"{column}[search][value]": "", f"{column}[search][regex]": "false"}
    request |= {"order[0][column]": "0", "order[0][dir]": "asc", "order[0][name]": ""}
    request |= {"draw": "1", "start": "0", "length": "10"}
    request |= {"search[value]": "", "search[regex]": "false"} | dict(changes or {})
    return {name: value for name, value in request.items() if value is not None}


def get(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by GET."""
    return client.get(USERS, query_string=sent(changes))


def post_form(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by a form; the address holds a cache-buster, as DataTables 3 sends it."""
    return client.post(f"{USERS}?_=1795329629046", data=sent(changes))


def post_multipart(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by a form of the other kind."""
    return client.post(USERS, data=sent(changes), content_type="multipart/form-data")


def post_json(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by a JSON body."""
    return client.post(USERS, json=nest(sent(changes).items()))


def post_json_lists(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by a JSON body with lists, numbers and booleans, as DataTables 3 sends it."""
    tree = nest(sent(changes).items())
    body = tree | {n: list(tree.get(n, {}).values()) for n in ("columns", "order")}
    body |= {name: _number(tree[name]) for name in ("draw", "start", "length")}
    return client.post(USERS, json=body)


def without_inspector(response: TestResponse) -> dict[str, Any]:
    """Return an answer without what tells how it was made, which is never twice the same."""
    return {name: value for name, value in response.json.items() if name != "inspector"}


def _number(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdigit() else text


def post_json_as_form(
    client: FlaskClient, changes: Mapping[str, Any] | None = None
) -> TestResponse:
    """Ask by a JSON body that says it is a form, as DataTables 3 does."""
    body = json.dumps(nest(sent(changes).items()))
    return client.post(USERS, data=body, content_type="application/x-www-form-urlencoded")


def get_json(client: FlaskClient, changes: Mapping[str, Any] | None = None) -> TestResponse:
    """Ask by JSON that is the query string, as DataTables 2 does."""
    query = quote(json.dumps(nest(sent(changes).items())))
    return client.get(f"{USERS}?{query}&_=1795329629046")


WAYS = (
    get, post_form, post_multipart, post_json, post_json_lists, post_json_as_form, get_json,
)  # fmt: skip
