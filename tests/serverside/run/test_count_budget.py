"""A count of matches that exceeds its budget turns into "at least n", never into a wait."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ColumnDT, DataTables, Tuning
from app.serverside.dialects import dialect_for
from tests import kinds
from tests.serverside.undisturbed import undisturbed

ROWS = 60_000
FEW = 7
Draw = Callable[..., dict[str, Any]]


class Base(DeclarativeBase):
    """Collect this file's table."""


class Line(Base):
    """A row with a text; too many to be counted in a millisecond."""

    __tablename__ = "budget_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


COLUMNS = [ColumnDT(Line.id, mData="id", search_method="numeric"), ColumnDT(Line.name, mData="n")]


@pytest.fixture(scope="module")
def lines(engine: Engine) -> Iterator[Engine]:
    """Fill a table, and give its engine."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"name": f"liné {number}"} for number in range(1, ROWS + 1)]
        connection.execute(insert(Line), rows)
    yield engine
    Base.metadata.drop_all(engine)


@pytest.fixture(params=["autocommit", "transaction"])
def own(lines: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an engine without memory of other tests, as the app's or as anybody's."""
    options = {"isolation_level": "AUTOCOMMIT"} if request.param == "autocommit" else {}
    engine = create_engine(lines.url, **options)
    yield engine
    engine.dispose()


@pytest.fixture
def draw(own: Engine) -> Draw:
    """Give a way to draw: `draw(budget, search)`."""

    def ask(budget: int, search: str = "line", start: int = 0, **tuning: Any) -> dict[str, Any]:
        request = {
            "draw": 1, "start": start, "length": 10, "search": {"value": search},
            "columns": [{"data": "id"}, {"data": "n"}],
        }  # fmt: skip
        switched = Tuning(count_budget_ms=budget, few=FEW, **tuning)
        with Session(own) as session:
            table = DataTables(request, select(Line), COLUMNS, session=session, tuning=switched)
            answer: dict[str, Any] = table.output_result()
            assert session.scalar(text("SELECT 1")) == 1  # it can go on
        return answer

    return ask


@pytest.fixture
def statements(own: Engine) -> list[str]:
    """Record the statements on the table."""
    recorded: list[str] = []

    def record(*call: Any) -> None:
        if "budget_lines" in call[2]:
            recorded.append(call[2])

    event.listen(own, "before_cursor_execute", record)
    return recorded


@pytest.mark.parametrize("start", [0, 500])
def test_a_count_over_its_budget_is_at_least(draw: Draw, start: int) -> None:
    answer = draw(1, start=start)
    assert answer["recordsFilteredRelation"] == "gte"
    assert answer["recordsFiltered"] == start + 10 + FEW
    assert answer["recordsTotal"] == ROWS
    assert [row["id"] for row in answer["data"]] == list(range(start + 1, start + 11))


def test_a_count_within_its_budget_is_exact(draw: Draw) -> None:
    answer = draw(600_000)
    assert "recordsFilteredRelation" not in answer
    assert answer["recordsFiltered"] == ROWS
    assert answer == draw(0)


def test_few_matches_are_counted_whatever_the_budget(draw: Draw) -> None:
    answer = draw(1, search="59998")
    assert "recordsFilteredRelation" not in answer
    assert answer["recordsFiltered"] == len(answer["data"]) == 1


@pytest.mark.parametrize("tuning", [{"remember": False}, {"lookup": False}, {}])
def test_the_page_is_the_same_under_any_budget(draw: Draw, tuning: dict[str, bool]) -> None:
    exact = draw(0, search="!7", start=40, **tuning)
    for budget in (1, 600_000):
        assert draw(budget, search="!7", start=40, **tuning)["data"] == exact["data"]


@kinds.remembering
def test_what_took_too_long_is_not_tried_again_at_once(draw: Draw, statements: list[str]) -> None:
    assert undisturbed(lambda: asked(draw, statements, 1) == 1)


@kinds.remembering
def test_what_was_counted_is_remembered(draw: Draw, statements: list[str]) -> None:
    assert undisturbed(lambda: asked(draw, statements, 600_000) == 1)


def asked(draw: Draw, statements: list[str], budget: int) -> int:
    """Draw, and tell in how many statements."""
    statements.clear()
    draw(budget)
    return len(statements)


def test_changed_data_is_counted_again(draw: Draw, lines: Engine) -> None:
    assert draw(600_000)["recordsFiltered"] == ROWS
    with lines.begin() as connection:
        connection.execute(insert(Line).values(id=ROWS + 1, name="one more line"))
    changed = draw(600_000)
    with lines.begin() as connection:
        connection.execute(Line.__table__.delete().where(Line.id > ROWS))
    assert changed["recordsFiltered"] == ROWS + 1
    assert "recordsFilteredRelation" not in changed


def test_a_limit_that_is_lower_already_stays(own: Engine) -> None:
    with own.connect() as connection:
        dialect = dialect_for(connection)
        if connection.dialect.name == "sqlite":  # whose limit is a handler that nobody replaces
            with pytest.raises(DBAPIError, match="interrupted"), dialect.within(connection, 50):
                connection.execute(text(FOREVER)).all()
            return
        lower, look, limits = LOWER[connection.dialect.name]
        connection.execute(text(lower))
        with dialect.within(connection, 600_000):
            assert connection.scalar(text(look)) == limits[0]
        with dialect.within(connection, 3_000):
            assert connection.scalar(text(look)) == limits[1]
        assert connection.scalar(text(look)) == limits[0]


# How a session's limit is lowered to two minutes, how it is asked for, what it is then, and less.
LOWER: dict[str, tuple[str, str, tuple[Any, Any]]] = {
    "postgresql": (
        "SET statement_timeout = '2min'", "SHOW statement_timeout", ("2min", "3s"),
    ),
    "mysql": ("SET max_statement_time = 120", "SELECT @@max_statement_time", (120, 3)),
}  # fmt: skip
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
