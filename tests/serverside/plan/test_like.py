"""The search methods `like` and `ilike`: what is typed is the pattern, as in the library."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from app.serverside import ColumnDT
from app.serverside.columns import patterns
from tests.serverside.oracle.pattern import fits
from tests.serverside.stock_defects.sixty_users import column, columns, ids, ours, request, stock
from tests.serverside.tables import PEOPLE
from tests.serverside.tables.people import Person
from tests.serverside.tables.things import KEY, Thing, load_things

PATTERNS = (
    "%o%", "Z%", "z%", "_o_", "bob", "%%", "%", "_____", "Zoe", "Zoé", "straße", "STRASSE", "ÅNG%",
    "%İ%", "👩‍💻%", "line%", "%\n%", "[x]%", "%*+?", "e=mc²", "50_%", "50\\%%", "50\\_%",
    "a\\\\b", "a\\b", "a\\", "\\", "%\\",
)  # fmt: skip


def drawn(engine: Engine, name: str, method: str, term: str) -> list[int]:
    declared = [
        ColumnDT(Person.id, mData="id"),
        ColumnDT(getattr(Person, name), mData=name, search_method=method),
    ]
    sent = request(("id", name), {"columns[1][search][value]": term, "length": "1000"})
    answer = ours(engine, sent, declared, lambda session: session.query())
    assert "error" not in answer
    return ids(answer)


def those(name: str, test: Callable[[Any], bool]) -> list[int]:
    return [row["id"] for row in PEOPLE.rows if row[name] is not None and test(row[name])]


@pytest.mark.parametrize("term", PATTERNS)
def test_case_counts_for_like_and_not_for_ilike(tables: Engine, term: str) -> None:
    assert drawn(tables, "name", "like", term) == those("name", lambda n: fits(term, n))
    small = term.lower()
    assert drawn(tables, "name", "ilike", term) == those("name", lambda n: fits(small, n.lower()))


@pytest.mark.parametrize("method", ["like", "ilike"])
@pytest.mark.parametrize("term", ["%ann%", "Ann%", "%1_", "Bob 1", "bob 1"])
def test_the_library_finds_the_same(sixty: Engine, method: str, term: str) -> None:
    """But where the database's own LIKE takes capital letters for small ones."""
    declared = [column("id"), column("name", search_method=method)]
    sent = request(("id", "name"), {"columns[1][search][value]": term, "length": "100"})
    theirs = stock(sixty, sent, declared)["data"]
    if sixty.dialect.name != "postgresql" and method == "like":
        theirs = [row for row in theirs if fits(term, row["name"])]
    assert ids(ours(sixty, sent, declared)) == sorted(row["id"] for row in theirs)


WRITTEN: dict[str, tuple[Callable[[Any], str], tuple[str, ...]]] = {
    "age": (str, ("30", "3%", "%4", "-_", "_")),
    "balance": ("{:.2f}".format, ("1250.50", "%.50", "-%", "0.__", "%0")),
    "rate": ("{:.10f}".format, ("%.1234567891", "1.%", "-0.5%")),
    "born": (dt.date.isoformat, ("2024-02-29", "2024-%", "%-01", "____-12-31")),
    "seen": ("{:%Y-%m-%d %H:%M:%S}".format, ("2024-02-%", "% 12:30:00", "%23:59:59", "%T%")),
    "active": (lambda flag: str(flag).lower(), ("true", "t%", "%e", "1")),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_other_types_are_matched_as_they_are_written(tables: Engine, name: str) -> None:
    write, terms = WRITTEN[name]
    for term in terms:
        expected = those(name, lambda value, term=term: fits(term, write(value)))
        assert (term, drawn(tables, name, "like", term)) == (term, expected)
        assert (term, drawn(tables, name, "ilike", term.upper())) == (term, expected)


@pytest.mark.parametrize(
    ("name", "method", "term", "expected"),
    [
        ("key", "like", "12345678-1234-5678-%", [1]), ("key", "like", str(KEY), [1]),
        ("key", "ilike", "%-000000000001", [2]), ("colour", "like", "dark%", [1]),
        ("colour", "like", "g%", []), ("colour", "ilike", "g%", [2]), ("colour", "like", "R%", []),
    ],
)  # fmt: skip
def test_uuids_and_enums_are_matched_as_they_are_shown(
    engine: Engine, name: str, method: str, term: str, expected: list[int]
) -> None:
    load_things(engine)
    declared = [
        ColumnDT(Thing.id, mData="id"),
        ColumnDT(getattr(Thing, name), mData=name, search_method=method),
    ]
    sent = request(("id", name), {"columns[1][search][value]": term})
    assert ids(ours(engine, sent, declared, lambda session: session.query())) == expected


def test_a_pattern_is_regular_only_where_it_says_so(sixty: Engine) -> None:
    sent = request(("id", "name"), {"columns[1][search][value]": "^Ann", "length": "100"})
    declared = [column("id"), column("name", search_method="like")]
    assert ids(ours(sixty, sent, declared)) == []
    sent["columns[1][search][regex]"] = "true"
    assert len(ids(ours(sixty, sent, declared, allow_regex_searches=True))) == 12


def test_wildcards_stay_plain_everywhere_else(sixty: Engine) -> None:
    sent = request(("id", "name"), {"search[value]": "%n%", "length": "100"})
    assert ids(ours(sixty, sent, columns("id", "name"))) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("", ""), ("\\", "\\"), ("a\\", "a\\"), ("a\\\\", "a\\"), ("\\\\\\", "\\\\")],
)
def test_a_backslash_at_the_end_stands_for_itself(pattern: str, text: str) -> None:
    assert patterns.matches(pattern, text)
    assert fits(pattern, text)
    assert not patterns.matches(pattern, text + "\\")
