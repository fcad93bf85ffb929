"""What can't be told of a column's cells is not guessed: a search or an order says so."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.serverside.asking import criterion, group
from tests.serverside.foreign_cells import SHOWN, Ask, column, ids, load_foreign, those


@pytest.fixture(scope="module")
def ask(engine: Engine) -> Ask:
    return load_foreign(engine)


def everyone() -> list[int]:
    return [row["id"] for row in SHOWN]


def test_days_that_are_stored_in_no_order_are_told_equal_or_not(ask: Ask) -> None:
    day = SHOWN[4]["day"]
    same = those(lambda row: row["day"] == day)
    assert ids(ask("day", columns=column("day", search={"value": day}))) == same
    assert ids(ask("day", search={"value": day})) == same
    assert ids(ask("day", search={"value": day[:7]})) == []
    [notice] = ask("day", searchBuilder=group(criterion("day", ">", day)))["notices"]
    assert "can't be searched with “>”" in notice


@pytest.mark.parametrize("name", ["day", "backwards", "anything"])
def test_an_order_that_the_database_does_not_have_is_left_out(ask: Ask, name: str) -> None:
    answer = ask(name, order=[{"column": 1, "dir": "desc"}])
    assert ids(answer) == everyone()
    [notice] = answer["notices"]
    assert "can't be ordered" in notice


@pytest.mark.parametrize("logic", ["contains", "notContains", "starts"])
def test_a_text_that_is_stored_otherwise_is_searched_whole(ask: Ask, logic: str) -> None:
    asked = {"search": {"logic": logic, "value": "nn"}}
    answer = ask("backwards", columns=column("backwards", columnControl=asked))
    assert ids(answer) == everyone()
    assert f"can't be searched with “{logic}”" in answer["notices"][0]


def test_such_a_text_is_found_by_all_of_it(ask: Ask) -> None:
    found = those(lambda row: row["backwards"] == "Ann")
    equal = {"search": {"logic": "equal", "value": "Ann"}}
    assert ids(ask("backwards", columns=column("backwards", columnControl=equal))) == found
    answer = ask("backwards", columns=column("backwards", search={"value": "Ann"}))
    assert (ids(answer), len(answer["notices"])) == ([], 1)
    assert ids(ask("backwards", search={"value": "Ann"})) == []


@pytest.mark.parametrize("asked", [{"search": {"value": "5"}}, {"search": {"value": ">5"}}])
def test_what_can_be_anything_is_not_searched_and_says_so(ask: Ask, asked: Any) -> None:
    answer = ask("anything", columns=column("anything", **asked))
    assert (ids(answer), len(answer["notices"])) == ([], 1)
    assert "can't be searched" in answer["notices"][0]
    assert "anything" not in answer.get("columnControl", {})
    assert ids(ask("anything", search={"value": "5"})) == [5]


@pytest.mark.parametrize("mask", ["MM", "hh:mm"])
def test_parts_of_a_moment_that_is_no_moment_in_the_database(ask: Ask, mask: str) -> None:
    asked = {"search": {"logic": "equal", "value": "2024-06-07T06:06", "mask": mask}}
    answer = ask("moment", columns=column("moment", columnControl=asked))
    assert "can't be searched" in answer["notices"][0]


@pytest.mark.parametrize("name", ["variant", "price", "moment"])
def test_a_pattern_sees_only_what_is_stored_as_it_is_shown(ask: Ask, name: str) -> None:
    asked = {"search": {"value": "1", "regex": True}}
    answer = ask(name, columns=column(name, **asked))
    if name == "variant":
        assert ids(answer) == those(lambda row: "1" in str(row["variant"]))
    else:
        assert "no text to match" in answer["notices"][0]


@pytest.mark.parametrize("method", ["like", "ilike"])
@pytest.mark.parametrize("name", ["cents", "price", "moment", "key", "backwards"])
def test_so_do_like_and_ilike(ask: Ask, name: str, method: str) -> None:
    answer = ask(name, method=method, columns=column(name, search={"value": "%"}))
    assert (ids(answer), answer["recordsFiltered"]) == ([], 0)
    assert "no text to match" in answer["notices"][0]


def test_a_text_written_in_small_letters_is_compared_as_it_is_shown(ask: Ask) -> None:
    assert ids(ask("lower", searchBuilder=group(criterion("lower", "=", "ANN")))) == []
    found = those(lambda row: row["lower"] == "ann")
    assert ids(ask("lower", columns=column("lower", search={"value": "ANN"}))) == found


TERMS = [
    ("json", "zoe"), ("json", "1,"), ("plain", "zoe"), ("plain", "Ann"), ("plain", "nul"),
    ("time", "09:0"), ("time", ".25"), ("bytes", "af"), ("bytes", "0BF4"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), TERMS)
def test_the_rarer_types_are_found_by_their_text(ask: Ask, name: str, text: str) -> None:
    def shows(row: dict[str, Any]) -> bool:
        shown = "" if row[name] is None else str(row[name])
        return text.lower() in shown.lower().replace("é", "e")

    assert ids(ask(name, columns=column(name, search={"value": text}))) == those(shows)
    assert ids(ask(name, search={"value": text})) == those(shows)
    typed = {"search": {"logic": "notContains", "value": text}}
    others = those(lambda row: not shows(row))
    assert ids(ask(name, columns=column(name, columnControl=typed))) == others


@pytest.mark.parametrize("name", ["json", "plain"])
def test_json_is_ordered_and_offered_without_an_error(ask: Ask, name: str) -> None:
    answer = ask(name, order=[{"column": 1, "dir": "desc"}])
    assert sorted(ids(answer)) == everyone()
    for text in ("Zoé", "Ann"):
        offered = text in {choice["value"] for choice in answer["columnControl"][name]}
        found = those(lambda row, text=text: row[name] == text)
        assert offered == bool(found)
        assert ids(ask(name, searchBuilder=group(criterion(name, "=", text)))) == found
