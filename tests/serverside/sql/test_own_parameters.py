"""A query's own parameters keep the values that `params()` gave them."""

from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, func, select, text
from sqlalchemy.orm import Session

from app.serverside import ColumnDT
from tests.serverside.stock_defects.sixty_users import User, column, draw, ids, totals, where

CONDITIONS = {
    "expression": User.id > bindparam("least"),
    "text": text("sixty_users.id > :least"),
    "subquery": User.id.in_(select(User.id).where(User.id > bindparam("least"))),
}


def restricted(kind: str, least: int) -> Any:
    return select().select_from(User).where(CONDITIONS[kind]).params(least=least)


@pytest.mark.parametrize("kind", CONDITIONS)
@pytest.mark.parametrize("term", ["", "1"])
def test_params_of_a_select_are_kept(sixty: Engine, kind: str, term: str) -> None:
    for least in (10, 58, 10):
        changes = {"columns[1][search][value]": term}
        answer = draw(sixty, [column("id"), column("name")], restricted(kind, least), changes)
        found = where(lambda u, least=least: u["id"] > least and term in u["name"])
        assert ids(answer) == found
        assert totals(answer) == (60 - least, len(found), len(found))


@pytest.mark.parametrize("kind", CONDITIONS)
def test_params_of_a_query_are_kept(sixty: Engine, kind: str) -> None:
    for least in (10, 58, 10):
        with Session(sixty) as session:
            query = session.query(User).filter(CONDITIONS[kind]).params(least=least)
            answer = draw(sixty, [column("id")], query)
        assert totals(answer)[0] == 60 - least


def test_params_of_a_wrapped_query_are_kept(sixty: Engine) -> None:
    columns = [ColumnDT(User.active, mData="active"), ColumnDT(func.count(), mData="many")]
    for least in (10, 58):
        query = restricted("expression", least).group_by(User.active)
        answer = draw(sixty, columns, query)
        assert sum(row["many"] for row in answer["data"]) == 60 - least
