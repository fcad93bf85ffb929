"""Search terms: pieces of stored values, mangled as people mangle them, and rubbish."""

import datetime as dt
import unicodedata
from functools import cache

from hypothesis import strategies as st

from tests.serverside.oracle import Column
from tests.serverside.tables import Table

RUBBISH = st.text(alphabet="aeéßİ !\"'%_\\0129.-+<>=|/()\0\u0301“”\t&;", max_size=6)
DATES = (
    "2024", "2024-02", "2024-02-29", "2023-02-29", "2024-13", "9999", "9999-12-31", "0000", "0001",
    "2024-02-29T12:30", "2024-02-28T23:59:59.999999", "2024-02-29 00:00:00",
    "2024-03-01T01:00+02:00", "2024-01-31T22:30:15Z", "2024-02-29T24:00", "202", "29-02-2024",
    "2012-03-29", "2018-12-31",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "+1", "1.0", "1.50", "1250.5", "1250.49", "-0.01", "30", "2024", "9007199254740993",
    "9007199254740992", "9223372036854775808", "0.1", "0.3", "1e5", "1,5", "12abc", ".5", "5.",
    "--1", "nan", "inf", "٣", "0.1234567891", "100000000000000000000.5", "0.005",
)  # fmt: skip
PATTERNS = (
    "^z", "É", "ł", "o+", "b|li", "[a-c]o", "(an|on)$", "^$", "a.*e", "\\d{2,}",
    "x?y", "50%", "^[^a]",
)  # fmt: skip
BAD_PATTERNS = ("(", "[a", "*a", "a{2,1}", "[z-a]", "a\\", ")")


@cache
def pieces(table: Table) -> tuple[str, ...]:
    """Cut every stored text, number and date into pieces worth searching for."""
    texts = {written(row[column.data]) for row in table.rows for column in table.described}
    ends = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 4), (-2, None), (-3, None), (0, None))
    cut = {text[low:high] for text in texts for low, high in ends}
    return tuple(sorted(cut | {part for text in texts for part in text.split()}))


def written(cell: object) -> str:
    """Write a cell as a client would."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell.isoformat() if isinstance(cell, dt.date) else "" if cell is None else str(cell)


def _mangled(text: str) -> st.SearchStrategy[str]:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return st.sampled_from([text, text, text.upper(), text.lower(), text.swapcase(), bare])


def word(table: Table) -> st.SearchStrategy[str]:
    """Give one word or phrase."""
    stored = st.sampled_from(pieces(table)).flatmap(_mangled)
    plain = st.one_of(stored, stored, st.sampled_from(DATES + NUMBERS), RUBBISH)
    forms = st.sampled_from(["{}", "{}", "{}", "!{}", "!{}", '"{}"', '!"{}"', "“{}”"])
    return st.builds(lambda form, text: form.replace("{}", text), forms, plain)


def terms(table: Table) -> st.SearchStrategy[str]:
    """Give a term of a few words."""
    several = st.lists(word(table), min_size=2, max_size=3).map(" ".join)
    return st.one_of(word(table), word(table), several)


def patterns() -> st.SearchStrategy[str]:
    """Give a regular expression that RE2, PostgreSQL and Python read alike or not at all."""
    return st.sampled_from(PATTERNS * 4 + BAD_PATTERNS)


def typed(table: Table, column: Column) -> st.SearchStrategy[str]:
    """Give a value for one column: mostly of its kind."""
    stored = st.sampled_from(sorted({written(row[column.data]) for row in table.rows}))
    known = {"date": DATES, "datetime": DATES, "boolean": ("true", "false")}.get(
        column.kind, NUMBERS
    )
    spaced = st.sampled_from(["{}", "{}", "{}", " {} "])
    value = st.one_of(stored, stored, st.sampled_from(known), word(table))
    return st.builds(lambda form, text: form.replace("{}", text), spaced, value)
