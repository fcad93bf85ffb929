"""A recorder of statements."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from app.serverside.cache import forget_engine
from app.serverside.dialects.catalogue import looking


@pytest.fixture
def recorded(sixty: Engine) -> Iterator[list[str]]:
    """Record the SQL of every statement that the test sends, nothing remembered at first."""
    forget_engine(sixty)
    statements: list[str] = []

    def record(*call: object) -> None:
        if not looking.get():
            statements.append(str(call[2]))

    event.listen(sixty, "before_cursor_execute", record)
    yield statements
    event.remove(sixty, "before_cursor_execute", record)
