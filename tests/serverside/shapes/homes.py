"""A database for each example: emptied, filled with its tables, and left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from tests.serverside.shapes import names
from tests.serverside.shapes.tables import Schema


@contextmanager
def sqlite_home(schema: Schema, folder: Path) -> Iterator[sa.Engine]:
    """Give an engine on a file of the schema's own."""
    for file in folder.iterdir():
        file.unlink()
    engine = sa.create_engine(f"sqlite:///{folder / 'main.sqlite3'}")
    files = {space: folder / f"{number}.sqlite3" for number, space in enumerate(schema.spaces)}

    def begin(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")
        for space, file in files.items():
            connection.execute(f'ATTACH ? AS "{space}"', [str(file)])
            connection.execute(f'PRAGMA "{space}".synchronous = OFF')

    sa.event.listen(engine, "connect", begin)
    try:
        yield _filled(engine, schema)
    finally:
        engine.dispose()


@contextmanager
def postgres_home(schema: Schema, url: str) -> Iterator[sa.Engine]:
    """Give an engine on a database whose every table is the schema's."""
    engine = sa.create_engine(url, connect_args={"options": "-c synchronous_commit=off -c jit=off"})
    try:
        with engine.begin() as connection:
            for space in ("public", *names.SPACES):
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{space}" CASCADE')
            connection.exec_driver_sql("CREATE SCHEMA public")
        yield _filled(engine, schema)
    finally:
        engine.dispose()


def _filled(engine: sa.Engine, schema: Schema) -> sa.Engine:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for space in schema.spaces:
                connection.execute(sa.schema.CreateSchema(space))
        schema.metadata.create_all(connection)
        for made in schema.tables:
            if made.rows:
                connection.execute(sa.insert(made.written), made.rows)
            if made.view is not None:
                connection.execute(CreateView(made.table.name, made.view))
    return engine


class CreateView(sa.schema.ExecutableDDLElement):
    """Make a view."""

    def __init__(self, name: str, select: Any) -> None:
        self.name, self.select = name, select


@compiles(CreateView)
def _create_view(element: CreateView, compiler: Any, **_: Any) -> str:
    name = compiler.preparer.quote(element.name)
    return f"CREATE VIEW {name} AS {compiler.sql_compiler.process(element.select)}"
