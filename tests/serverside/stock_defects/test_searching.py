"""Rows 20 to 26: what a search term means, the same on both databases."""

import re

import pytest
from sqlalchemy import Engine

from app.serverside import ColumnDT
from tests.serverside.stock_defects.sixty_users import (
    USERS,
    User,
    column,
    column_search,
    global_search,
    ids,
    ours,
    request,
    stock,
    where,
)


@pytest.mark.parametrize("term", ["%", "_", "50%", "a_b", "back\\slash", "\\"])
def test_20_wildcards_are_ordinary_characters(sixty: Engine, term: str) -> None:
    expected = where(lambda u: term in u["name"])
    assert ids(ours(sixty, global_search(term))) == expected
    assert len(expected) == 6


@pytest.mark.parametrize("term", ["%", "_"])
def test_20_the_library_takes_them_as_patterns(sixty: Engine, term: str) -> None:
    assert stock(sixty, global_search(term))["recordsFiltered"] == "60"


def test_21_no_column_is_cast_to_text_in_order_to_be_searched(
    sixty: Engine, recorded: list[str]
) -> None:
    stock(sixty, global_search("Ann"))
    cast = re.compile(r"CAST\(sixty_users\.\w+ AS (?:TEXT|CHAR)\)")
    assert cast.search(recorded[-1])
    ours(sixty, global_search("Ann"))
    assert not cast.search(recorded[-1])


def test_22_every_word_must_occur_somewhere(sixty: Engine) -> None:
    assert stock(sixty, global_search("b. ann 19"))["recordsFiltered"] == "0"
    assert ids(ours(sixty, global_search("b. ann 19"))) == [19]


def test_22_spaces_alone_filter_nothing(sixty: Engine) -> None:
    assert stock(sixty, global_search("   "))["recordsFiltered"] == "0"
    assert ours(sixty, global_search("   "))["recordsFiltered"] == 60


@pytest.mark.parametrize(("term", "first"), [("ZOÉ", "Zoé"), ("zoe", "Zoé"), ("lukasz", "Łukasz")])
def test_23_accents_do_not_matter(sixty: Engine, term: str, first: str) -> None:
    assert ids(ours(sixty, global_search(term))) == where(lambda u: u["name"].startswith(first))


def test_23_a_boolean_is_found_in_its_own_column_only(sixty: Engine) -> None:
    assert ids(ours(sixty, column_search("active", "true"))) == where(lambda u: u["active"])
    assert ids(ours(sixty, column_search("active", "false"))) == where(lambda u: not u["active"])
    assert ours(sixty, global_search("true"))["recordsFiltered"] == 0


def test_23_a_uuid_is_found_with_and_without_dashes(sixty: Engine) -> None:
    code = USERS[6]["code"]
    for term in (str(code), code.hex, str(code).upper()):
        assert ids(ours(sixty, column_search("code", term))) == [7]


def test_24_a_global_search_over_no_column_finds_nothing(sixty: Engine) -> None:
    declared = [column("id", global_search=False), column("name", global_search=False)]
    sent = request(("id", "name"), {"search[value]": "Ann"})
    assert ours(sixty, sent, declared)["recordsFiltered"] == 0


@pytest.mark.parametrize(("term", "found"), [("27", True), ("2", False), ("abc", False)])
def test_25_a_number_column_compares_numbers_by_any_method(
    sixty: Engine, term: str, found: bool
) -> None:
    declared = [column("id"), ColumnDT(User.age, mData="age")]
    sent = request(("id", "age"), {"columns[1][search][value]": term, "length": "100"})
    answer = ours(sixty, sent, declared)
    assert ids(answer) == where(lambda u: found and u["age"] == int(term))
    assert "error" not in answer


@pytest.mark.parametrize("method", ["yadcf_select", "yadcf_text"])
@pytest.mark.parametrize("term", ["_", "%", "Ann%", "Ann _"])
def test_26_yadcf_takes_no_wildcards(sixty: Engine, method: str, term: str) -> None:
    declared = [column("id"), column("name", search_method=method)]
    sent = request(("id", "name"), {"columns[1][search][value]": term, "length": "100"})
    expected = where(lambda u: term in u["name"])
    assert ids(ours(sixty, sent, declared)) == expected
