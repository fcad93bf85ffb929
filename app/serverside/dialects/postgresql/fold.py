"""PostgreSQL: the folded form of a text by built-in immutable functions; see `fold.py`."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from ...columns.fold import ACCENTS

# Where lower(normalize(...)) differs from case folding: one character to one, and one to several.
_SINGLE = str.maketrans(
    "µςſϐϑϕϖϰϱϵ\u0345ᲀᲁᲂᲃᲄᲅᲆᲇᲈøłđ",
    "μσsβθφπκρειвдосттъѣꙋ" + "old",
)
_SEVERAL = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ŉ": "ʼn", "ẚ": "aʾ", "և": "եւ",
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "ﬓ": "մն", "ﬔ": "մե", "ﬕ": "մի", "ﬖ": "վն", "ﬗ": "մխ",
}  # fmt: skip


class folded(sa.sql.functions.GenericFunction[str]):  # noqa: N801 - SQL functions are lower case
    """`folded(text)`: see `fold.py`."""

    type = sa.Text()
    inherit_cache = True


@compiles(folded, "postgresql")
def _compile_folded(element: Any, compiler: Any, **options: Any) -> str:
    return folded_sql(compiler.process(element.clauses, **options))


def folded_sql(text: str) -> str:
    """Return the SQL of the folded form of an SQL expression; ASCII takes a short way."""
    return (
        f'CASE WHEN octet_length({text}) = length({text}) THEN lower(({text}) COLLATE "C") '
        f"ELSE {_unicode_fold().replace('$text', text)} END"
    )


@cache
def _unicode_fold() -> str:
    sql = 'normalize(lower(($text) COLLATE "und-x-icu"), NFD)'
    singles = {chr(a): chr(b) for a, b in _SINGLE.items()}
    sql = f"translate({sql}, '{''.join(singles)}', '{''.join(singles.values())}')"
    for char, written in _SEVERAL.items():
        sql = f"replace({sql}, '{char}', '{written}')"
    return f"regexp_replace({sql}, '[{'-'.join(ACCENTS)}]', '', 'g') COLLATE \"C\""
