"""MySQL and MariaDB: texts compared by their characters, whatever their columns' collations say."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from ..applied import Applied
from ..expressions import Expression


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


class Spelled(Applied):
    """A UUID as it is shown: MariaDB orders its own by the parts of the moment in them."""

    name = "serverside_spelled"
    type = sa.Text()
    inherit_cache = True


@compiles(Spelled, "mysql", "mariadb")
def _compile_spelled(element: Any, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"CAST({text} AS CHAR)" if compiler.dialect.is_mariadb else text


class CaselessBytes(Applied):
    """A text's bytes in UTF-8, ASCII's capitals as small letters: what orders a text."""

    name = "serverside_caseless_bytes"
    type = sa.Text()
    inherit_cache = True


@compiles(CaselessBytes, "mysql", "mariadb")
def _compile_caseless_bytes(element: Any, compiler: Any, **options: Any) -> str:
    return caseless_bytes_sql(compiler.process(element.clauses, **options))


def caseless_bytes_sql(text: str) -> str:
    """Write what orders with ASCII's case folded, then by code point.

    Hebrew's character set of one byte has no case but ASCII's, and so changes no other byte.
    """
    own = f"CAST(CONVERT({text} USING utf8mb4) AS BINARY)"
    return f"CAST(LOWER(CONVERT({own} USING hebrew)) AS BINARY)"
