"""What SQLAlchemy compiles is remembered, also where the query is another object each time."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from app.models import Address, User
from app.serverside import ColumnDT, DataTables, Tuning
from app.serverside.dialects import dialect_for
from app.serverside.run.compiled import CompiledStatements
from app.serverside.sql.statement_key import statement_key

ALIKE = Tuning(remember=False)  # so that each draw sends the same statements


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record what is compiled, and not found."""
    found: list[Any] = []
    own = CompiledStatements.__setitem__

    def note(self: CompiledStatements, key: Any, statement: Any) -> None:
        found.append(statement)
        own(self, key, statement)

    monkeypatch.setattr(CompiledStatements, "__setitem__", note)
    return found


def plain(session: Session) -> list[Any]:
    return drawn(session, select().select_from(User), [User.id, User.name])


def of_a_subquery(session: Session) -> list[Any]:
    inner = select(User.id, User.name).where(User.id > 0).subquery()
    return drawn(session, select().select_from(inner), [inner.c.id, inner.c.name])


def of_an_alias(session: Session) -> list[Any]:
    home = aliased(Address)
    query = select().select_from(User).outerjoin(home, home.id == User.address_id)
    return drawn(session, query, [User.id, home.city])


def grouped(session: Session) -> list[Any]:
    query = select().select_from(User).group_by(User.company)
    return drawn(session, query, [User.company, func.count(User.id)])


def drawn(session: Session, query: Any, expressions: list[Any]) -> list[Any]:
    columns = [ColumnDT(one, mData=f"c{n}") for n, one in enumerate(expressions)]
    asked = {"draw": 1, "length": 5, "columns": [{"data": column.mData} for column in columns]}
    table = DataTables(asked, query, columns, session=session, tuning=ALIKE)
    rows: list[Any] = table.output_result()["data"]
    return rows


@pytest.mark.parametrize("draw", [plain, of_a_subquery, of_an_alias, grouped])
def test_a_query_is_compiled_once(seeded_engine: Engine, compiled: list[Any], draw: Any) -> None:
    with Session(seeded_engine) as session:
        first = draw(session)
        draw(session)
        compiled.clear()
        assert draw(session) == first
    assert compiled == []


def test_a_folded_text_has_a_cache_key(seeded_engine: Engine) -> None:
    with seeded_engine.connect() as connection:
        folded = dialect_for(connection).contains(User.name, "zoe")
    assert statement_key(select(User.id).where(folded)) is not None
