"""All rows that match: those of all pages, one after the other, read while they are asked for."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.database import read_engine
from app.serverside import BadRequest, ColumnDT, DataTables, Limits, MatchingRows, Tuning, UserError
from app.serverside.dialects import TIMEOUT, dialect_for
from app.serverside.limits import DEFAULT_LIMITS
from tests.conftest import disposing
from tests.serverside.answerable import generated
from tests.serverside.asking import request_for
from tests.serverside.examples_tried import looking
from tests.serverside.strategies import requests
from tests.serverside.tables import INDEXED, METHODS, PEOPLE, Table
from tests.test_database import FOREVER, FOREVER_IN

LENGTH = 50
TUNINGS = (Tuning(), Tuning(few=3), Tuning(lookup=False), Tuning(late_rows=False))
Row = dict[str, Any]


def reading(
    session: Session,
    request: Row,
    table: Table = PEOPLE,
    limits: Limits = DEFAULT_LIMITS,
    **more: Any,
) -> MatchingRows:
    """Begin to read all rows of a test table that match."""
    return MatchingRows(
        request, table.query(), table.columns, True, session=session, limits=limits, **more
    )


def read(engine: Engine, request: Row, table: Table = PEOPLE, **more: Any) -> list[Row]:
    """Return all rows of a test table that match; their number was known before."""
    with Session(engine) as session, reading(session, request, table, **more) as matching:
        found = list(matching)
    assert matching.number == len(found)
    return found


def walked(engine: Engine, request: Row, table: Table, tuning: Tuning) -> list[Row]:
    """Return the rows of all pages. Raises `UserError` as the rows do."""
    found: list[Row] = []
    while True:
        page = request | {"start": len(found), "length": LENGTH}
        with Session(engine) as session:
            draw = DataTables(
                page, table.query(), table.columns, True, session=session, tuning=tuning
            )
        if draw.error:
            raise UserError(draw.error)
        found += draw.results
        if not draw.results:
            assert len(found) == draw.cardinality_filtered
            return found


def listed(table: Table, request: Row) -> list[int]:
    """Return the numbers of the declared columns that a request lists, in its order."""
    names = [column.data for column in table.described]
    known = {name: n for n, name in enumerate(names)}
    known |= {str(n): n for n in range(len(names))}
    known |= {column.name: n for n, column in enumerate(table.described) if column.name}
    found = []
    for entry in request["columns"]:
        source = entry["data"]["_"] if isinstance(entry["data"], dict) else entry["data"]
        if source in (None, "", "function"):
            source = entry.get("name", "")
        found += [known[source]] if source in known else []
    return list(dict.fromkeys(found))


def flat(row: Row) -> Row:
    """Return a row with the names of its columns, nested ones with dots."""
    return {
        (f"{name}.{inner}" if inner else name): value
        for name, member in row.items()
        for inner, value in (member.items() if isinstance(member, dict) else [("", member)])
    }


def outcome(rows: Any) -> Any:
    """Return rows, or why there are none."""
    try:
        return rows()
    except (BadRequest, UserError) as error:
        return str(error)


def same(engine: Engine, request: Row, table: Table, tuning: Tuning) -> None:
    """Compare all rows with those of all pages."""
    names = [column.data for column in table.described]
    own = outcome(lambda: [flat(row) for row in read(engine, request, table, tuning=tuning)])
    pages = outcome(lambda: [flat(row) for row in walked(engine, request, table, tuning)])
    if isinstance(pages, str) or own == "columns names no column of this table.":
        assert own == pages or not listed(table, request)
        return
    wanted = [names[n] for n in listed(table, request)]
    if pages and "0" in pages[0]:  # the page has no names for columns
        pages = [{names[int(n)]: value for n, value in row.items()} for row in pages]
    assert own == [{name: row[name] for name in wanted} for row in pages]
    with Session(engine) as session, reading(session, request, table) as matching:
        assert matching.names == wanted


@pytest.mark.parametrize("family", generated())
@given(data=st.data())
@looking(share=10)
def test_they_are_the_rows_of_all_pages(tables: Engine, family: str, data: st.DataObject) -> None:
    table = METHODS if family == "yadcf" else data.draw(st.sampled_from([PEOPLE, INDEXED]))
    request: Row = data.draw(requests(table, family)) | {"start": 3, "length": 5}
    tuning = data.draw(st.sampled_from(TUNINGS))
    note(str((request, tuning)))
    same(tables, request, table, tuning)


@pytest.mark.parametrize("tuning", TUNINGS)
@pytest.mark.parametrize("table", [PEOPLE, INDEXED], ids=["people", "indexed"])
@pytest.mark.parametrize("term", ["", "zo", "zoe", "zurich", "nobody", "lee ann"])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_they_are_in_the_tables_order(
    tables: Engine, table: Table, term: str, way: str, tuning: Tuning
) -> None:
    order = [{"column": 12, "dir": way}, {"column": 1, "dir": "desc"}]
    request = request_for(table, order=order, search={"value": term})
    same(tables, request, table, tuning)


def test_more_than_the_limit_are_cut_and_it_is_said(tables: Engine) -> None:
    order = [{"column": 1, "dir": "desc"}]
    everyone = read(tables, request_for(PEOPLE, order=order))
    with Session(tables) as session:
        few = replace(DEFAULT_LIMITS, max_rows=7)
        matching = reading(session, request_for(PEOPLE, order=order), limits=few)
        assert list(matching) == everyone[:7]
    assert (matching.number, matching.matching, matching.is_cut) == (7, len(PEOPLE.rows), True)


@pytest.mark.parametrize("most", [len(PEOPLE.rows), len(PEOPLE.rows) + 1])
def test_as_many_as_the_limit_are_not_cut(tables: Engine, most: int) -> None:
    with Session(tables) as session:
        limits = replace(DEFAULT_LIMITS, max_rows=most)
        matching = reading(session, request_for(PEOPLE), limits=limits)
        assert len(list(matching)) == matching.number == len(PEOPLE.rows)
        assert not matching.is_cut


def test_page_and_length_of_the_request_do_not_count(tables: Engine) -> None:
    assert len(read(tables, request_for(PEOPLE, start=100, length=1))) == len(PEOPLE.rows)


def test_without_columns_all_declared_ones_are_read(tables: Engine) -> None:
    names = [column.data for column in PEOPLE.described]
    by_name = [{"name": "full_name", "dir": "desc"}]
    own = read(tables, {"order": by_name, "search": {"value": "zo"}})
    assert 0 < len(own) < len(PEOPLE.rows)
    columns = [{"data": name} for name in names]
    assert own == read(tables, {"columns": columns, "order": by_name, "search": {"value": "zo"}})
    assert list(flat(own[0])) == names


COLUMNS = [{"data": "born"}, {"data": None}, {"data": "id"}, {"data": "name"}, {"data": "actions"}]


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (["name", "born"], ["born", "name"]),
        (["id"], ["id"]),
        (["", "id", "actions"], ["id"]),
        ({"0": "name", "3": "id"}, ["id", "name"]),
        ([], ["born", "id", "name"]),
        (None, ["born", "id", "name"]),
    ],
)
def test_columns_are_those_that_the_request_lists_and_sees(
    tables: Engine, visible: Any, names: list[str]
) -> None:
    request = {"draw": 1, "columns": COLUMNS, "visible": visible}
    with Session(tables) as session, reading(session, request) as matching:
        assert matching.names == names
        assert [column.mData for column in matching.columns] == names
        assert list(next(iter(matching))) == names


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            {"visible": ["id", "balance"]},
            "visible[1] names a column that the request does not list",
        ),
        ({"visible": "id"}, "visible must be a list"),
        ({"visible": ["actions"]}, "columns names no column of this table"),
        ({"columns": [{"data": None}]}, "columns names no column of this table"),
        ({"columns": []}, "columns is missing; this is not a DataTables request"),
        ({"start": "x"}, "start must be a whole number"),
        ({"order": [{"column": 4, "dir": "asc"}]}, "columns[4][data] "),
    ],
)
def test_an_unsound_request_is_refused(tables: Engine, parts: Row, sentence: str) -> None:
    with Session(tables) as session, pytest.raises(BadRequest) as caught:
        reading(session, {"draw": 1, "columns": COLUMNS, **parts})
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("more", [{}, {"searchBuilder": {"criteria": [
    {"origData": "id", "condition": "=", "value": ["-1"]}], "logic": "AND"}}])  # fmt: skip
def test_a_bad_pattern_is_raised_whatever_else_is_searched(tables: Engine, more: Row) -> None:
    request = request_for(PEOPLE, search={"value": "(", "regex": True}, **more)
    with Session(tables) as session:
        with pytest.raises(UserError, match="regular expression is not valid"):
            reading(session, request)
        assert session.scalar(sa.select(sa.literal(1))) == 1


@pytest.fixture
def reader(tables: Engine) -> Iterator[Engine]:
    """Give an engine for reading, whose statements have a time limit."""
    url = tables.url.render_as_string(hide_password=False)
    with disposing(read_engine(url, statement_timeout_ms=500)) as engine:
        yield engine


def test_a_search_out_of_time_is_raised_before_the_first_row(reader: Engine) -> None:
    forever = FOREVER_IN.get(reader.dialect.name, FOREVER)

    def never_ends(*call: Any) -> tuple[str, Any]:
        read = "FROM people" in call[2] and not call[2].startswith("SHOW")
        return (forever, ()) if read else (call[2], call[3])

    event.listen(reader, "before_cursor_execute", never_ends, retval=True)
    with Session(reader) as session:
        with pytest.raises(UserError, match=TIMEOUT):
            reading(session, request_for(PEOPLE, search={"value": "zoe"}))
        assert session.scalar(sa.select(sa.literal(1))) == 1


def test_a_search_that_meets_no_row_reads_none(tables: Engine) -> None:
    assert read(tables, request_for(PEOPLE, search={"value": "nobody at all"})) == []


def test_values_are_pythons_own_in_the_order_of_the_names(tables: Engine) -> None:
    names = ["seen", "balance", "id", "place.city", "born"]
    request = {"draw": 1, "columns": [{"data": name} for name in names]}
    with Session(tables) as session, reading(session, request) as matching:
        found = [tuple(values) for values in matching.values()]
    assert found == [tuple(row[name] for name in names) for row in PEOPLE.rows]


def test_a_query_of_any_shape_is_read_as_it_stands(tables: Engine) -> None:
    city = PEOPLE.expressions["place.city"]
    number = sa.func.count().label("number")
    query = PEOPLE.query().group_by(city)
    columns = [
        ColumnDT(city, mData="city"),
        ColumnDT(number, mData="number", search_method="numeric"),
    ]
    request = {"order": [{"column": 1, "dir": "desc"}, {"column": 0, "dir": "asc"}]}
    with Session(tables) as session:
        rows = list(MatchingRows(request, query, columns, session=session))
        page = DataTables(
            request | {"draw": 1, "columns": [{"data": "city"}, {"data": "number"}]},
            query, columns, session=session,
        )  # fmt: skip
    assert rows == page.results
    assert sum(row["number"] for row in rows) == len(PEOPLE.rows)


def test_a_legacy_query_needs_no_session(tables: Engine) -> None:
    with Session(tables) as session:
        model = PEOPLE.expressions["id"].class_
        rows = MatchingRows({}, session.query(model), PEOPLE.columns[:2])
        assert [row["id"] for row in rows] == [row["id"] for row in PEOPLE.rows]


def is_reading(session: Session) -> bool:
    """Return whether a transaction is open, as it is while rows are read."""
    connection = session.connection()
    return dialect_for(connection).has_begun(connection)


@pytest.mark.parametrize("leave", ["close", "abandon", "read"])
def test_the_statement_ends_with_its_reader(reader: Engine, leave: str) -> None:
    with Session(reader) as session:
        matching = reading(session, request_for(PEOPLE))
        rows = iter(matching)
        next(rows)
        assert is_reading(session)
        if leave == "close":
            matching.close()
        elif leave == "read":
            assert len(list(rows)) == len(PEOPLE.rows) - 1
        del matching, rows
        gc.collect()
        assert not is_reading(session)
        assert session.scalar(sa.select(sa.literal(1))) == 1
