"""MariaDB or MySQL to test with: a database of a test's own, and what its tables are made of."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn

MYSQL = "mysql+pymysql://root@127.0.0.1:3306/mysql"
HOW_TO_GET_ONE = (
    "MariaDB does not answer, so a third of the tests can't run. Start one, for example with "
    "`docker run --rm -p 127.0.0.1:3306:3306 -e MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1 mariadb:11`, "
    "or name another, or a MySQL, in TEST_MYSQL_URL (mysql+pymysql://user:password@host:3306/name; "
    "the user must be allowed to create databases)."
)

# What a failed test leaves open would hinder the database from being dropped.
_CONNECTIONS = sa.text("SELECT id FROM information_schema.processlist WHERE db = :name")


@contextmanager
def mysql_database(server_url: str) -> Iterator[str]:
    """Make an empty database whose collation takes much for equal, give its URL, and drop it."""
    name = f"test_{uuid.uuid4().hex}"
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    rules = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
    try:
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} {rules}"))
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
        with server.connect() as connection:
            for number in connection.scalars(_CONNECTIONS, {"name": name}).all():
                with suppress(sa.exc.DBAPIError):  # it has gone meanwhile
                    connection.execute(sa.text(f"KILL {number:d}"))
            connection.execute(sa.text(f"DROP DATABASE {name}"))
    finally:
        server.dispose()


# The tests' models say no more than the other databases want to know: no length of a text, and
# nothing of fractions of a second.


@compiles(sa.String, "mysql", "mariadb")
def _text(type_: Any, compiler: Any, **options: Any) -> str:
    if type_.length is None:
        type_ = sa.String(200, collation=type_.collation)
    return str(compiler.visit_VARCHAR(type_, **options))


@compiles(sa.DateTime, "mysql", "mariadb")
def _moment(_type: Any, _compiler: Any, **_options: Any) -> str:
    return "DATETIME(6)"


@compiles(sa.Time, "mysql", "mariadb")
def _clock(_type: Any, _compiler: Any, **_options: Any) -> str:
    return "TIME(6)"


@compiles(sa.Float, "mysql", "mariadb")
def _double(type_: Any, _compiler: Any, **_options: Any) -> str:
    return "DOUBLE" if type_.precision is None else f"FLOAT({type_.precision})"


@compiles(sa.Numeric, "mysql", "mariadb")
def _number(type_: Any, compiler: Any, **options: Any) -> str:
    """Write decimals: without a word, none are kept."""
    if type_.precision is None:
        type_ = sa.Numeric(30, 10)
    return str(compiler.visit_NUMERIC(type_, **options))


@compiles(CreateColumn, "mysql", "mariadb")
def _column(create: Any, compiler: Any, **options: Any) -> str:
    """Let a key's texts differ in case, as they do elsewhere; others may not be the same."""
    written = str(compiler.visit_create_column(create, **options))
    column = create.element
    in_key = column.primary_key or column.unique
    return (
        written.replace("VARCHAR(200)", "VARCHAR(200) COLLATE utf8mb4_bin") if in_key else written
    )
