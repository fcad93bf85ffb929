"""The answer's `inspector`: what a draw understood, asked, and took from memory."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from app.database import read_engine, write_engine
from app.serverside import BadRequest, DataTables, Tuning
from app.serverside.cache import forget_engine
from app.serverside.dialects import dialect_of
from app.serverside.explain import inspector
from tests import kinds
from tests.conftest import disposing
from tests.serverside.books import COLUMNS, TINY, Entry, entries, fill, row
from tests.serverside.undisturbed import undisturbed

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB or MySQL"}
MEMBERS = [
    "database", "milliseconds", "request", "conditions", "order", "statements", "remembered",
    "rows", "matched", "total",
]  # fmt: skip
UNCHANGED = "the data is unchanged since it was counted"
NEW = "it was not asked before, or was forgotten since"


@pytest.fixture(scope="module")
def books(own_database: str) -> Iterator[Engine]:
    """Give an engine that writes the filled tables; tests that do so put back what was there."""
    with disposing(write_engine(own_database)) as engine:
        fill(engine)
        yield engine


@pytest.fixture
def reader(own_database: str, books: Engine) -> Iterator[Engine]:
    """Give an engine of the draws' own that remembers nothing yet."""
    with disposing(read_engine(own_database, 5_000)) as engine:
        yield engine


def request(term: str = "", **parts: Any) -> dict[str, Any]:
    columns = [{"data": column.mData} for column in COLUMNS]
    return {
        "draw": 3, "start": 0, "length": 5, "columns": columns, "search": {"value": term},
    } | parts  # fmt: skip


def drawn(bind: Any, term: str = "", **parts: Any) -> DataTables:
    """Draw in a session of its own, or in one that is given."""
    options = {name: parts.pop(name) for name in ("query", "tuning", "inspect") if name in parts}
    options = {"query": entries(), "tuning": TINY, "inspect": True} | options
    params = request(term, **parts)
    if isinstance(bind, Session):
        return DataTables(params, columns=COLUMNS, session=bind, **options)
    with Session(bind) as session:
        return DataTables(params, columns=COLUMNS, session=session, **options)


def inspected(bind: Any, term: str = "", **parts: Any) -> dict[str, Any]:
    member: dict[str, Any] = drawn(bind, term, **parts).output_result()["inspector"]
    return member


def why(found: dict[str, Any], what: str) -> tuple[bool, str]:
    [told] = [(r["used"], r["why"]) for r in found["remembered"] if r["what"] == what]
    return told


def test_the_members_are_those_of_the_reference(reader: Engine) -> None:
    found = inspected(reader, "entry 1", order=[{"name": "version", "dir": "desc"}])
    assert list(found) == MEMBERS
    assert found["database"] == NAMES[reader.dialect.name]
    assert found["request"] == {
        "draw": 3, "start": 0, "length": 5, "search": "entry 1",
        "columns": ["id", "text", "version", "owner"],
    }  # fmt: skip
    assert found["order"] == ["version desc", "id desc"]
    assert (found["rows"], found["total"]) == (5, 30)
    assert 5 < found["matched"] < 30


def test_each_word_is_a_condition_and_names_its_columns_once(reader: Engine) -> None:
    columns = [{"data": c.mData, "search": {"value": ">=2" if c.mData == "id" else ""}}
               for c in COLUMNS]  # fmt: skip
    assert inspected(reader, 'zoé "<b>"', columns=columns)["conditions"] == [
        {"source": "search", "words": "text or owner contains “zoé”"},
        {"source": "search", "words": "text or owner contains “<b>”"},
        {"source": "columns:id", "words": "id is at least 2"},
    ]


def test_statements_have_their_purpose_time_and_rows(reader: Engine) -> None:
    table = drawn(reader)
    found = table.output_result()["inspector"]
    own = [step for step in found["statements"] if step["purpose"] != "schema"]
    assert [step["purpose"] for step in own][:2] == ["page", "options"]
    assert own[0]["rows"] == 5
    assert all(step["milliseconds"] >= 0 for step in found["statements"])
    assert len(own) == table.statements
    assert found["milliseconds"] == pytest.approx(table.database_ms, abs=0.01)
    assert not [s for s in found["statements"] if re.match("BEGIN|ROLLBACK|SAVEPOINT", s["sql"])]


def test_a_page_without_rows_has_none(reader: Engine) -> None:
    found = inspected(reader, "nobody has this")
    assert (found["rows"], found["matched"], found["statements"][0]["rows"]) == (0, 0, 0)


def test_questions_to_the_schema_are_told_where_there_were_any(reader: Engine) -> None:
    assert "schema" in [step["purpose"] for step in inspected(reader)["statements"]]
    assert "schema" not in [step["purpose"] for step in inspected(reader)["statements"]]


REQUESTS: list[dict[str, Any]] = [
    {},
    {"term": "entry 2"},
    {"term": "it's 50%_\\ ?"},
    {"term": "é"},
    {"start": 12, "order": [{"name": "owner", "dir": "desc"}]},
    {"start": 27},
    {"searchPanes": {"version": {"0": "0"}, "owner": {"0": "Zoé", "1": ""}}},
    {"searchBuilder": {"logic": "OR", "criteria": [
        {"origData": "id", "condition": "between", "value": ["3", "-7"]},
        {"origData": "text", "condition": "!contains", "value": ["%"]},
    ]}},
    {"query": entries().where(Entry.version >= 0).distinct()},
]  # fmt: skip


@pytest.mark.parametrize("parts", REQUESTS)
def test_what_is_pasted_finds_the_same_rows(reader: Engine, parts: dict[str, Any]) -> None:
    table = drawn(reader, **parts)
    told = [s for s in table.output_result()["inspector"]["statements"] if s["purpose"] != "schema"]
    assert len(told) == len(table.executed)
    for step, shown in zip(table.executed, told, strict=True):
        assert _rows(reader, shown["sql"]) == _rows(reader, step.sql, step.parameters)


def _rows(engine: Engine, sql: str, *parameters: Any) -> list[Any]:
    """Run a statement past SQLAlchemy; the version of the data may be another one meanwhile."""
    with engine.connect() as connection:
        dialect_of(connection).prepare(connection)
        cursor: Any = connection.connection.cursor()
        cursor.execute(sql, *parameters)
        kept = [n for n, d in enumerate(cursor.description) if not d[0].startswith("token")]
        rows = [tuple(found[n] for n in kept) for found in cursor.fetchall()]
        cursor.close()
        return rows


def test_functions_of_ours_are_noted(reader: Engine) -> None:
    shown = inspected(reader, "é")
    sql = "\n".join(step["sql"] for step in shown["statements"])
    noted = "-- The sqlite3 shell lacks serverside_folded()" in sql
    assert noted == ("serverside_folded(" in sql.replace("lacks serverside_folded()", ""))
    assert noted == (reader.dialect.name == "sqlite")


@kinds.remembering
def test_what_is_remembered_is_told(reader: Engine, books: Engine) -> None:
    first = inspected(reader, "entry")
    assert why(first, "recordsTotal") == (False, NEW)
    assert why(first, "recordsFiltered") == (False, NEW)
    assert why(first, "options") == (False, NEW)

    def all_used() -> bool:
        found = inspected(reader, "entry")["remembered"]
        return all(each["used"] for each in found if each["what"] != "anchor")

    assert undisturbed(all_used)
    with books.begin() as connection:
        connection.execute(insert(Entry).values(row(99)))
    try:
        used, reason = why(inspected(reader, "entry"), "recordsTotal")
    finally:
        with books.begin() as connection:
            connection.execute(sa.delete(Entry).where(Entry.id == 99))
    assert (used, reason) == (False, "the data may have changed since")


def test_what_counts_values_is_read_at_each_draw(reader: Engine) -> None:
    found = inspected(reader, searchPanes={"owner": {"0": "Bob"}})
    expected = "it depends on the other filters, and is read at each draw"
    assert why(found, "options") == (False, expected)


@kinds.remembering
def test_anchors_are_told(reader: Engine) -> None:
    deep = {"start": 12, "order": [{"name": "text", "dir": "asc"}], "term": "é"}
    tuning = Tuning(few=0, deep=2, anchor_step=4)

    def told() -> tuple[bool, str]:
        return why(inspected(reader, tuning=tuning, **deep), "anchor")

    assert undisturbed(lambda: "made now" in told()[1])
    assert undisturbed(lambda: told()[0])
    assert why(inspected(reader), "anchor")[1] == "the page is read from the beginning of its order"
    assert undisturbed(lambda: "nearer to the end" in why(inspected(reader, start=27), "anchor")[1])


AS_IT_IS = "the query stands as it is, because"
HINDERED: dict[str, tuple[dict[str, Any], str]] = {
    "switched off": ({"tuning": Tuning(remember=False)}, "remembering is switched off"),
    "as it stands": (
        {"query": entries().distinct()},
        f"{AS_IT_IS} it has more than columns, joins, conditions and an order",
    ),
    "late rows off": (
        {"tuning": Tuning(late_rows=False)},
        f"{AS_IT_IS} late_rows is off",
    ),
}


@pytest.mark.parametrize("hindrance", HINDERED)
def test_what_hinders_remembering_is_told(reader: Engine, hindrance: str) -> None:
    parts, reason = HINDERED[hindrance]
    for _ in range(2):
        assert why(inspected(reader, **parts), "recordsTotal") == (False, reason)


def test_writes_of_the_transaction_are_a_reason_and_stay(books: Engine) -> None:
    with Session(books) as session:
        session.execute(insert(Entry).values(row(98)))
        found = inspected(session, inspector="plan")
        assert why(found, "recordsTotal") == (
            False, "the transaction may see writes of its own that nobody else sees",
        )  # fmt: skip
        assert found["total"] == 31
        assert session.get(Entry, 98) is not None
        session.rollback()


def test_a_plan_comes_when_it_is_asked_for(reader: Engine) -> None:
    assert all("plan" not in step for step in inspected(reader)["statements"])
    found = inspected(reader, "entry", inspector="plan")
    own = [step for step in found["statements"] if step["purpose"] != "schema"]
    for step in own:
        assert step["plan"][0]["depth"] == 0
        assert max(node["depth"] for node in step["plan"]) > 0
        assert all(list(node) == ["depth", "text", "detail"] for node in step["plan"])
    details = [node["detail"] for step in own for node in step["plan"]]
    assert any("(cost=" in detail for detail in details) == (reader.dialect.name == "postgresql")


def test_anything_else_than_a_plan_is_refused(reader: Engine) -> None:
    with pytest.raises(BadRequest, match=r"^inspector must be plan, or be left out"):
        drawn(reader, inspector="plans")


def test_off_nothing_of_it_is_computed(reader: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        pytest.fail("something is computed for the inspector")

    drawn(reader)
    monkeypatch.setattr(sa.event, "listen", never)
    for name in ("filled", "laid_out", "plan_lines", "conditions", "order"):
        monkeypatch.setattr(inspector, name, never)
    monkeypatch.setattr("app.serverside.datatables.recollections", never)
    monkeypatch.setattr("app.serverside.datatables.inspector", never)
    for asked in ("plan", "anything"):
        table = drawn(reader, inspect=False, inspector=asked)
        assert "inspector" not in table.output_result()
        assert table.remembered == table.looked == []


def test_no_listener_stays_behind(reader: Engine) -> None:
    names = ("before_cursor_execute", "after_cursor_execute")
    with reader.connect() as connection, Session(connection) as session:
        before = [list(getattr(connection.dispatch, name)) for name in names]
        inspected(session)
        assert [list(getattr(connection.dispatch, name)) for name in names] == before


def test_a_user_s_error_has_its_statements_told(reader: Engine) -> None:
    with Session(reader) as session:
        table = DataTables(
            request("(", search={"value": "(", "regex": True}), entries(), COLUMNS, True,
            session=session, inspect=True,
        )  # fmt: skip
    answer = table.output_result()
    assert answer["error"] == "The regular expression is not valid."
    assert answer["inspector"]["rows"] == 0
    assert answer["inspector"]["statements"][-1]["purpose"] in ("count", "schema")


def test_the_old_protocol_has_it_too(reader: Engine) -> None:
    old = {"sEcho": "2", "iDisplayStart": "0", "iDisplayLength": "5", "iColumns": "1"}
    with Session(reader) as session:
        table = DataTables(old | {"mDataProp_0": "id"}, entries(), COLUMNS, session=session,
                           inspect=True)  # fmt: skip
    assert table.output_result()["inspector"]["request"]["draw"] == 2


def test_draws_of_two_threads_tell_nothing_of_each_other(reader: Engine) -> None:
    words = [f"{n}1717{n}" for n in (7, 8)]  # compared with numbers, which all write alike

    def draw(word: str) -> bool:
        other = words[1 - words.index(word)]
        for _ in range(15):
            forget_engine(reader)
            table = drawn(reader, word)
            found = table.output_result()["inspector"]
            told = "\n".join(step["sql"] for step in found["statements"])
            own = [step for step in found["statements"] if step["purpose"] != "schema"]
            if other in told or word not in told or len(own) != table.statements:
                return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(draw, words)) == [True, True]


def test_the_header_says_statements_and_milliseconds(reader: Engine) -> None:
    table = drawn(reader, inspect=False)
    plural = "" if table.statements == 1 else "s"
    assert table.server_timing == (
        f'db;dur={table.database_ms:.1f};desc="{table.statements} statement{plural}"'
    )
    assert table.statements >= 1
    assert table.database_ms > 0
