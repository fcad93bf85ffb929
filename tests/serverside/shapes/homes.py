"""A database for each example: emptied, filled with its tables, and left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests.serverside.shapes.schemas import Schema


@contextmanager
def sqlite_home(schema: Schema, folder: Path) -> Iterator[sa.Engine]:
    """Give an engine on a file of the schema's own."""
    file = folder / "shape.sqlite3"
    file.unlink(missing_ok=True)
    engine = sa.create_engine(f"sqlite:///{file}")
    sa.event.listen(engine, "connect", _hasty)
    try:
        yield _filled(engine, schema)
    finally:
        engine.dispose()


def _hasty(connection, _record) -> None:  # type: ignore[no-untyped-def]
    connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def postgres_home(schema: Schema, url: str) -> Iterator[sa.Engine]:
    """Give an engine on a database whose every table is the schema's."""
    engine = sa.create_engine(url, connect_args={"options": "-c synchronous_commit=off"})
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        yield _filled(engine, schema)
    finally:
        engine.dispose()


def _filled(engine: sa.Engine, schema: Schema) -> sa.Engine:
    with engine.begin() as connection:
        schema.metadata.create_all(connection, checkfirst=False)
        for made in schema.tables:
            if made.rows:
                connection.execute(sa.insert(made.table), made.rows)
    return engine
