"""The readers' questions are sound, and wrong answers are noticed."""

import copy

import pytest
from flask.testing import FlaskClient

from tests.load.questions import Table, criterion, wrong

TABLES = [
    Table(),
    Table(start=490, order=[("name", "desc"), ("id", "asc")]),
    Table(start=10_000),
    Table(term="an !smith"),
    Table(filters={"city": "a", "balance": ">1000"}),
    Table(criteria=[criterion("birthday", "date", "between", "1980-06-01", "1989-06-30")]),
]


@pytest.mark.parametrize("table", TABLES)
def test_a_sound_answer_is_taken(client: FlaskClient, table: Table) -> None:
    asked = table.question(draw=3)
    answer = client.post("/api/users", json=asked).get_json()
    assert wrong(asked, answer) is None
    assert answer["recordsTotal"] == 500


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draw": 4}, "the answer belongs to another question"),
        ({"error": "It took too long."}, "It took too long."),
        ({"recordsFiltered": 501}, "501 rows of 500 match"),
        ({"data": []}, "0 rows on a page that has 10"),
    ],
)
def test_a_wrong_answer_is_noticed(
    client: FlaskClient, change: dict[str, object], said: str
) -> None:
    asked = Table().question(draw=3)
    answer = client.post("/api/users", json=asked).get_json()
    assert wrong(asked, answer | change) == said


def test_a_row_that_stands_twice_is_noticed(client: FlaskClient) -> None:
    asked = Table().question(draw=3)
    answer = copy.deepcopy(client.post("/api/users", json=asked).get_json())
    answer["data"][1] = answer["data"][0]
    assert wrong(asked, answer) == "a row stands twice on a page"
