"""Queries unlike the demo's: what the query itself returns is what the table holds."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, ForeignKey, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    mapped_column,
    relationship,
    with_loader_criteria,
)

from app.serverside import ColumnDT
from tests.serverside.foreign import drawn, rows, walked


class Base(DeclarativeBase):
    """Collect this file's tables."""


page_tags = sa.Table(  # as many write it: without a primary key
    "foreign_page_tags",
    Base.metadata,
    sa.Column("page_id", sa.ForeignKey("foreign_pages.id")),
    sa.Column("tag_id", sa.ForeignKey("foreign_tags.id")),
)


class Tag(Base):
    """A tag."""

    __tablename__ = "foreign_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Page(Base):
    """A page with many tags."""

    __tablename__ = "foreign_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[Tag]] = relationship(secondary=page_tags)


class Buyer(Base):
    """Somebody who buys."""

    __tablename__ = "foreign_buyers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Seller(Base):
    """Somebody who sells, with ids of their own."""

    __tablename__ = "foreign_sellers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    """What a buyer ordered."""

    __tablename__ = "foreign_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey(Buyer.id))
    amount: Mapped[int]


class Player(Base):
    """A player with a score."""

    __tablename__ = "foreign_players"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    score: Mapped[int]


class Person(Base):
    """Somebody who works; managers are kept in the same table."""

    __tablename__ = "foreign_persons"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]


class Manager(Person):
    """One who leads."""

    __mapper_args__ = {"polymorphic_identity": "manager"}  # noqa: RUF012


class Engineer(Person):
    """One whose language stands in a table of its own."""

    __tablename__ = "foreign_engineers"
    __mapper_args__ = {"polymorphic_identity": "engineer"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    language: Mapped[str]


class Team(Base):
    """A team, led by whomever."""

    __tablename__ = "foreign_teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


lines = sa.Table(  # as an import leaves them
    "foreign_lines", Base.metadata, sa.Column("code", sa.Integer), sa.Column("word", sa.Text)
)
details = sa.Table(
    "foreign_details",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.Integer),
    sa.Column("word", sa.Text),
)

ROWS: list[tuple[Any, list[dict[str, Any]]]] = [
    (Tag.__table__, [{"id": n, "name": f"t{n}"} for n in (1, 2, 3)]),
    (Page.__table__, [{"id": 1}, {"id": 2}]),
    (page_tags, [{"page_id": p, "tag_id": t} for p, t in [(1, 1), (1, 2), (1, 3), (2, 1)]]),
    (Buyer.__table__, [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}]),
    (Seller.__table__, [{"id": 1, "name": "Cid"}, {"id": 2, "name": "Dan"}]),
    (Order.__table__, [{"id": n, "buyer_id": 1 + n // 3, "amount": n * 5} for n in (1, 2, 3)]),
    (Player.__table__, [{"id": n, "name": f"p{n}", "score": 100 - n} for n in range(1, 31)]),
    (
        Person.__table__,
        [
            {"id": 1, "kind": "manager", "name": "Mia"},
            {"id": 2, "kind": "person", "name": "Pat"},
            {"id": 3, "kind": "engineer", "name": "Eve"},
        ],
    ),
    (Engineer.__table__, [{"id": 3, "language": "C"}]),
    (Team.__table__, [{"id": n, "name": f"Team {n}", "lead_id": n} for n in (1, 2, 3)]),
    (lines, [{"code": n % 40, "word": f"w{n % 5}"} for n in range(200)]),
    (details, [{"id": n, "code": n % 40, "word": f"d{n % 3}"} for n in range(1, 81)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def foreign(engine: Engine) -> Iterator[Engine]:
    """Give an engine on the filled tables."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, values in ROWS:
            connection.execute(sa.insert(table), values)
    yield engine
    Base.metadata.drop_all(engine)


PAGE_TAGS = [ColumnDT(Page.id, mData="id"), ColumnDT(Tag.name, mData="tag")]
TAGGED = [(1, "t1"), (1, "t2"), (1, "t3"), (2, "t1")]


def test_an_association_without_a_key_multiplies_rows_as_the_query_does(foreign: Engine) -> None:
    query = select().select_from(Page).join(Page.tags)
    assert drawn(foreign, query, PAGE_TAGS, order=[(0, "asc"), (1, "asc")]) == (4, 4, TAGGED)
    assert len(rows(foreign, query, PAGE_TAGS, start=2, length=2)) == 2
    assert rows(foreign, query, PAGE_TAGS, search="t2") == [(1, "t2")]
    assert sorted(walked(foreign, query, PAGE_TAGS, 3)) == TAGGED


def test_a_joined_subquery_may_meet_a_row_many_times(foreign: Engine) -> None:
    tagged = select(page_tags.c.page_id, Tag.name).join(Tag, Tag.id == page_tags.c.tag_id)
    table = tagged.subquery()
    query = select().select_from(Page).join(table, table.c.page_id == Page.id)
    columns = [ColumnDT(Page.id, mData="id"), ColumnDT(table.c.name, mData="tag")]
    assert sorted(walked(foreign, query, columns, 3)) == TAGGED
    assert rows(foreign, query, columns, search="t2") == [(1, "t2")]


def test_a_subquery_of_a_keyed_table_may_still_hold_a_row_twice(foreign: Engine) -> None:
    bought = select(Buyer.id, Buyer.name).join(Order, Order.buyer_id == Buyer.id).subquery()
    columns = [ColumnDT(bought.c[name], mData=name) for name in ("id", "name")]
    found = walked(foreign, select().select_from(bought), columns, 2)
    assert Counter(found) == {(1, "Ann"): 2, (2, "Bob"): 1}


def test_a_union_may_hold_an_id_twice(foreign: Engine) -> None:
    both = sa.union_all(select(Buyer.id, Buyer.name), select(Seller.id, Seller.name)).subquery()
    columns = [ColumnDT(both.c[name], mData=name) for name in ("id", "name")]
    found = walked(foreign, select().select_from(both), columns, 3)
    assert sorted(found) == [(1, "Ann"), (1, "Cid"), (2, "Bob"), (2, "Dan")]


def test_a_recursive_cte_may_hold_a_part_twice(foreign: Engine) -> None:
    parts = select(Tag.id, Tag.name, sa.literal(0).label("depth")).where(Tag.id == 1)
    tree = parts.cte("tree", recursive=True)
    further = select(Tag.id, Tag.name, tree.c.depth + 1).join(tree, Tag.id <= 2)
    tree = tree.union_all(further.where(tree.c.depth < 1))
    columns = [ColumnDT(tree.c[name], mData=name) for name in ("id", "depth")]
    found = walked(foreign, select().select_from(tree), columns, 2)
    assert Counter(found) == {(1, 0): 1, (1, 1): 1, (2, 1): 1}


def test_rows_of_a_table_without_a_key_are_each_on_one_page(foreign: Engine) -> None:
    query = select().select_from(lines).join(details, details.c.code == lines.c.code)
    columns = [
        ColumnDT(lines.c.code, mData="code"),
        ColumnDT(lines.c.word, mData="word"),
        ColumnDT(details.c.word, mData="detail"),
    ]
    with Session(foreign) as session:
        truth = session.execute(query.with_only_columns(*(c.sqla_expr for c in columns))).all()
    found = walked(foreign, query, columns, 90, order=[(2, "asc")])
    assert Counter(found) == Counter(map(tuple, truth))
    assert [row[2] for row in found] == sorted(row[2] for row in truth)


RANKED = [
    ColumnDT(Player.name, mData="name"),
    ColumnDT(func.rank().over(order_by=Player.score.desc()), mData="rank", search_method="numeric"),
]


def test_a_window_function_sees_all_rows_of_the_query(foreign: Engine) -> None:
    query = select().select_from(Player)
    page = rows(foreign, query, RANKED, start=10, length=10, order=[(1, "asc")])
    assert [rank for _, rank in page] == list(range(11, 21))
    assert rows(foreign, query, RANKED, wanted={"name": "p7"}) == [("p7", 7)]
    assert ("p12", 12) in rows(foreign, query, RANKED, search="12")
    assert rows(foreign, query, RANKED, wanted={"rank": "<=2"}) == [("p1", 1), ("p2", 2)]


def test_a_window_function_in_an_expression_is_one_too(foreign: Engine) -> None:
    share = Player.score * 100 / func.sum(Player.score).over()
    columns = [ColumnDT(Player.id, mData="id"), ColumnDT(share, mData="share", sort_expr=share)]
    whole = rows(foreign, select().select_from(Player), columns)
    page = rows(foreign, select().select_from(Player), columns, start=5, length=2)
    assert page == whole[5:7]


def test_an_aggregate_without_groups_is_one_row(foreign: Engine) -> None:
    columns = [
        ColumnDT(func.count(Player.id), mData="n"),
        ColumnDT(func.max(Player.score), mData="m"),
    ]
    assert drawn(foreign, select().select_from(Player), columns) == (1, 1, [(30, 99)])


LED = [ColumnDT(Team.name, mData="team"), ColumnDT(Manager.name, mData="lead")]


@pytest.mark.parametrize("other", [Manager, aliased(Manager)], ids=["plain", "aliased"])
def test_the_condition_of_a_shared_table_stays_in_its_join(foreign: Engine, other: Any) -> None:
    columns = [LED[0], ColumnDT(other.name, mData="lead")]
    query = select().select_from(Team).outerjoin(other, other.id == Team.lead_id)
    expected = [("Team 1", "Mia"), ("Team 2", None), ("Team 3", None)]
    assert drawn(foreign, query, columns) == (3, 3, expected)
    assert rows(foreign, query, columns, search="mia") == expected[:1]
    assert [t for t, _ in rows(foreign, query, columns, order=[(1, "desc")])] == [
        "Team 1", "Team 3", "Team 2",
    ]  # fmt: skip


def test_a_column_of_a_subclass_restricts_rows_as_in_the_query(foreign: Engine) -> None:
    columns = [ColumnDT(Person.id, mData="id"), ColumnDT(Manager.name, mData="name")]
    assert drawn(foreign, select().select_from(Person), columns) == (1, 1, [(1, "Mia")])


def test_a_subclass_with_a_table_of_its_own_is_joined(foreign: Engine) -> None:
    columns = [ColumnDT(Engineer.name, mData="name"), ColumnDT(Engineer.language, mData="language")]
    assert drawn(foreign, select().select_from(Engineer), columns) == (1, 1, [("Eve", "C")])
    columns = [ColumnDT(Team.id, mData="id"), ColumnDT(Engineer.language, mData="language")]
    query = select().select_from(Team).outerjoin(Engineer, Engineer.id == Team.lead_id)
    assert rows(foreign, query, columns) == [(1, None), (2, None), (3, "C")]


def test_criteria_of_the_query_stay_where_it_has_them(foreign: Engine) -> None:
    query = select().select_from(Team).outerjoin(Person, Person.id == Team.lead_id)
    query = query.options(with_loader_criteria(Person, Person.name != "Mia"))
    columns = [ColumnDT(Team.id, mData="id"), ColumnDT(Person.name, mData="lead")]
    assert drawn(foreign, query, columns) == (3, 3, [(1, None), (2, "Pat"), (3, "Eve")])


def test_criteria_hold_where_only_the_columns_are_of_models(foreign: Engine) -> None:
    teams = Team.__table__
    query = select().select_from(sa.join(teams, Person.__table__, teams.c.lead_id == Person.id))
    query = query.options(with_loader_criteria(Person, Person.name != "Mia"))
    assert rows(foreign, query, [ColumnDT(Person.name, mData="name")]) == [("Pat",), ("Eve",)]
    managers = select().select_from(sa.join(Person.__table__, teams, teams.c.lead_id == Person.id))
    assert rows(foreign, managers, [ColumnDT(Manager.name, mData="name")]) == [("Mia",)]


def test_an_expression_over_a_missing_row_is_searched_by_what_it_shows(foreign: Engine) -> None:
    lead = func.coalesce(Person.name, "nobody")
    query = (
        select()
        .select_from(Team)
        .outerjoin(Person, sa.and_(Person.id == Team.lead_id, Person.kind == "manager"))
    )
    columns = [ColumnDT(Team.id, mData="id"), ColumnDT(lead, mData="lead")]
    assert rows(foreign, query, columns, search="nobody") == [(2, "nobody"), (3, "nobody")]
    query = select().select_from(Team).outerjoin(Person, Person.id == Team.lead_id + 2)
    assert rows(foreign, query, columns, search="nobody") == [(2, "nobody"), (3, "nobody")]


def test_a_join_that_meets_many_is_not_taken_for_one(foreign: Engine) -> None:
    other = aliased(Player)
    query = select().select_from(Player).outerjoin(other, other.id == Player.id - other.score + 98)
    columns = [ColumnDT(Player.id, mData="id"), ColumnDT(other.id, mData="other")]
    with Session(foreign) as session:
        truth = session.execute(query.with_only_columns(Player.id, other.id)).all()
    assert Counter(walked(foreign, query, columns, 300)) == Counter(map(tuple, truth))


def test_two_aliases_of_one_table_are_told_apart(foreign: Engine) -> None:
    one, other = aliased(Player), aliased(Player)
    query = select().select_from(one).join(other, other.id < one.id).where(one.id <= 4)
    columns = [ColumnDT(one.id, mData="id"), ColumnDT(other.id, mData="other")]
    pairs = [(n, m) for n in range(1, 5) for m in range(1, n)]
    found = walked(foreign, query, columns, 2, order=[(1, "desc"), (0, "asc")])
    assert found == sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    own = query.order_by(other.id.desc(), one.id)
    assert walked(foreign, own, columns, 4) == found
    columns = [
        ColumnDT(one.name, mData="name"),
        ColumnDT(one.id, mData="id", search_expr=other.name, sort_expr=other.id),
    ]
    assert rows(foreign, query, columns, wanted={"id": "p3"}) == [("p4", 4)]
