"""Regular expressions mean the same on both databases where their engines allow it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.serverside.tables.people import PEOPLE


def found(tables: Engine, pattern: str) -> list[int]:
    columns = [{"data": "name", "searchable": True}]
    request = {"columns": columns, "length": 1000, "search": {"value": pattern, "regex": True}}
    answer = PEOPLE.draw(tables, request)
    assert "error" not in answer
    return [row["id"] for row in answer["data"]]


@pytest.mark.parametrize(
    ("pattern", "meaning"),
    [
        (r"\bbob\b", "a word"),
        (r"bob\B", "the beginning of a longer word"),
    ],
)
def test_a_words_edge_is_written_as_in_javascript(
    tables: Engine, pattern: str, meaning: str
) -> None:
    names = {row["id"]: row["name"] or "" for row in PEOPLE.rows}
    padded = {key: f" {name.lower()} " for key, name in names.items()}
    for key in found(tables, pattern):
        after = padded[key].split("bob", 1)[1][0]
        assert after.isalnum() == (meaning != "a word")
    assert found(tables, r"\bbob\b")


def test_three_stars_are_no_directive(tables: Engine) -> None:
    columns = [{"data": "name", "searchable": True}]
    request = {"columns": columns, "search": {"value": "***=z", "regex": True}}
    answer = PEOPLE.draw(tables, request)
    assert answer["error"] == "The regular expression is not valid."


@pytest.mark.parametrize(
    "other",
    [
        {
            "data": "born",
            "columnControl": {"search": {"type": "date", "value": "x", "logic": "less"}},
        },
        {"data": "id", "search": {"value": "no number"}},
        {"data": "id", "search": {"value": "-1"}},
    ],
    ids=["an unread date", "an unread number", "no row"],
)
@pytest.mark.parametrize("pattern", ["a\\", "(", "[b", "*"])
def test_a_bad_pattern_is_told_though_nothing_else_matches(
    tables: Engine, other: dict[str, Any], pattern: str
) -> None:
    request = {"columns": [{"data": "name"}, other], "search": {"value": pattern, "regex": True}}
    answer = PEOPLE.draw(tables, request)
    assert answer["error"] == "The regular expression is not valid."
