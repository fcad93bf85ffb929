"""The demo's tables without a row, which tests of one file fill."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, insert

from app.connecting import write_engine
from app.models import User
from app.schema import create_schema
from tests.conftest import disposing


@pytest.fixture(scope="module")
def own_engine(own_database: str) -> Iterator[Engine]:
    """Give an engine on the demo's tables without a row, which the tests fill."""
    with disposing(write_engine(own_database)) as engine:
        create_schema(engine)
        yield engine


@pytest.fixture
def fill(own_engine: Engine) -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """Give what fills the table of users; it is empty again after."""

    def write(rows: list[dict[str, Any]]) -> None:
        with own_engine.begin() as connection:
            connection.execute(insert(User), rows)

    yield write
    with own_engine.begin() as connection:
        connection.execute(delete(User))


@pytest.fixture
def own_app(own_engine: Engine, make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Give a maker of apps on those tables."""
    address = own_engine.url.render_as_string(hide_password=False)
    return lambda **changes: make_app(address, **changes)
