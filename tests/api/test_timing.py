"""Every answer says how long it took, in the header that browsers show."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import kinds
from tests.api.draws import get, post_form, sent
from tests.serverside.undisturbed import undisturbed

DRAWN = r'db;dur=\d+\.\d;desc="(\d+) statements?", total;dur=\d+\.\d'
TOTAL = r"total;dur=\d+\.\d"


def timing(response: Any) -> str:
    return str(response.headers["Server-Timing"])


def statements(response: Any) -> int:
    found = re.fullmatch(DRAWN, timing(response))
    assert found is not None
    return int(found[1])


def test_a_draw_says_its_statements(client: FlaskClient) -> None:
    assert statements(get(client)) >= 1
    assert statements(post_form(client)) >= 1


@kinds.remembering
def test_a_draw_of_what_is_remembered_has_one_statement(client: FlaskClient) -> None:
    assert undisturbed(lambda: statements(get(client)) == 1)


def test_a_draw_that_nothing_may_be_remembered_for_says_so_too(client: FlaskClient) -> None:
    assert statements(get(client, {"searchPanes[state][0]": "x"})) >= 2


def test_the_library_s_statements_are_counted(client: FlaskClient) -> None:
    asked = client.get("/api/stock/users", query_string=sent({"search[value]": "an"}))
    assert statements(asked) == 3
    assert asked.json["data"]


def test_the_library_s_rows_are_all_there(client: FlaskClient) -> None:
    asked = client.get("/api/stock/users", query_string=sent({"length": "300"}))
    assert [row["id"] for row in asked.json["data"]] == list(range(1, 301))


def test_a_draw_that_a_user_got_wrong_says_what_it_asked(client: FlaskClient) -> None:
    assert statements(get(client, {"search[value]": "(", "search[regex]": "true"})) >= 1


@pytest.mark.parametrize(
    ("changes", "status"), [({"start": "x"}, 400), ({"x": "y" * 1_200_000}, 413)]
)
def test_a_failure_says_how_long_it_took(
    client: FlaskClient, changes: dict[str, str], status: int
) -> None:
    response = post_form(client, changes)
    assert response.status_code == status
    assert re.fullmatch(TOTAL, timing(response))


def test_a_database_that_is_away_is_timed_as_well(make_app: Any) -> None:
    client = make_app("postgresql+psycopg://nobody@127.0.0.1:1/nowhere").test_client()
    response = get(client)
    assert response.status_code == 503
    assert re.fullmatch(TOTAL, timing(response))


def test_states_are_timed(client: FlaskClient) -> None:
    headers = {"X-Requested-With": "XMLHttpRequest"}
    response = client.post("/api/states", data={"action": "load"}, headers=headers)
    assert re.fullmatch(TOTAL, timing(response))
