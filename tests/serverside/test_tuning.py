"""However the engine is tuned, cold or warm, with an index or without: the oracle's answer."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.serverside import Tuning
from app.serverside.dialects.sqlite import dialect as sqlite
from tests import kinds
from tests.serverside.answerable import generated
from tests.serverside.examples_tried import looking
from tests.serverside.oracle_answers import answered, assert_agree, expected
from tests.serverside.strategies import requests
from tests.serverside.tables import INDEXED, METHODS, PEOPLE, Table
from tests.serverside.undisturbed import undisturbed

TINY = Tuning(few=3, deep=5, anchor_step=4)
TUNINGS = {
    "tiny": TINY,
    "default": Tuning(),
    "no-lookup": replace(TINY, lookup=False),
    "no-steps": replace(TINY, loose_scan=False),
    "no-memory": replace(TINY, remember=False),
    "no-anchors": replace(TINY, anchors=False),
    "forwards": replace(TINY, from_the_end=False),
    "wide": replace(TINY, late_rows=False),
}
TABLES = {
    (name, kind): replace(table, tuning=tuning)
    for (name, tuning), (kind, table) in product(
        TUNINGS.items(), {"plain": PEOPLE, "indexed": INDEXED, "methods": METHODS}.items()
    )
}
NAMES = [column.data for column in PEOPLE.described]


@pytest.fixture(autouse=True)
def no_offset_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite use anchors where it would rather skip rows of a small table."""
    monkeypatch.setattr(sqlite, "_FAST_ROWS", 0)


@pytest.fixture(scope="module", params=["transactions", "autocommit"])
def mode(request: pytest.FixtureRequest, tables: Engine) -> Engine:
    """Give the engine as it is, and one whose every statement is a transaction."""
    if request.param == "transactions":
        return tables
    return tables.execution_options(isolation_level="AUTOCOMMIT")


def agree(engine: Engine, table: Table, request: dict[str, Any], times: int) -> None:
    wanted = expected(table, request)
    for _ in range(times):
        assert_agree(answered(table, engine, request), wanted)


@pytest.mark.parametrize("family", generated())
@given(data=st.data())
@looking(share=15)
def test_generated_requests_are_answered_alike(
    mode: Engine, family: str, data: st.DataObject
) -> None:
    methods = family == "yadcf"
    request: dict[str, Any] = data.draw(requests(METHODS if methods else PEOPLE, family))
    name = data.draw(st.sampled_from(sorted(TUNINGS)))
    kind = "methods" if methods else data.draw(st.sampled_from(["plain", "indexed", "indexed"]))
    note(f"{name} {kind} {request}")
    agree(mode, TABLES[name, kind], request, times=3)


def request(order: list[tuple[str, str]], start: int, length: int, term: str) -> dict[str, Any]:
    return {
        "draw": 1,
        "start": start,
        "length": length,
        "columns": [{"data": name} for name in NAMES],
        "order": [{"column": NAMES.index(name), "dir": way} for name, way in order],
        "search": {"value": term},
    }


ORDERS = [
    [],
    [("id", "desc")],
    [("name", "asc")],
    [("name", "desc")],
    [("nick", "asc")],
    [("nick", "desc")],
    [("age", "asc"), ("name", "desc")],
    [("age", "desc"), ("nick", "asc"), ("place.city", "desc")],
    [("balance", "desc")],
    [("rate", "asc")],
    [("score", "desc"), ("big", "asc")],
    [("born", "asc")],
    [("seen", "desc"), ("born", "asc")],
    [("active", "asc"), ("age", "desc")],
    [("place.city", "asc")],
    [("place.city", "desc"), ("name", "asc")],
    [("place.country", "asc"), ("seen", "asc")],
]
WALKS = [("plain", ""), ("plain", "!o"), ("indexed", "o")]


@pytest.mark.parametrize(("kind", "term"), WALKS)
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: ",".join(map("-".join, order)))
def test_every_page_is_found_from_near_anchors(
    tables: Engine, kind: str, order: list[tuple[str, str]], term: str
) -> None:
    table = TABLES["tiny", kind]
    wanted = expected(table, request(order, 0, -1, term))["keys"]
    assert len(wanted) > 3 * TINY.deep
    starts = range(0, len(wanted) + 7, 7)
    for start in (0, *reversed(starts), *starts[3::3]):
        page = answered(table, tables, request(order, start, 7, term))
        assert page["keys"] == wanted[start : start + 7]


@pytest.mark.parametrize("name", TUNINGS)
@pytest.mark.parametrize("kind", ["plain", "indexed"])
@pytest.mark.parametrize("term", ["", "zo", "o"])
def test_each_switch_leaves_the_answer_as_it_is(
    tables: Engine, name: str, kind: str, term: str
) -> None:
    for start, order in zip([0, 60, 118, 500], ORDERS[2::4], strict=True):
        agree(tables, TABLES[name, kind], request(order, start, 10, term), times=3)


@pytest.mark.parametrize("term", ["z\0o", "!z\0o", "\ud800", "\x1f", "a\x1eb", "\u0301"])
@pytest.mark.parametrize("kind", ["plain", "indexed"])
def test_what_no_row_can_hold_is_asked_of_no_index(tables: Engine, kind: str, term: str) -> None:
    agree(tables, TABLES["tiny", kind], request([], 0, 10, term), times=2)


def test_deep_pages_start_at_anchors(tables: Engine, statements: list[str]) -> None:
    asked = request([("place.city", "asc"), ("name", "desc")], 61, 5, "")
    wanted = expected(PEOPLE, asked)

    def anchored() -> bool:
        assert_agree(answered(TABLES["tiny", "plain"], tables, asked), wanted)
        return any("anchor_0" in sql or "row_number" in sql for sql in statements)

    assert undisturbed(anchored)


@pytest.mark.parametrize(
    ("start", "backwards"),
    [(0, False), pytest.param(115, True, marks=kinds.remembering)],
)
def test_the_last_pages_are_read_from_the_end(
    tables: Engine, statements: list[str], start: int, backwards: bool
) -> None:
    asked = request([("age", "desc"), ("id", "asc")], start, 3, "")

    def from_the_end() -> bool:
        answered(TABLES["no-anchors", "plain"], tables, asked)
        return any("people.id DESC" in statement for statement in statements)

    if backwards:
        assert undisturbed(from_the_end)
    else:
        assert not any(from_the_end() for _ in range(3))
