"""MySQL and MariaDB: texts compared by their characters, whatever their columns' collations say."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from ..applied import Applied
from ..base import Expression


class Exact(Applied):
    """A text whose values are equal only where all their characters are, blanks at the end too."""

    name = "serverside_exact"
    type = sa.Text()
    inherit_cache = True


@compiles(Applied)
def _compile_applied(element: Any, compiler: Any, **options: Any) -> str:
    """Show it: only these databases have it."""
    return f"{element.name}({compiler.process(element.clauses, **options)})"


@compiles(Exact, "mysql", "mariadb")
def _compile_exact(element: Any, compiler: Any, **options: Any) -> str:
    """Collate by code point, without padding: each of the two has a name of its own for that."""
    text = compiler.process(element.clauses, **options)
    collation = "utf8mb4_nopad_bin" if compiler.dialect.is_mariadb else "utf8mb4_0900_bin"
    return f"(CONVERT({text} USING utf8mb4) COLLATE {collation})"


def exact(expression: Any) -> Expression:
    """Return a text that compares exactly."""
    return expression if isinstance(expression, Exact) else Exact(expression)


class Bytes(Applied):
    """A text's bytes in UTF-8, which stand in the order of its code points."""

    name = "serverside_bytes"
    type = sa.Text()
    inherit_cache = True


class CaselessBytes(Bytes):
    """The same with ASCII's capitals as small letters, and nothing else changed."""

    name = "serverside_caseless_bytes"
    inherit_cache = True


@compiles(Bytes, "mysql", "mariadb")
def _compile_bytes(element: Any, compiler: Any, **options: Any) -> str:
    return bytes_sql(compiler.process(element.clauses, **options))


@compiles(CaselessBytes, "mysql", "mariadb")
def _compile_caseless_bytes(element: Any, compiler: Any, **options: Any) -> str:
    return caseless_bytes_sql(compiler.process(element.clauses, **options))


def bytes_sql(text: str) -> str:
    """Write what orders by code point."""
    return f"CAST(CONVERT({text} USING utf8mb4) AS BINARY)"


def caseless_bytes_sql(text: str) -> str:
    """Write what orders with ASCII's case folded.

    Hebrew's character set of one byte has no case but ASCII's, and so changes no other byte.
    """
    return f"CAST(LOWER(CONVERT({bytes_sql(text)} USING hebrew)) AS BINARY)"
