"""Which selects are nothing but columns, joins, conditions and order, on 2.0 and on 2.1."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, with_loader_criteria

from app.models import Address, User
from app.serverside import sqlalchemy_private as private
from tests.serverside.test_sqlalchemy_private import BIG, FIRST, USERS, distinct_on, query

SUBQUERY = select(USERS.c.id).subquery()
ALIAS = aliased(Address)


PLAIN = {
    "a table": select(USERS),
    "a model": select(User),
    "columns": select(User.id, func.lower(User.name).label("low")),
    "where": select(User).where(BIG, FIRST),
    "order": select(User).order_by(User.name.desc(), User.id),
    "join": select(User).join(User.address),
    "outer join": select(USERS).outerjoin(Address.__table__),
    "full join": select(User).join(Address, full=True),
    "select_from": select(Address.id).select_from(User).outerjoin(User.address),
    "join_from": select(User.id).join_from(User, Address, User.address_id == Address.id),
    "alias": select(User).join(ALIAS, User.address.of_type(ALIAS)),
    "subquery": select(SUBQUERY).where(SUBQUERY.c.id > 1),
    "other columns": select(User).join(User.address).with_only_columns(Address.city),
    "columns kept": select(User).with_only_columns(User.id, maintain_column_froms=True),
    "labels": select(User).set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL),
    "order taken back": select(User).order_by(User.name).order_by(None),
    "limit taken back": select(User).limit(5).limit(None),
    "a query": query().statement,
    "a query's joins": query().join(User.address).filter(BIG).order_by(User.name).statement,
    "a query's outer join": query().outerjoin(Address).enable_eagerloads(False).statement,
    "a query from": query(User.id).select_from(User).join(Address).statement,
    "a query's entities": query().join(User.address).with_entities(Address.id).statement,
    "a query's columns": query(User.id, Address.city).filter(User.address_id == 1).statement,
    "a query's own loading": query().populate_existing().autoflush(False).statement,
}

OTHER = {
    "group by": select(USERS.c.id).group_by(USERS.c.id),
    "having": select(func.count()).select_from(USERS).having(func.count() > 1),
    "distinct": select(USERS).distinct(),
    "distinct on": distinct_on(select(USERS), USERS.c.name),
    "limit": select(USERS).limit(5),
    "offset": select(USERS).offset(5),
    "fetch": select(USERS).fetch(5, with_ties=True),
    "for update": select(USERS).with_for_update(),
    "prefix": select(USERS).prefix_with("ALL"),
    "suffix": select(USERS).suffix_with("-- end"),
    "hint": select(USERS).with_hint(USERS, "USE INDEX (x)"),
    "statement hint": select(USERS).with_statement_hint("FAST"),
    "independent cte": select(USERS).add_cte(select(sa.literal(1)).cte("own")),
    "correlate": select(USERS).correlate(Address.__table__),
    "correlate except": select(USERS).correlate_except(Address.__table__),
    "loader option": select(User).options(joinedload(User.address)),
    "criteria": select(User).options(with_loader_criteria(User, BIG)),
    "an option before its columns": select(User)
    .options(with_loader_criteria(User, BIG))
    .with_only_columns(User.id),
    "another schema": select(USERS).execution_options(schema_translate_map={None: "other"}),
    "a query's limit": query().limit(5).statement,
    "a query's distinct": query().distinct().statement,
    "a query's group by": query(User.id).group_by(User.id).statement,
    "a query's option": query().options(joinedload(User.address)).statement,
    "a query's lock": query().with_for_update().statement,
    "a query's union": query().union(query().filter(BIG)).statement,
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name: str) -> None:
    statement = PLAIN[name]
    assert private.is_plain_select(statement), f"what SQLAlchemy notes on {name} is new"
    str(statement)
    assert private.is_plain_select(statement), "compiling has changed the statement"


@pytest.mark.parametrize("name", OTHER)
def test_not_plain(name: str) -> None:
    assert not private.is_plain_select(OTHER[name]), f"{name} is kept elsewhere now"


def test_every_part_is_either_plain_or_not() -> None:
    parts: Any = Select._cache_key_traversal
    unknown = private._PLAIN - {name for name, _ in parts}
    assert not unknown, f"select() has no {unknown} any more"


def test_a_clause_nobody_knows_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later SQLAlchemy adds it to what its cache looks at."""
    later: Any = [*Select._cache_key_traversal, ("_qualify_clause", None)]  # type: ignore[misc]
    monkeypatch.setattr(Select, "_cache_key_traversal", later)
    monkeypatch.setattr(Select, "_qualify_clause", None, raising=False)
    statement: Any = select(USERS)
    assert private.is_plain_select(statement)
    statement._qualify_clause = func.row_number() == 1
    assert not private.is_plain_select(statement)


def test_defaults_that_a_dialect_looks_up_leave_a_select_plain() -> None:
    statement: Any = select(USERS)
    known = getattr(statement, "dialect_options", {"postgresql": {}})  # not in the first 2.0 ones
    assert known["postgresql"] is not None
    assert private.is_plain_select(statement)
