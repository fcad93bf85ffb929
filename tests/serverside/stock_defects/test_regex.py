"""Rows 33 to 36: regular expressions are what they say, in any column, with any session."""

import re

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import DataTables
from tests.serverside.stock_defects.sixty_users import (
    User,
    columns,
    ids,
    ours,
    request,
    stock,
    users,
    where,
)


def everywhere(pattern: str) -> dict[str, str]:
    return dict(
        request(changes={"search[value]": pattern, "search[regex]": "true", "length": "100"})
    )


def in_names(pattern: str) -> dict[str, str]:
    changes = {"columns[1][search][value]": pattern, "columns[1][search][regex]": "true"}
    return dict(request(changes={**changes, "length": "100"}))


def test_33_a_columns_own_flag_counts(sixty: Engine) -> None:
    expected = where(lambda u: re.search("^ann b", u["name"], re.IGNORECASE))
    assert ids(ours(sixty, in_names("^ann b"), allow_regex_searches=True)) == expected


def test_33_where_they_are_off_a_pattern_is_plain_words(sixty: Engine) -> None:
    assert ours(sixty, in_names("^ann b"))["recordsFiltered"] == 0
    assert ids(ours(sixty, in_names("ann"))) == where(lambda u: "Ann" in u["name"])


@pytest.mark.parametrize(
    "pattern", ["^n 1", "8$", "n [12]", "(n 1)", "n \\d", "x+|slash", "Ann|Bob"]
)
def test_34_special_characters_are_special(sixty: Engine, pattern: str) -> None:
    expected = where(lambda u: re.search(pattern, u["name"], re.IGNORECASE))
    assert expected
    assert ids(ours(sixty, everywhere(pattern), allow_regex_searches=True)) == expected


def test_35_columns_that_hold_no_text_do_no_harm(sixty: Engine) -> None:
    answer = stock(sixty, everywhere("Ann|Bob"), allow_regex_searches=True)
    matches_anything = sixty.dialect.name == "mysql"
    assert matches_anything or answer["error"]
    answer = ours(sixty, everywhere("Ann|Bob"), allow_regex_searches=True)
    assert answer["recordsFiltered"] == 18
    assert "error" not in answer


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "a{2,1}"])
def test_35_a_half_typed_pattern_is_one_sentence_for_the_user(sixty: Engine, pattern: str) -> None:
    answer = ours(sixty, everywhere(pattern), allow_regex_searches=True)
    assert answer["error"] == "The regular expression is not valid."
    assert (answer["recordsTotal"], answer["recordsFiltered"], answer["data"]) == (60, 0, [])


def test_36_a_session_needs_no_bind_of_its_own(sixty: Engine) -> None:
    """Flask-SQLAlchemy's session finds the engine by the model."""
    with Session(binds={User: sixty}) as session:
        assert session.bind is None
        table = DataTables(everywhere("^Bob"), users(session), columns(), True)
        assert table.output_result()["recordsFiltered"] == 6
