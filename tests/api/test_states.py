"""/api/states: StateRestore's states on the server, for both generations of the client."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api import stored
from tests.serverside.samples import RECORDED

AJAX = {"X-Requested-With": "XMLHttpRequest"}
PLACE = {"path": "/page", "table": "t"}
STATE = {"start": 0, "length": 25, "order": [[1, "desc"]], "search": {"search": "10"}}


@pytest.fixture
def asked(database_url: str, make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    """Give a client of an app with a database of the test's own."""
    app = make_app(database_url)
    yield app.test_client()
    app.extensions["database"].dispose()


def post(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post("/api/states", data=fields, headers=AJAX)


def form(client: FlaskClient, fields: dict[str, str]) -> Any:
    response = client.post("/api/states", data=fields, headers=AJAX)
    assert response.status_code == 200
    return response.json


def create(client: FlaskClient, name: str = "Mine & yours", **more: Any) -> dict[str, Any]:
    fields = PLACE | {"name": name, "state": json.dumps(STATE)} | more
    response = post(client, action="state-create", **fields)
    assert response.status_code == 200
    return dict(response.json["data"][0])


def read(client: FlaskClient, **place: str) -> list[dict[str, Any]]:
    return list(post(client, action="state-read", **(PLACE | place)).json["data"])


def recorded(name: str) -> dict[str, Any]:
    samples = map(json.loads, RECORDED.read_text(encoding="utf-8").splitlines())
    return next(sample for sample in samples if sample["name"] == name)


def replay(client: FlaskClient, name: str) -> TestResponse:
    sample = recorded(name)
    return client.post(
        "/api/states", data=sample["body"], content_type=sample["contentType"], headers=AJAX
    )


def test_nothing_is_kept_at_first(asked: FlaskClient) -> None:
    assert read(asked) == []
    assert form(asked, {"action": "load"}) == {}


def test_a_state_comes_back_as_json_text(asked: FlaskClient) -> None:
    made = create(asked)
    assert made == {
        "id": made["id"], "name": "Mine & yours", "state": json.dumps(STATE), "isDefault": False,
        "isSharedIn": False, "isSharedOut": False, "isStatic": False,
    }  # fmt: skip
    assert read(asked) == [made]


def test_states_belong_to_a_page_and_a_table(asked: FlaskClient) -> None:
    create(asked)
    assert read(asked, path="/other") == []
    assert read(asked, table="other") == []


def test_a_state_is_changed(asked: FlaskClient) -> None:
    made = create(asked)
    edited = post(
        asked, action="state-edit", id=made["id"], name="New", isSharedOut="true", **PLACE
    )
    assert edited.json["data"] == [made | {"name": "New", "isSharedOut": True}]
    assert read(asked) == edited.json["data"]


def test_only_one_state_is_the_default(asked: FlaskClient) -> None:
    create(asked, "one", isDefault="true")
    two = create(asked, "two", isDefault="true")
    assert [state["isDefault"] for state in read(asked)] == [False, True]
    post(asked, action="state-edit", id=two["id"], isDefault="false", **PLACE)
    assert [state["isDefault"] for state in read(asked)] == [False, False]


def test_states_are_deleted(asked: FlaskClient) -> None:
    first, second, third = (create(asked, name) for name in ("one", "two", "three"))
    fields = {"action": "state-remove", "ids[]": [first["id"], third["id"], 999], **PLACE}
    answer = asked.post("/api/states", data=fields, headers=AJAX)
    assert answer.json == {"data": []}
    assert read(asked) == [second]


def test_what_version_2_sent_is_understood(asked: FlaskClient) -> None:
    made = replay(asked, "dt3-staterestore-create").json["data"][0]
    assert made["name"] == "Mine & yours"
    assert json.loads(made["state"])["length"] == 10
    assert replay(asked, "dt3-staterestore-read").json["data"] == [made]


def test_what_version_1_sent_is_understood(asked: FlaskClient) -> None:
    assert replay(asked, "dt2-staterestore-create").json == {}
    states = replay(asked, "dt2-staterestore-read").json
    assert list(states) == ["Mine & yours"]
    state = states["Mine & yours"]
    assert (state["length"], state["order"]) == (10, [[4, "desc"]])
    assert state["columns"][0]["visible"] is True
    assert state["columns"][1]["name"] == "full_name"
    assert state["search"]["search"] == "cox"


def old(name: str, **fields: str) -> dict[str, str]:
    return {f"stateRestore[{name}][{field}]": value for field, value in fields.items()}


def test_version_1_saves_again_under_the_same_name(asked: FlaskClient) -> None:
    form(asked, {"action": "save", **old("a [b]", length="10")})
    form(asked, {"action": "save", **old("a [b]", length="25")})
    assert form(asked, {"action": "load"}) == {"a [b]": {"length": 25}}


def test_version_1_renames_and_removes(asked: FlaskClient) -> None:
    form(asked, {"action": "save", **old("one", length="10")})
    form(asked, {"action": "rename", "stateRestore[one]": "two"})
    assert list(form(asked, {"action": "load"})) == ["two"]
    form(asked, {"action": "remove", **old("two", length="10")})
    assert form(asked, {"action": "load"}) == {}


def test_what_a_user_searched_stays_text(asked: FlaskClient) -> None:
    fields = {
        "stateRestore[x][search][search]": "10",
        "stateRestore[x][columns][0][visible]": "false",
    }
    form(asked, {"action": "save", **fields})
    kept = form(asked, {"action": "load"})["x"]
    assert kept == {"search": {"search": "10"}, "columns": [{"visible": False}]}


BAD: list[tuple[str, dict[str, Any]]] = [
    ("action", {"action": "drop"}),
    ("action", {}),
    ("name", {"action": "state-create", "state": "{}"}),
    ("name", {"action": "state-create", "state": "{}", "name": "x" * 101}),
    ("name", {"action": "state-create", "state": "{}", "name": "a\0b"}),
    ("state", {"action": "state-create", "name": "x"}),
    ("state", {"action": "state-create", "name": "x", "state": "[1]"}),
    ("state", {"action": "state-create", "name": "x", "state": "{"}),
    ("state", {"action": "state-create", "name": "x", "state": '{"x": "' + "y" * 100_000 + '"}'}),
    ("path", {"action": "state-read", "path": "/" * 501}),
    ("table", {"action": "state-read", "table": "a\0"}),
    ("id", {"action": "state-edit", "id": "7", "name": "x"}),
    ("id", {"action": "state-edit", "id": "x", "name": "x"}),
    ("ids", {"action": "state-remove", "ids": "1"}),
    ("stateRestore", {"action": "save"}),
    ("stateRestore", {"action": "remove", "stateRestore": "x"}),
]


@pytest.mark.parametrize(("parameter", "fields"), BAD)
def test_an_unsound_request_is_400_naming_the_parameter(
    client: FlaskClient, parameter: str, fields: dict[str, Any]
) -> None:
    response = post(client, **fields)
    assert response.status_code == 400
    assert response.json["error"].startswith(parameter)


def test_a_name_is_taken_once(asked: FlaskClient) -> None:
    create(asked, "one")
    two = create(asked, "two")
    again = post(asked, action="state-create", name="one", state="{}", **PLACE)
    assert (again.status_code, again.json["error"]) == (400, "name is taken by another state.")
    renamed = post(asked, action="state-edit", id=two["id"], name="one", **PLACE)
    assert renamed.status_code == 400
    assert [state["name"] for state in read(asked)] == ["one", "two"]


def test_so_many_states_are_kept_and_no_more(
    asked: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MAX_STATES", 2)
    create(asked, "one")
    create(asked, "two", path="/other")
    full = post(asked, action="state-create", name="three", state="{}", **PLACE)
    assert full.status_code == 400
    assert "delete one first" in full.json["error"]


def test_a_form_on_another_site_is_refused(client: FlaskClient) -> None:
    response = client.post("/api/states", data={"action": "load"})
    assert response.status_code == 400
    assert response.json["error"].startswith("X-Requested-With")


def test_states_are_only_posted(client: FlaskClient) -> None:
    assert client.get("/api/states", headers=AJAX).status_code == 405
