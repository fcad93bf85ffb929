"""Each condition and order stands where its index can serve it, and a draw is one statement."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from app.api.users import COLUMNS
from app.database import read_engine
from app.models import User
from app.serverside import DataTables
from tests import kinds
from tests.conftest import disposing
from tests.serverside.asking import criterion, group
from tests.serverside.undisturbed import undisturbed

NAMES = [column.mData for column in COLUMNS]
Statements = list[tuple[str, Any]]


def request(**parts: Any) -> dict[str, Any]:
    columns = [{"data": name} for name in NAMES]
    return {"draw": 1, "start": 0, "length": 10, "columns": columns, **parts}


def by(*names: str, direction: str = "asc") -> list[dict[str, Any]]:
    return [{"column": NAMES.index(name), "dir": direction} for name in names]


def column_search(name: str, value: str) -> list[dict[str, Any]]:
    return [
        {"data": own, "search": {"value": value}} if own == name else {"data": own} for own in NAMES
    ]


def ask(connection: Connection, asked: dict[str, Any]) -> tuple[dict[str, Any], Statements]:
    """Answer a request; also return the statements that this took."""
    sent: Statements = []

    def record(*call: Any) -> None:
        sent.append((str(call[2]), call[3]))

    event.listen(connection.engine, "before_cursor_execute", record)
    query = select().select_from(User).outerjoin(User.address)
    with Session(connection) as session:
        answer = DataTables(asked, query, COLUMNS, session=session).output_result()
    event.remove(connection.engine, "before_cursor_execute", record)
    return answer, sent


@pytest.fixture(scope="module")
def readers(seeded_engine: Engine) -> Iterator[Engine]:
    """Give an engine whose every statement is a transaction, as the app's."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    with disposing(read_engine(url, 0)) as engine:
        yield engine


def plan(engine: Engine, asked: dict[str, Any]) -> str:
    """Return how the database would answer a request's own statement were the table large."""
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        _, sent = ask(connection, asked)
        statement, parameters = next(one for one in sent if "known" in one[0])
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(row[-1] for row in rows)
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_sort = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        lines = "\n".join(row[0] for row in rows)
        connection.exec_driver_sql("RESET ALL")
        return lines


def found_by(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda value: request(searchBuilder=group(criterion(name, "=", value)))


SERVED = [
    (
        "rare search",
        request(search={"value": "erin.quinn77@ex"}),
        r"users_search_(index|text_\w+_idx)",
    ),
    (
        "rare search, joined",
        request(search={"value": "erin.quinn77@ex"}),
        r"addresses_search_(index|text_\w+_idx)",
    ),
    (
        "column search",
        request(columns=column_search("city", "North Mark")),
        r"addresses_search_(index|text_\w+_idx)",
    ),
    ("by name", request(order=by("name")), "ix_users_name_"),
    ("by name backwards", request(order=by("name", direction="desc")), "ix_users_name_"),
    ("by company, some without", request(order=by("company")), "ix_users_company_"),
    ("by birthday", request(order=by("birthday")), "ix_users_birthday"),
    ("by city, some without", request(order=by("city")), "ix_addresses_city_"),
    ("by city backwards", request(order=by("city", direction="desc")), "ix_addresses_city_"),
    ("equal name", found_by("name")("Erin Quinn"), "ix_users_name_"),
    ("equal email", found_by("email")("erin@example.com"), "_users_email"),
    ("a day", request(columns=column_search("birthday", "1990-05-01")), "ix_users_birthday"),
    ("a month", request(columns=column_search("created_at", "2024-05")), "ix_users_created_at"),
    ("an amount", request(columns=column_search("balance", "1250.50")), "ix_users_balance"),
]


@kinds.planning
@pytest.mark.parametrize(
    ("asked", "index"), [row[1:] for row in SERVED], ids=[r[0] for r in SERVED]
)
def test_an_index_serves(seeded_engine: Engine, asked: dict[str, Any], index: str) -> None:
    assert re.search(index, plan(seeded_engine, asked))


@kinds.planning
@pytest.mark.parametrize("order", [[], by("city")])
def test_a_joined_table_is_searched_once_for_all_rows(
    seeded_engine: Engine, order: list[dict[str, Any]]
) -> None:
    """A list that PostgreSQL can't hash in its memory would be read anew for each row."""
    found = plan(seeded_engine, request(search={"value": "an"}, order=order))
    assert "SubPlan" not in found
    assert "CORRELATED LIST" not in found


@pytest.mark.parametrize("term", ["an", "e", "o'b", "a\\b", "日本語"])
def test_a_short_or_odd_term_is_found_without_fail(seeded_engine: Engine, term: str) -> None:
    with seeded_engine.connect() as connection:
        answer, _ = ask(connection, request(search={"value": term}, length=1000))
    assert answer["recordsFiltered"] == len(answer["data"])


@kinds.remembering
@pytest.mark.parametrize(
    "asked",
    [
        request(),
        request(order=by("city"), start=250),
        request(order=by("name", direction="desc"), start=490),
        request(search={"value": "an"}),
        request(search={"value": "erin.quinn77@ex"}),
    ],
    ids=["first page", "deep page", "last page", "common search", "rare search"],
)
def test_a_draw_is_one_statement_once_warm(readers: Engine, asked: dict[str, Any]) -> None:
    def takes_one() -> bool:
        with readers.connect() as connection:
            _, sent = ask(connection, asked)
        return len([one for one in sent if "SELECT" in one[0]]) == 1

    assert undisturbed(takes_one)
