"""The search index: whoever writes, and however, what is searched is what the table holds."""

import sqlite3
import sys
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import (
    ARRAY,
    Engine,
    Integer,
    cast,
    create_engine,
    delete,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.database import write_engine
from app.serverside import ColumnDT, DataTables, Tuning, search_index
from app.serverside.columns.fold import fold
from app.serverside.dialects.postgresql.fold import folded
from tests import kinds
from tests.conftest import disposing, postgres_database

pytestmark = kinds.searching

METADATA = sa.MetaData()
PLACES = sa.Table(
    "order",  # a word of SQL's own
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("Town", sa.Text),
    sa.Column("unsearched", sa.Text),
)
NOTES = sa.Table(
    "Notes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("select", sa.Text),
    sa.Column("body", sa.Text),
    sa.Column("mark", sa.Text, unique=True),
    sa.Column("place_id", sa.ForeignKey(PLACES.c.id)),
)
KEYED = sa.Table(
    "keyed", METADATA, sa.Column("key", sa.Text, primary_key=True), sa.Column("body", sa.Text)
)
PAIRED = sa.Table(
    "paired",
    METADATA,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("two", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text),
)
INDEX = search_index(NOTES.c["select"], NOTES.c.body)
INDEXES = (
    INDEX,
    search_index(PLACES.c.Town),
    search_index(KEYED.c.body),
    search_index(PAIRED.c.body),
)
COLUMNS = [
    ColumnDT(NOTES.c.id, mData="id"),
    ColumnDT(NOTES.c["select"], mData="select"),
    ColumnDT(NOTES.c.body, mData="body"),
    ColumnDT(PLACES.c.Town, mData="town"),
    ColumnDT(PLACES.c.unsearched, mData="unsearched"),
    ColumnDT(sa.func.upper(NOTES.c.mark).label("body"), mData="mark"),  # named like another
]
LOOKING_UP = Tuning()
WALKING = replace(LOOKING_UP, lookup=False)

# fmt: off
TEXTS = [
    "plain", "Zoé Ångström", "50% off", "50_off", "a\\b", "*star*", "what?", "[x]", "[^a-c]*?",
    "it's \"quoted\"", "\x1fsep\x1fara\x1f", "\x1estand\x1ein", "", None, "ß STRASSE straße",
    "a rather long text, longer than any look-up reads", "日本語テキスト", "👩‍💻 dev", "ab", "é",
    "-- comment", "; DROP TABLE", "AND OR NOT NEAR", "\"\"\"", "İstanbul", "ﬁne ﬀ", "tab\there",
]
TERMS = [
    "plain", "zoe", "ÅNGSTRÖM", "%", "_", "50%", "50_", "\\", "*", "*star*", "?", "what?", "[",
    "[x]", "[^a-c]*?", "'", "\"", "\x1f", "\x1e", "sep", "separa", "ara", "strasse", "ss", "a",
    "ab", "é", "longer than any look-up reads", "longer than any look-up writes", "日本", "本語テ",
    "👩", "--", ";",
    "AND", "OR", "NEAR", "istanbul", "fine", "ff", "town", "plainplain", "in", "t h",
]
# fmt: on
ROWS = [
    {
        "id": n + 1,
        "select": TEXTS[n % len(TEXTS)],
        "body": TEXTS[n * 5 % len(TEXTS)],
        "mark": f"mark {n}",
        "place_id": n % 6 or None,
    }
    for n in range(2 * len(TEXTS))
]  # fmt: skip
TOWNS = [
    {"id": n + 1, "Town": town, "unsearched": "plain hidden"}
    for n, town in enumerate(["plain town", "Łódź", None, "*star", "São Paulo"])
]


@pytest.fixture(scope="module")
def engine(own_database: str) -> Iterator[Engine]:
    """Give an engine on the empty tables."""
    with disposing(write_engine(own_database)) as engine:
        METADATA.create_all(engine)
        yield engine


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Give an engine on the tables, as a program without our functions has filled them."""
    with raw(engine) as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
        connection.execute(insert(PLACES), TOWNS)
        connection.execute(insert(NOTES), ROWS)
    return engine


def raw(engine: Engine) -> Any:
    """Give a connection that knows nothing of the engine's functions."""
    return create_engine(engine.url, poolclass=sa.NullPool).begin()


def found(
    bind: Any, term: str, column: str = "", tuning: Tuning = LOOKING_UP, **parts: Any
) -> list[int]:
    """Return the ids that a phrase finds, everywhere or in one column."""
    phrase = {"value": f'"{term}"' if '"' not in term else term}
    request = {
        "draw": 1, "start": 0, "length": 1000,
        "columns": [
            {"data": c.mData, "search": phrase if c.mData == column else {}} for c in COLUMNS
        ],
        "search": {} if column else phrase,
    }  # fmt: skip
    query = select().select_from(NOTES.outerjoin(PLACES))
    with Session(bind) as session:
        answer = DataTables(
            request | parts, query, COLUMNS, session=session, tuning=tuning
        ).output_result()
    assert answer["recordsFiltered"] == len(answer["data"])
    return sorted(row["id"] for row in answer["data"])


def stored(engine: Engine) -> list[dict[str, Any]]:
    """Read all rows in plain SQL."""
    query = select(NOTES, PLACES.c.Town, PLACES.c.unsearched).select_from(NOTES.outerjoin(PLACES))
    with raw(engine) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def brute_force(engine: Engine, term: str, column: str = "") -> list[int]:
    """Return the ids that the same phrase finds in plain Python."""
    names = {"select": "select", "body": "body", "town": "Town", "unsearched": "unsearched",
             "mark": "mark"}  # fmt: skip
    searched = [names[column]] if column else list(names.values())
    return sorted(
        row["id"]
        for row in stored(engine)
        if any(fold(term) in fold(row[name] or "") for name in searched)
    )


def check(engine: Engine, *terms: str) -> None:
    """Compare searches with brute force, looked up and walked to."""
    for term in terms:
        for tuning in (LOOKING_UP, WALKING, replace(LOOKING_UP, few=2)):
            assert found(engine, term, tuning=tuning) == brute_force(engine, term), term


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_found_in_what_others_wrote(filled: Engine, term: str) -> None:
    check(filled, term)


@pytest.mark.parametrize("column", ["select", "body", "town", "unsearched", "mark"])
def test_a_column_is_searched_apart_from_its_neighbours(filled: Engine, column: str) -> None:
    for term in TERMS:
        assert found(filled, term, column) == brute_force(filled, term, column)


CHANGES = {
    "insert": "INSERT INTO {t} (id, {s}, body)"
    " VALUES (900, 'Neu Zoé', 'brandnew'), (901, 'x', NULL)",
    "update": "UPDATE {t} SET body = 'brandnew', {s} = NULL WHERE id IN (1, 2)",
    "update beyond ascii": "UPDATE {t} SET body = 'brandnew é' WHERE id < 9",
    "update of the key": "UPDATE {t} SET id = id + 1000 WHERE id IN (2, 3)",
    "delete": "DELETE FROM {t} WHERE id IN (1, 2, 16)",
    "delete of all": "DELETE FROM {t}",
    "upsert": "INSERT INTO {t} (id, body) VALUES (1, 'brandnew')"
    " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
}
REPLACES = {
    "replace": "REPLACE INTO {t} (id, {s}, body) VALUES (1, 'brandnew', 'zoé'), (2, 'x', 'y')",
    "replace by another key": "REPLACE INTO {t} (id, body, mark)"
    " VALUES (950, 'brandnew', 'mark 3')",
    "the old key again": "INSERT INTO {t} (id, body) VALUES (4, 'brandnew')",
}
AFTERWARDS = ("brandnew", "zoe", "plain", "neu", "é", "x")


def change(engine: Engine, statement: str) -> None:
    quote = '"select"'
    with raw(engine) as connection:
        connection.exec_driver_sql(statement.format(t='"Notes"', s=quote))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_plain_sql_is_found_at_once(filled: Engine, name: str) -> None:
    change(filled, CHANGES[name])
    check(filled, *AFTERWARDS)


def test_replaced_rows_are_found_as_they_are_now(filled: Engine) -> None:
    if filled.dialect.name == "postgresql":
        change(filled, CHANGES["upsert"])
        change(filled, "DELETE FROM {t} WHERE id = 4")
        change(filled, REPLACES["the old key again"])
        check(filled, *AFTERWARDS)
        return
    for statement in REPLACES.values():
        change(filled, statement)
        check(filled, *AFTERWARDS)


def test_a_rollback_takes_the_index_back(filled: Engine) -> None:
    with create_engine(filled.url, poolclass=sa.NullPool).connect() as connection:
        connection.execute(insert(NOTES), {"id": 900, "body": "brandnew zoé"})
        connection.rollback()
    check(filled, "brandnew", "zoe")


def test_folding_what_is_pending_changes_no_answer(filled: Engine) -> None:
    for _ in range(2):
        with filled.begin() as connection:
            INDEX.fold_pending(connection)
        check(filled, "zoe", "é", "日本", "plain")
        change(filled, CHANGES["update beyond ascii"])
        check(filled, "brandnew", "zoe")


def test_a_rebuilt_index_holds_what_was_written_without_it(filled: Engine) -> None:
    with filled.begin() as connection:
        INDEX.suspend(connection)
        connection.execute(insert(NOTES), {"id": 900, "body": "brandnew zoé"})
        INDEX.rebuild(connection)
    check(filled, "brandnew", "zoe", "plain")
    change(filled, CHANGES["update"])
    check(filled, "brandnew", "plain")


@pytest.mark.parametrize("table", [KEYED, PAIRED], ids=str)
def test_keys_of_every_kind_are_as_good(filled: Engine, table: sa.Table) -> None:
    keys = [column.name for column in table.primary_key]
    rows = [
        dict(zip(keys, (f"k{n}",) if len(keys) == 1 else (1, n), strict=True))
        | {"body": TEXTS[n] or ""}
        for n in range(len(TEXTS))
    ]
    with raw(filled) as connection:
        connection.execute(insert(table), rows)
    columns = [ColumnDT(column, mData=column.name) for column in table.c]
    for term in ("zoe", "plain", "50%", "a"):
        request = {"draw": 1, "start": 0, "length": 100, "search": {"value": term},
                   "columns": [{"data": "body"}]}  # fmt: skip
        with Session(filled) as session:
            answer = DataTables(request, select(table), columns, session=session).output_result()
        wanted = [row["body"] for row in rows if fold(term) in fold(row["body"])]
        assert sorted(row["body"] for row in answer["data"]) == sorted(wanted)


def test_the_plain_drivers_are_enough_to_write(filled: Engine) -> None:
    url = make_url(filled.url)
    statement = """INSERT INTO "Notes" (id, body) VALUES (900, 'brandnew Zoé')"""
    if filled.dialect.name == "sqlite":
        with sqlite3.connect(str(url.database)) as connection:
            connection.execute(statement)
        connection.close()
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as other:
            other.execute(statement)
    check(filled, "brandnew", "zoe")


def test_dropped_tables_can_be_made_again(filled: Engine) -> None:
    METADATA.drop_all(filled)
    METADATA.create_all(filled)
    with raw(filled) as connection:
        connection.execute(insert(NOTES), {"id": 1, "body": "brandnew é"})
    check(filled, "brandnew", "plain")


def test_a_table_without_its_index_answers_the_same(own_database: str, filled: Engine) -> None:
    with filled.begin() as connection:
        for index in INDEXES:
            index.drop(connection)
    with disposing(write_engine(own_database)) as fresh:
        check(fresh, *TERMS[::4])
        METADATA.drop_all(fresh)
        METADATA.create_all(fresh)


def test_a_user_who_may_not_make_extensions_gets_answers(postgres_url: str) -> None:
    name = f"plain_{uuid.uuid4().hex}"
    with postgres_database(postgres_url) as url, disposing(create_engine(url)) as owner:
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN"))
            connection.execute(text(f"CREATE SCHEMA own AUTHORIZATION {name}"))
        with owner.connect() as connection:  # what an administrator can forbid
            forbidden = connection.scalar(
                text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            )
        assert forbidden is None
        user = make_url(url).set(username=name)
        options = {"options": "-c search_path=own"}
        try:
            with disposing(create_engine(user, connect_args=options)) as engine:
                METADATA.create_all(engine)
                with engine.begin() as connection:
                    connection.execute(insert(PLACES), TOWNS)
                    connection.execute(insert(NOTES), ROWS)
                for term in ("zoe", "50%", "plain", "é"):
                    wanted = [
                        row["id"] for row in ROWS
                        if fold(term) in fold(f"{row['select']}\n{row['body']}\n{row['mark']}")
                    ]  # fmt: skip
                    assert set(wanted) <= set(found(engine, term))
        finally:
            with owner.begin() as connection:
                connection.execute(text(f"DROP OWNED BY {name} CASCADE"))
                connection.execute(text(f"DROP ROLE {name}"))


@pytest.mark.slow
def test_postgresql_folds_every_character_as_python_does(postgres_url: str) -> None:
    known = [
        code
        for code in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
    ]
    numbers = func.unnest(cast(known, ARRAY(Integer))).column_valued("n")
    query = select(numbers, folded(func.chr(numbers)))
    with disposing(create_engine(postgres_url)) as engine, engine.connect() as connection:
        rows = connection.execute(query).all()
    assert [(hex(n), given, fold(chr(n))) for n, given in rows if given != fold(chr(n))] == []
