"""INSPECTOR: with it answers tell how they were made; without it nothing does."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.api.draws import get

MEMBERS = {
    "database", "milliseconds", "request", "conditions", "order", "statements", "remembered",
    "rows", "matched", "total",
}  # fmt: skip


@pytest.fixture
def plain(make_app: Callable[..., Flask], seeded_engine: Engine) -> FlaskClient:
    """Give a client of an app as it is in code: without the inspector."""
    return make_app(seeded_engine.url.render_as_string(hide_password=False)).test_client()


def test_the_demo_tells_how_an_answer_was_made(client: FlaskClient, database_kind: str) -> None:
    found = get(client, {"search[value]": "<script> an"}).json["inspector"]
    assert set(found) == MEMBERS
    columns = "name, email, phone, company, street, city, state, postcode or country"
    assert found["conditions"][0] == {"source": "search", "words": f"{columns} contains “<script>”"}
    assert all("plan" not in step for step in found["statements"])
    sought = r"[Ss" if database_kind == "mysql" else "<script>"  # with all its spellings there
    assert sought in found["statements"][0]["sql"]


def test_the_demo_gives_plans_on_demand(client: FlaskClient) -> None:
    found = get(client, {"inspector": "plan"}).json["inspector"]
    assert found["statements"][0]["plan"][0]["depth"] == 0
    assert get(client, {"inspector": "x"}).status_code == 400


ASKED = [
    {"inspector": "plan"},
    {"inspector": "plan", "search[value]": "(", "search[regex]": "true"},
    {"inspector": "plan", "start": "x"},
    {"inspector": "x"},
]


@pytest.mark.parametrize("changes", ASKED)
def test_switched_off_no_answer_tells(plain: FlaskClient, changes: dict[str, str]) -> None:
    response = get(plain, changes)
    assert "inspector" not in response.json
    assert "SELECT" not in response.text


def test_a_refused_request_is_not_told_about(client: FlaskClient) -> None:
    assert "inspector" not in get(client, {"start": "x"}).json


def _answer(client: FlaskClient) -> dict[str, Any]:
    document = client.get("/openapi.json").json
    return dict(document["components"]["schemas"]["Answer"])


def test_it_is_described_where_it_is_sent(client: FlaskClient, plain: FlaskClient) -> None:
    assert set(_answer(client)["properties"]["inspector"]["properties"]) == MEMBERS
    assert "inspector" not in _answer(client)["required"]
    assert "inspector" not in _answer(plain)["properties"]
