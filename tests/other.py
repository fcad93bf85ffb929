"""A database of an outside dialect's, on which the same tests run; see docs/databases.md."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.serverside.dialects import register
from tests import kinds


@contextmanager
def emptied() -> Iterator[str]:
    """Give the URL of the one database that all tests share, without a table before and after."""
    url = os.environ["TEST_OTHER_URL"]
    _drop_all(url)
    yield url
    _drop_all(url)


def _drop_all(url: str) -> None:
    engine = sa.create_engine(url)
    found = sa.MetaData()
    found.reflect(engine)
    found.drop_all(engine)
    engine.dispose()


def _register() -> None:
    module, _, name = str(kinds.OTHER).partition(":")
    dialect = getattr(importlib.import_module(module), name)()
    register(sa.make_url(os.environ["TEST_OTHER_URL"]).get_backend_name(), dialect)


if kinds.OTHER:
    _register()
