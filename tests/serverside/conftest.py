"""The test tables in each database, and a recorder of statements."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, event, insert

from app.serverside.cache import forget_engine
from app.serverside.dialects.catalogue import looking
from tests.serverside.stock_defects import sixty_users as small
from tests.serverside.tables import INDEXED, PEOPLE, STAFF, load
from tests.serverside.undisturbed import undisturbed


@pytest.fixture(scope="session")
def tables(engine: Engine) -> Engine:
    """Give an engine on the filled test tables; tests only read them."""
    load(engine, [PEOPLE, STAFF, INDEXED])
    return engine


@pytest.fixture(scope="session")
def sixty(engine: Engine) -> Engine:
    """Give an engine on sixty users and sixty addresses; tests only read them."""
    small.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(small.Address), small.ADDRESSES)
        connection.execute(insert(small.User), small.USERS)
    return engine


@pytest.fixture
def statements(tables: Engine) -> Iterator[list[str]]:
    """Record the SQL of every statement that the test sends.

    The BEGIN of a transaction and what asks the database for its schema are left out. Nothing is
    remembered at first: what other tests commit to the same server would make a draw ask again.
    """
    forget_engine(tables)
    recorded: list[str] = []

    def record(*call: object) -> None:
        if call[2] != "BEGIN" and not looking.get():
            recorded.append(str(call[2]))

    event.listen(tables, "before_cursor_execute", record)
    yield recorded
    event.remove(tables, "before_cursor_execute", record)


@pytest.fixture
def cold(tables: Engine, statements: list[str]) -> Callable[[Callable[[], object], int], bool]:
    """Tell whether a draw that remembers nothing takes so many statements."""

    def takes(draw: Callable[[], object], count: int) -> bool:
        forget_engine(tables)
        statements.clear()
        draw()
        assert len(statements) >= count
        return len(statements) == count

    return lambda draw, count: undisturbed(lambda: takes(draw, count))
