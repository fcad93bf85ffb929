"""/openapi.json: sound OpenAPI 3.1 that says what the endpoints do."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.draws import KEYS, get, post_form

METHODS = {"get", "post"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    return dict(response.json)


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        assert set(item) <= METHODS
        yield from item.values()


def everything(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from everything(part)


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return schema


TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None), "array": list, "object": dict,
}  # fmt: skip


def fits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    """Check a value against the parts of JSON Schema that the document uses."""
    schema = resolve(document, schema)
    if "anyOf" in schema:
        return any(fits(document, option, value) for option in schema["anyOf"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[name]) and
               (name == "boolean" or not isinstance(value, bool)) for name in types):  # fmt: skip
        return False
    if isinstance(value, str) and "format" in schema:
        {"date": date, "date-time": datetime}[schema["format"]].fromisoformat(value)
    if isinstance(value, list):
        within = len(value) <= schema.get("maxItems", 10**9)
        return within and all(fits(document, schema["items"], item) for item in value)
    if isinstance(value, dict):
        known = schema["properties"]
        inside = all(fits(document, known[key], v) for key, v in value.items() if key in known)
        return inside and set(schema["required"]) <= set(value)
    return value is None or value >= schema.get("minimum", value)


def test_it_has_the_shape_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert set(document["info"]) >= {"title", "version"}
    for operation in operations(document):
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert 200 <= int(status) < 600
            assert response["description"]
        names = [(p["in"], p["name"]) for p in operation.get("parameters", [])]
        assert len(set(names)) == len(names)
        assert all("schema" in p for p in operation.get("parameters", []))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = {v["$ref"] for v in everything(document) if isinstance(v, dict) and "$ref" in v}
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_every_described_address_is_there(document: dict[str, Any], app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert set(document["paths"]) <= rules
    assert {"/api/users", "/api/stock/users", "/healthz", "/readyz"} <= set(document["paths"])


def test_the_library_is_described_only_where_it_answers(make_app: Any, seeded_engine: Any) -> None:
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    document = app.test_client().get("/openapi.json").json
    assert "/api/stock/users" not in document["paths"]


def test_every_kind_of_body_and_failure_is_described(document: dict[str, Any]) -> None:
    item = document["paths"]["/api/users"]
    assert set(item) == METHODS
    assert set(item["post"]["requestBody"]["content"]) == {
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    }  # fmt: skip
    for operation in item.values():
        assert set(operation["responses"]) == {
            "200", "400", "408", "413", "414", "429", "431", "500", "501", "503",
        }  # fmt: skip
    assert "Retry-After" in item["get"]["responses"]["503"]["headers"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_an_export_is_described_as_it_is_answered(
    client: FlaskClient, document: dict[str, Any], kind: str
) -> None:
    item = document["paths"][f"/api/users/export.{kind}"]
    assert set(item) == METHODS
    assert not any(parameter["required"] for parameter in item["get"]["parameters"])
    assert "visible" in {parameter["name"] for parameter in item["get"]["parameters"]}
    found = item["get"]["responses"]["200"]
    with client.get(f"/api/users/export.{kind}") as response:
        assert set(found["content"]) == {response.headers["Content-Type"]}
        for name, header in found["headers"].items():
            value = response.headers[name]
            number = header["schema"]["type"] == "integer"
            assert fits(document, header["schema"], int(value) if number else value)


def test_the_row_is_described_by_kind(document: dict[str, Any]) -> None:
    user = document["components"]["schemas"]["User"]["properties"]
    assert tuple(user) == (*KEYS, "DT_RowId")
    assert user["id"] == {"type": "integer"}
    assert user["birthday"] == {"type": ["string", "null"], "format": "date"}
    assert user["balance"] == {"type": ["number", "null"]}
    assert user["active"] == {"type": "boolean"}
    assert user["created_at"] == {"type": "string", "format": "date-time"}
    assert user["city"] == {"type": ["string", "null"]}


def _schema(document: dict[str, Any], status: int) -> dict[str, Any]:
    response = document["paths"]["/api/users"]["post"]["responses"][str(status)]
    return dict(response["content"]["application/json"]["schema"])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"length": "500"}, 200),
        ({"length": "-1", "search[value]": "("}, 200),
        ({"search[value]": "(", "search[regex]": "true"}, 200),
        ({"start": "x"}, 400),
        ({"x": "y" * 1_200_000}, 413),
    ],
)
def test_answers_are_as_described(
    client: FlaskClient, document: dict[str, Any], changes: dict[str, str], status: int
) -> None:
    response = post_form(client, changes)
    assert response.status_code == status
    assert fits(document, _schema(document, status), response.json)


def test_an_answer_that_is_not_as_described_is_told_apart(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    answer = get(client).json
    assert not fits(document, _schema(document, 200), answer | {"recordsTotal": "500"})
    assert not fits(document, _schema(document, 200), answer | {"data": [{"id": 1}]})
    assert not fits(document, _schema(document, 400), answer)


def test_the_example_is_a_sound_request(client: FlaskClient, document: dict[str, Any]) -> None:
    body = document["paths"]["/api/users"]["post"]["requestBody"]["content"]["application/json"]
    assert fits(document, body["schema"], body["example"])
    response = client.post("/api/users", json=body["example"])
    assert response.status_code == 200
    assert 0 < response.json["recordsFiltered"] < 500


def test_limits_are_the_apps_own(make_app: Any, seeded_engine: Any) -> None:
    url = seeded_engine.url.render_as_string(hide_password=False)
    document = make_app(url, max_page_length=77).test_client().get("/openapi.json").json
    length = document["components"]["schemas"]["Draw"]["properties"]["length"]
    assert "77" in length["description"]
