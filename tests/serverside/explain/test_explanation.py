"""`explain`: what a draw asked, what it cost, which index it lacks."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, ForeignKey, Index, create_engine, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from app.database import read_engine
from app.serverside import ColumnDT, DataTables, SearchIndex, search_index
from app.serverside.dialects.search_text import State
from app.serverside.explain import Explanation, explain
from app.serverside.sql.search_index import INFO
from tests import kinds
from tests.conftest import disposing
from tests.serverside.undisturbed import undisturbed
from tests.test_database import FOREVER

pytestmark = kinds.searching


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Shelf(Base):
    """Where books are; without any index."""

    __tablename__ = "explained_shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str]


class Book(Base):
    """A table with a search index, an index on one column, none on others."""

    __tablename__ = "explained_books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    pages: Mapped[int | None]
    shelf_id: Mapped[int] = mapped_column(ForeignKey(Shelf.id))

    shelf: Mapped[Shelf] = relationship()


TITLES = search_index(Book.title, Book.author)
Index("ix_explained_books_t", func.lower(Book.title.collate("C")), Book.id).ddl_if("postgresql")
Index("ix_explained_books_n", Book.title.collate("NOCASE"), Book.id).ddl_if("sqlite")

COLUMNS = [
    ColumnDT(Book.id, mData="id", search_method="numeric"),
    ColumnDT(Book.title, mData="title"),
    ColumnDT(Book.author, mData="author"),
    ColumnDT(Book.pages, mData="pages", search_method="numeric"),
    ColumnDT(Shelf.room, mData="room"),
    ColumnDT(func.length(Book.title), mData="letters", search_method="numeric"),
]
ORDERED = {
    "postgresql": 'func.lower({}.collate("C"))',
    "sqlite": '{}.collate("NOCASE")',
}


@pytest.fixture(scope="module")
def library(engine: Engine) -> Iterator[Engine]:
    """Fill the tables, and give their engine."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Shelf), [{"id": n, "room": f"room {n}"} for n in range(1, 6)])
        books = [
            {"title": f"Title {n}", "author": f"Author {n % 50}", "pages": n, "shelf_id": n % 5 + 1}
            for n in range(2000)
        ]
        connection.execute(insert(Book), books)
    yield engine
    Base.metadata.drop_all(engine)


@pytest.fixture
def own(library: Engine) -> Iterator[Engine]:
    """Give an engine that remembers nothing yet."""
    engine = create_engine(library.url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


Explain = Callable[..., Explanation]


@pytest.fixture
def explained(own: Engine) -> Explain:
    """Give a way to explain: `explained("term", "pages:desc")`."""

    def ask(search: str = "", order: str = "") -> Explanation:
        name, _, direction = order.partition(":")
        request = {
            "draw": 1, "start": 0, "length": 5, "search": {"value": search},
            "columns": [{"data": column.mData} for column in COLUMNS],
            "order": [{"name": name, "dir": direction or "asc"}] if order else [],
        }  # fmt: skip
        query = select().select_from(Book).outerjoin(Book.shelf)
        with Session(own) as session:
            return explain(
                lambda: DataTables(request, query, COLUMNS, True, session=session),
                session,
            )

    return ask


def test_conditions_and_order_are_said_in_words(explained: Explain) -> None:
    found = explained("author", "pages:desc")
    assert found.conditions == ["search: title, author or room contains “author”"]
    assert found.order == ["pages desc", "id desc"]
    assert found.table.cardinality_filtered == 2000


def test_each_statement_has_its_time_and_its_plan(explained: Explain) -> None:
    found = explained("author 7")
    assert found.steps
    for step in found.steps:
        assert step.milliseconds > 0
        plan = "\n".join(found.plans[step.sql])
        assert re.search(r"(?i)scan|search", plan)
        assert "no plan" not in plan


def test_the_repetition_shows_what_was_remembered(explained: Explain) -> None:
    assert undisturbed(lambda: "totals" in explained().remembered)


def test_nothing_is_missing_where_indexes_serve(explained: Explain) -> None:
    assert explained("title", "title:desc").missing == [
        "A search reads all of explained_shelves; write beside its model: search_index(Shelf.room)"
    ]
    assert explained("", "id:desc").missing == []


@pytest.mark.parametrize(
    ("column", "code", "is_text"),
    [("author", "Book.author", True), ("pages", "Book.pages", False), ("room", "Shelf.room", True)],
)
def test_the_index_that_an_order_lacks_is_written_out(
    explained: Explain, own: Engine, column: str, code: str, is_text: bool
) -> None:
    [sentence] = explained("", column).missing
    line = sentence.partition("write beside its model: ")[2]
    model = code.partition(".")[0]
    table = {"Book": "explained_books", "Shelf": "explained_shelves"}[model]
    by = ORDERED[own.dialect.name].format(code) if is_text else code
    assert line == f'Index("ix_{table}_{column}", {by}, {model}.id)'


def test_the_line_written_out_makes_the_index_that_serves(
    explained: Explain, library: Engine
) -> None:
    [sentence] = explained("", "author").missing
    line = sentence.partition("write beside its model: ")[2]
    index = eval(line, {"Index": Index, "func": func, "Book": Book})  # noqa: S307 - that is the point
    index.create(library)
    try:
        assert explained("", "author:desc").missing == []
    finally:
        index.drop(library)
        Book.__table__.indexes.discard(index)


def test_a_computed_order_is_named(explained: Explain) -> None:
    [sentence] = explained("", "letters").missing
    assert sentence.startswith("length(")


def test_a_search_index_that_only_the_model_has_is_missing(
    explained: Explain, library: Engine
) -> None:
    declared = SearchIndex(Shelf.__table__, (Shelf.__table__.c.room,))
    Shelf.__table__.info[INFO] = declared
    try:
        [sentence] = explained("room").missing
        assert sentence.startswith("The database lacks the search index of explained_shelves")
        assert "create(connection)" in sentence
        with library.begin() as connection:
            declared.create(connection)
            assert declared.state_in(connection) is State.CURRENT
        found = explained('"room 3"')
        assert found.missing == []
        assert found.table.cardinality_filtered == 400
    finally:
        del Shelf.__table__.info[INFO]


def test_a_statement_that_takes_too_long_is_shown_and_planned(library: Engine) -> None:
    engine = read_engine(library.url.render_as_string(hide_password=False), 200)

    def slow(*call: Any) -> tuple[str, Any]:
        asked = "v0" in call[2] and not call[2].startswith("EXPLAIN")
        return (FOREVER, ()) if asked else (call[2], call[3])

    event.listen(engine, "before_cursor_execute", slow, retval=True)
    with disposing(engine), Session(engine) as session:
        request = {"draw": 1, "start": 0, "length": 5, "columns": [{"data": "id"}]}
        query = select().select_from(Book).outerjoin(Book.shelf)
        found = explain(lambda: DataTables(request, query, COLUMNS, session=session), session)
    assert "took too long" in str(found.table.error)
    assert found.steps[0].sql == FOREVER
    assert found.steps[0].milliseconds > 150
    assert len(found.plans[FOREVER]) > 1
