"""Which versions were measured."""

import os
import platform
from contextlib import closing
from importlib.metadata import version

from .floor import connect

_PACKAGES = ("sqlalchemy-datatables", "SQLAlchemy", "Flask", "gunicorn", "psycopg", "orjson")


def of_database(url: str) -> str:
    """Return the database's name and version."""
    name, asked = "PostgreSQL", "SHOW server_version"
    if url.startswith("sqlite"):
        name, asked = "SQLite", "SELECT sqlite_version()"
    with closing(connect(url)) as connection:
        return f"{name} {connection.execute(asked).fetchone()[0].split()[0]}"


def of_packages() -> str:
    """Return what the answers were made with."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"Python {platform.python_version()}, {packages}"


def of_machine() -> str:
    """Return what matters of the machine."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
