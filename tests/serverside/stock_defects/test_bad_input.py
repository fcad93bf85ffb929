"""Rows 1 to 14: bad input is refused by name, or read as plainly meant; never run, never echoed."""

import pytest
from sqlalchemy import Engine

from app.serverside import BadRequest, Limits
from tests.serverside.stock_defects.sixty_users import ids, ours, refused, request, stock, where


def test_01_missing_start_and_length_mean_from_the_top_as_much_as_allowed(sixty: Engine) -> None:
    sent = request(changes={"start": None, "length": None})
    assert "NoneType" in stock(sixty, sent)["error"]
    assert ids(ours(sixty, sent, limits=Limits(max_length=25))) == list(range(1, 26))


@pytest.mark.parametrize("name", ["start", "length", "order[0][column]"])
def test_02_a_word_for_a_number_is_refused_by_name(sixty: Engine, name: str) -> None:
    sent = request(changes={name: "abc"})
    assert "invalid literal" in stock(sixty, sent)["error"]
    assert refused(sixty, sent) == name


@pytest.mark.parametrize("draw", ["abc", "9" * 5000])
def test_03_a_draw_that_is_no_number_is_refused_by_name(sixty: Engine, draw: str) -> None:
    sent = request(changes={"draw": draw})
    with pytest.raises(ValueError, match="int"):
        stock(sixty, sent)
    assert refused(sixty, sent) == "draw"


def test_03_a_missing_draw_is_the_number_1(sixty: Engine) -> None:
    assert ours(sixty, request(changes={"draw": None}))["draw"] == 1


def test_04_a_negative_start_is_refused_by_name(sixty: Engine) -> None:
    assert refused(sixty, request(changes={"start": "-1"})) == "start"


@pytest.mark.parametrize("length", ["-1", "1000000000"])
def test_05_minus_one_and_a_billion_are_cut_to_the_longest_page(sixty: Engine, length: str) -> None:
    sent = request(changes={"length": length, "start": "5"})
    assert len(stock(sixty, sent)["data"]) == 55
    answer = ours(sixty, sent, limits=Limits(max_length=20))
    assert ids(answer) == list(range(6, 26))
    assert answer["notices"] == ["A page holds at most 20 rows; page on for the others."]


@pytest.mark.parametrize("length", ["-1", "1000000000"])
def test_05_a_page_that_holds_all_the_rest_is_not_cut(sixty: Engine, length: str) -> None:
    sent = request(changes={"length": length, "start": "40"})
    answer = ours(sixty, sent, limits=Limits(max_length=20))
    assert ids(answer) == list(range(41, 61))
    assert "notices" not in answer


@pytest.mark.parametrize("term", ["", "n"])
def test_05_all_rows_are_had_page_by_page(sixty: Engine, term: str) -> None:
    """The recipe of docs/moving-over.md: on from what came, until all that match are there."""
    rows: list[int] = []
    while True:
        sent = request(changes={"length": "-1", "start": str(len(rows)), "search[value]": term})
        answer = ours(sixty, sent, limits=Limits(max_length=7))
        rows += ids(answer)
        if len(rows) >= answer["recordsFiltered"] or not answer["data"]:
            break
        assert answer["notices"] == ["A page holds at most 7 rows; page on for the others."]
    assert rows == where(lambda user: term in user["name"])
    assert len(rows) > 7


def test_05_a_length_below_minus_one_is_refused_by_name(sixty: Engine) -> None:
    assert refused(sixty, request(changes={"length": "-2"})) == "length"


@pytest.mark.parametrize("name", ["start", "length"])
def test_06_thirty_digits_are_refused_by_name(sixty: Engine, name: str) -> None:
    sent = request(changes={name: "1" * 30})
    assert stock(sixty, sent)["error"]
    assert refused(sixty, sent) == name


def test_06_the_largest_start_is_a_page_beyond_the_end(sixty: Engine) -> None:
    answer = ours(sixty, request(changes={"start": "9" * 18}))
    assert (answer["recordsFiltered"], answer["data"]) == (60, [])


def test_07_an_order_column_that_is_not_there_is_refused_by_name(sixty: Engine) -> None:
    sent = request(changes={"order[0][column]": "99", "order[0][dir]": "asc"})
    assert stock(sixty, sent)["error"] == "list index out of range"
    assert refused(sixty, sent) == "order[0][column]"


def test_08_no_column_is_counted_from_the_end(sixty: Engine) -> None:
    sent = request(changes={"order[0][column]": "-1", "order[0][dir]": "asc"})
    assert "error" not in stock(sixty, sent)
    assert refused(sixty, sent) == "order[0][column]"


@pytest.mark.parametrize("direction", ["DESC", "<script>alert(1)</script>"])
def test_09_an_unknown_direction_is_refused_and_not_echoed(sixty: Engine, direction: str) -> None:
    sent = request(changes={"order[0][column]": "1", "order[0][dir]": direction})
    assert direction in stock(sixty, sent)["error"]
    with pytest.raises(BadRequest, match=r"order\[0\]\[dir\] must be asc or desc") as caught:
        ours(sixty, sent)
    assert direction not in str(caught.value)


def test_10_a_missing_direction_is_ascending(sixty: Engine) -> None:
    sent = request(changes={"order[0][column]": "5", "length": "3"})
    assert ids(ours(sixty, sent)) == [1, 2, 3]


def test_11_three_thousand_order_terms_are_refused_by_name(sixty: Engine) -> None:
    terms = {f"order[{n}][column]": "1" for n in range(3000)}
    assert refused(sixty, request(changes=terms)) == "order"


def test_11_a_column_is_ordered_by_once(sixty: Engine, recorded: list[str]) -> None:
    once = {"order[0][column]": "2"}
    ours(sixty, request(changes=once))
    ordered = recorded[-1].split("ORDER BY")[1:]  # before it stand the totals, unless remembered
    ours(sixty, request(changes={f"order[{n}][column]": "2" for n in range(50)}))
    assert recorded[-1].split("ORDER BY")[1:] == ordered


def test_12_a_gap_in_the_order_terms_changes_nothing(sixty: Engine) -> None:
    sent = request(changes={"order[1][column]": "0", "order[1][dir]": "desc", "length": "3"})
    assert [row["id"] for row in stock(sixty, sent)["data"]] != [60, 59, 58]
    assert ids(ours(sixty, sent)) == [60, 59, 58]


def test_12_the_number_zero_is_the_first_column(sixty: Engine) -> None:
    sent = {
        "draw": 1, "start": 0, "length": 3,
        "columns": [{"data": "id"}, {"data": "name"}],
        "order": [{"column": 0, "dir": "desc"}],
    }  # fmt: skip
    assert ids(ours(sixty, sent)) == [60, 59, 58]


@pytest.mark.parametrize("term", ["A\0nn", "\ud800"])
def test_13_what_no_database_can_hold_matches_nothing(sixty: Engine, term: str) -> None:
    answer = ours(sixty, request(changes={"search[value]": term}))
    assert (answer["recordsFiltered"], answer.get("error")) == (0, None)


def test_13_a_search_of_60000_characters_is_refused_by_name(sixty: Engine) -> None:
    assert refused(sixty, request(changes={"search[value]": "x" * 60_000})) == "search[value]"


def test_14_a_request_without_columns_is_refused_by_name(sixty: Engine) -> None:
    assert refused(sixty, request(names=())) == "columns"
