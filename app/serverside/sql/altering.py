"""Who has just changed the schema looks anew at what the database has, and so does everybody."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from ..dialects import catalogue

_ALTERED = "serverside_altered"  # the transaction that may see changes that nobody else sees
_NOBODY = object()
T = TypeVar("T")


@contextmanager
def altering(connection: sa.Connection) -> Iterator[None]:
    """Let draws look anew: at once in this transaction, which alone sees what it changes."""
    try:
        yield
    finally:
        catalogue.forget(connection.engine)
        if not connection.invalidated:
            connection.info[_ALTERED] = connection.get_transaction()


def told(connection: sa.Connection, question: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` finds out, or found out within the last minute; see `catalogue.told`."""
    if connection.info.get(_ALTERED, _NOBODY) is connection.get_transaction():
        return ask()
    return catalogue.told(connection, question, ask)
