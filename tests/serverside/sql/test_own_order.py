"""The query's own ORDER BY, GROUP BY and DISTINCT, however written; and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, desc, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from app.serverside import ColumnDT, DataTables
from tests import kinds
from tests.serverside.foreign import answer, drawn, rows, sent, walked


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Sale(Base):
    """Something sold in a city."""

    __tablename__ = "foreign_sales"

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str]
    amount: Mapped[int | None]
    note: Mapped[dict[str, int]] = mapped_column(sa.JSON)


SALES = [
    {"id": n, "city": city, "amount": amount, "note": {"n": n % 2}}
    for n, (city, amount) in enumerate(
        [("a", 10), ("b", 2), ("c", 9), ("a", 100), ("b", 5), ("a", None)], start=1
    )
]


@pytest.fixture(scope="module")
def foreign(engine: Engine) -> Iterator[Engine]:
    """Give an engine on the filled table."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(Sale), SALES)
    yield engine
    Base.metadata.drop_all(engine)


CITY, AMOUNT = ColumnDT(Sale.city, mData="city"), ColumnDT(Sale.amount, mData="amount")
NOTE = ColumnDT(Sale.note, mData="note")
ID = ColumnDT(Sale.id, mData="id")
SALES_QUERY = select().select_from(Sale)


def test_the_order_of_distinct_rows_is_the_querys(foreign: Engine) -> None:
    query = SALES_QUERY.distinct().order_by(Sale.city.desc())
    assert drawn(foreign, query, [CITY]) == (3, 3, [("c",), ("b",), ("a",)])
    assert walked(foreign, query, [CITY], 2) == [("c",), ("b",), ("a",)]
    assert rows(foreign, query, [CITY], order=[(0, "asc")]) == [("a",), ("b",), ("c",)]


def distinct_on(query: Any, column: Any) -> Any:
    """Write DISTINCT ON as each SQLAlchemy wants it."""
    if hasattr(postgresql, "distinct_on"):
        return query.ext(postgresql.distinct_on(column))
    return query.distinct(column)


def test_distinct_on_keeps_the_row_that_its_order_puts_first(foreign: Engine) -> None:
    query = distinct_on(SALES_QUERY, Sale.city)
    query = query.order_by(Sale.city.desc(), Sale.amount.nulls_last())
    if foreign.dialect.name != "postgresql":
        with pytest.raises(ValueError, match="PostgreSQL's alone"):
            answer(foreign, query, [CITY, AMOUNT])
        return
    assert drawn(foreign, query, [CITY, AMOUNT]) == (3, 3, [("c", 9), ("b", 2), ("a", 10)])
    assert rows(foreign, query, [CITY, AMOUNT], order=[(1, "asc")], length=1) == [("b", 2)]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("amount DESC", [4, 1, 3, 5, 2, 6]),
        ("amount", [2, 5, 3, 1, 4, 6]),
        ("city DESC, amount ASC", [3, 2, 5, 1, 4, 6]),
        ("abs(amount - 9), id DESC", [3, 1, 5, 2, 4, 6]),
        ("coalesce(amount, 3) desc", [4, 1, 3, 5, 6, 2]),
        pytest.param(
            "foreign_sales.amount desc nulls first", [6, 4, 1, 3, 5, 2], marks=kinds.nulls_anywhere
        ),
    ],
)
def test_an_order_written_as_text_is_read(foreign: Engine, order: str, ids: list[int]) -> None:
    query = SALES_QUERY.order_by(text(order))
    assert rows(foreign, query, [ID]) == [(n,) for n in ids]
    if "nulls" in order or "coalesce" in order:
        assert rows(foreign, query.limit(3), [ID]) == [(n,) for n in ids[:3]]
    assert [n for (n,) in walked(foreign, query, [ID], 4)] == ids


NUMBER = func.count().label("n")
GROUPED = [CITY, ColumnDT(NUMBER, mData="n", search_method="numeric")]


@pytest.mark.parametrize(
    "order", [NUMBER.desc(), desc("n"), text("n DESC"), text("count(*) desc"), func.count().desc()]
)
@pytest.mark.parametrize("selected", [(), (Sale.city, NUMBER)], ids=["empty", "selected"])
def test_groups_are_ordered_by_a_label_however_it_is_named(
    foreign: Engine, order: Any, selected: tuple[Any, ...]
) -> None:
    query = select(*selected).select_from(Sale).group_by(Sale.city).order_by(order)
    expected = [("a", 3), ("b", 2), ("c", 1)]
    assert drawn(foreign, query, GROUPED) == (3, 3, expected)
    assert rows(foreign, query.limit(2), GROUPED) == expected[:2]
    assert rows(foreign, query, GROUPED, search="2") == [("b", 2)]


def test_rows_are_grouped_by_a_label(foreign: Engine) -> None:
    first = func.upper(Sale.city).label("first")
    for group in (first, "first"):
        query = select(first).select_from(Sale).group_by(group).order_by(desc("first"))
        columns = [ColumnDT(first, mData="first"), GROUPED[1]]
        assert rows(foreign, query, columns) == [("C", 1), ("B", 2), ("A", 3)]


def test_a_value_that_has_no_order_is_no_hindrance(foreign: Engine) -> None:
    shown = [(n, {"n": n % 2}) for n in range(1, 7)]
    assert rows(foreign, SALES_QUERY.limit(9), [ID, NOTE]) == shown
    assert rows(foreign, SALES_QUERY, [ID, NOTE], search="c") == []
    inner = select(Sale.city, Sale.note).subquery()
    columns = [ColumnDT(inner.c.city, mData="city"), ColumnDT(inner.c.note, mData="note")]
    found = walked(foreign, select().select_from(inner), columns, 4, order=[(0, "desc")])
    assert [city for city, _ in found] == ["c", "b", "b", "a", "a", "a"]
    by_note = answer(foreign, SALES_QUERY, [ID, NOTE], order=[(1, "asc")])
    assert sorted(row["id"] for row in by_note["data"]) == [1, 2, 3, 4, 5, 6]


def test_a_sort_of_its_own_makes_no_more_rows_distinct(foreign: Engine) -> None:
    own = ColumnDT(Sale.city, mData="city", sort_expr=func.length(Sale.city))
    assert drawn(foreign, SALES_QUERY.distinct(), [own])[0] == 3
    other = ColumnDT(Sale.city, mData="city", sort_expr=Sale.amount)
    with pytest.raises(ValueError, match=r"Sale\.amount is none of the columns"):
        answer(foreign, SALES_QUERY.distinct(), [other])
    with pytest.raises(ValueError, match=r"foreign_sales\.id is none of the columns"):
        answer(foreign, SALES_QUERY.distinct().order_by(Sale.id), [CITY])


@pytest.mark.parametrize(
    ("query", "error", "sentence"),
    [
        (SALES_QUERY.with_for_update(), ValueError, "a draw only reads"),
        (SALES_QUERY.order_by("nothing"), ValueError, r'order_by\("nothing"\) names nothing'),
        (SALES_QUERY.order_by(text("1 desc")), ValueError, "is a position"),
        (SALES_QUERY.order_by(text("city || ','")), ValueError, "write it with columns"),
        (
            select(Sale.id).union(select(Sale.amount)),
            TypeError,
            r"select\(\)\.select_from\(union\.subquery\(\)\)",
        ),
        (text("SELECT 1"), TypeError, r"must be a select\(\)"),
    ],
)
def test_what_can_not_be_served_is_refused_in_a_sentence(
    foreign: Engine, query: Any, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        answer(foreign, query, [ID])


CLASHING = [
    "groups", "steps", "found", "head", "tail", "narrow", "page", "known", "token", "asked",
    "numbered", "each", "leg", "leg0", "few", "own", "side", "matching", "rows", "values", "query",
    "anon_1", "anon_2", "order", "select", "user", "foreign_sales_1", "a b", 'q"q', "Upper", "%s%",
]  # fmt: skip


@pytest.mark.parametrize("name", CLASHING)
def test_a_table_may_have_any_name(foreign: Engine, name: str) -> None:
    metadata = sa.MetaData()
    kinds = sa.Table(f"{name}_1", metadata, sa.Column("id", sa.Integer, primary_key=True),
                     sa.Column("kind", sa.Text, index=True))  # fmt: skip
    table = sa.Table(
        name, metadata, sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind_id", sa.ForeignKey(kinds.c.id), index=True), sa.Column("v0", sa.Text),
    )  # fmt: skip
    metadata.create_all(foreign)
    try:
        with foreign.begin() as connection:
            values = [{"id": n, "kind": f"k{n}"} for n in (1, 2)]
            connection.execute(sa.insert(kinds), values)
            things = [{"id": n, "kind_id": n % 3 or None, "v0": f"v{n % 4}"} for n in range(1, 13)]
            connection.execute(sa.insert(table), things)
        columns = [
            ColumnDT(table.c.id, mData="id"),
            ColumnDT(table.c.v0, mData="v0", options=True),
            ColumnDT(kinds.c.kind, mData="kind", options=True),
        ]
        query = select().select_from(table).outerjoin(kinds, kinds.c.id == table.c.kind_id)
        expected = [(n, f"v{n % 4}", f"k{n % 3}" if n % 3 else None) for n in range(1, 13)]
        for wanted, key in [({}, 0), ({"v0": "v1"}, 0), ({"kind": "k2"}, 2), ({"v0": "3"}, 1)]:
            found = walked(foreign, query, columns, 3, wanted=wanted, order=[(key, "desc")])
            kept = [
                row for row in expected
                if wanted.get("v0", "") in row[1] and wanted.get("kind", "") in (row[2] or "")
            ]  # fmt: skip
            assert sorted(found, key=str) == sorted(kept, key=str)
        panes = answer(foreign, query, columns, searchPanes={"kind": ["k1"]}, draw=1)
        assert panes["recordsFiltered"] == 4
        offered = {option["value"] for option in panes["columnControl"]["kind"]}
        assert offered == {"k1", "k2", ""}
    finally:
        metadata.drop_all(foreign)


def test_a_name_of_the_engines_own_is_refused(foreign: Engine) -> None:
    table = sa.Table("serverside_x", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    with pytest.raises(ValueError, match="names with serverside_ are the engine's own"):
        answer(foreign, select().select_from(table), [ColumnDT(table.c.id, mData="id")])


def test_options_of_the_statement_are_the_draws(foreign: Engine) -> None:
    other = sa.Table("foreign_sales", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                     schema="elsewhere")  # fmt: skip
    here = {"elsewhere": None}
    query = select().select_from(other).execution_options(schema_translate_map=here)
    found = drawn(foreign, query, [ColumnDT(other.c.id, mData="id")])
    assert found == (6, 6, [(n,) for n in range(1, 7)])


def test_a_key_that_only_the_model_has_is_not_believed(foreign: Engine) -> None:
    model = sa.Table("foreign_believed", sa.MetaData(),
                     sa.Column("id", sa.Integer, primary_key=True),
                     sa.Column("word", sa.Text, nullable=False))  # fmt: skip
    with foreign.begin() as connection:
        connection.execute(text("CREATE TABLE foreign_believed (id INTEGER, word TEXT)"))
        for n in range(9):
            values = {"id": n // 3, "word": None if n % 3 == 0 else f"w{n}"}
            connection.execute(text("INSERT INTO foreign_believed VALUES (:id, :word)"), values)
    columns = [ColumnDT(model.c.id, mData="id"), ColumnDT(model.c.word, mData="word")]
    query = select().select_from(model)
    try:
        found = walked(foreign, query, columns, 2, order=[(1, "asc")])
        expected = [f"w{n}" for n in range(9) if n % 3] + [None] * 3
        assert [word for _, word in found] == expected
        assert rows(foreign, query, columns, search="w4") == [(1, "w4")]
        with Session(foreign) as session:
            assert len(session.execute(select(model)).all()) == 9
    finally:
        with foreign.begin() as connection:
            connection.execute(text("DROP TABLE foreign_believed"))


@pytest.mark.parametrize("words", [[9, 10, 2], ["b", "C", "a"]], ids=["numbers", "texts"])
def test_one_word_has_another_type_in_another_query(foreign: Engine, words: list[Any]) -> None:
    values = [select(sa.literal(word).label("word")) for word in words]
    inner = sa.union_all(*values).subquery("words")
    query = select().select_from(inner).order_by(text("coalesce(word, word)"))
    found = rows(foreign, query, [ColumnDT(inner.c.word, mData="word")])
    assert [word for (word,) in found] == sorted(words, key=lambda word: str(word).lower().zfill(2))


def test_a_hook_of_the_session_hides_no_name(foreign: Engine) -> None:
    def hooked(session: Session) -> Any:
        sa.event.listen(session, "do_orm_execute", lambda state: None)
        return select(Sale.city.label("l")).distinct().order_by(text("l DESC"))

    with Session(foreign) as session:
        table = DataTables(sent([CITY]), hooked(session), [CITY], session=session)
    assert [row["city"] for row in table.output_result()["data"]] == ["c", "b", "a"]


def test_a_distinct_expression_may_be_ordered_by_what_is_made_of_it(foreign: Engine) -> None:
    shown = func.coalesce(Sale.city, sa.null())
    own = ColumnDT(shown, mData="city", sort_expr=func.length(shown), search_expr=func.lower(shown))
    assert drawn(foreign, SALES_QUERY.distinct(), [own], search="B") == (3, 1, [("b",)])


def test_a_subquery_beside_a_model_is_told_from_it(foreign: Engine) -> None:
    inner, other = select(Sale.id, Sale.city).subquery(), aliased(Sale)
    query = select().select_from(inner).join(other, other.id == inner.c.id)
    query = query.order_by(other.city.desc(), inner.c.city, inner.c.id).limit(3)
    columns = [ColumnDT(inner.c.id, mData="id"), ColumnDT(other.city, mData="city")]
    assert rows(foreign, query, columns) == [(3, "c"), (2, "b"), (5, "b")]
