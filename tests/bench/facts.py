"""What to search for and where deep pages begin: read from the data, so the same every time."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import make_url

from .floor import connect
from .floor_sql import lookup, term

_RARE = 1_000  # matches, of a million rows or more; of fewer, one row in so many
_SAMPLE = 50  # one row in so many is read to guess which words are rare
_GUESSES = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows counted; terms; the sort keys before each deep page."""

    users: int
    rare: str
    email: str
    city: str
    day: str
    common: tuple[str, ...]
    name_keys: dict[int, tuple[str, int]]  # by the rows before the page
    city_key: tuple[str, int]


def depths(users: int) -> list[int]:
    """Return the depths of the plot, in rows, ever deeper."""
    steps = [0, *(10**power for power in range(2, 8)), users // 4, users // 2, users * 9 // 10]
    return sorted({step for step in steps if step < users - 10} | {users - 10})


def gather(url: str, users: int) -> Facts:
    """Find the facts with statements that are not measured."""
    with closing(connect(url)) as connection:
        return _gathered(connection, make_url(url).get_backend_name(), users)


def _gathered(connection: Any, kind: str, users: int) -> Facts:

    def one(sql: str, **values: Any) -> Any:
        return connection.execute(sql, values).fetchone()

    def matches(text: str, found: str) -> int:
        return int(one(lookup(kind, "matches", found), **term(text))[0])

    def rare(column: str, table: str, found: str, share: float) -> str:
        sample = f"SELECT {column} FROM {table} WHERE id % {_SAMPLE} = 0"
        words = _guessed(connection.execute(sample), wanted * share)
        return min(words, key=lambda word: abs(matches(word, found) - wanted))

    wanted = min(max(users // _RARE, 1), _RARE)
    addresses = one("SELECT count(*) FROM addresses")[0]
    place = lookup(kind, "key_by_name")
    return Facts(
        users=users,
        rare=rare("name", "users", "search", 1),
        email=one(f"SELECT email FROM users WHERE id = {users * 7 // 9}")[0],
        city=rare("city", "addresses", "city_search", addresses / users),
        day=_day(connection),
        common=("an", "er", "in", "ar", "on"),
        name_keys={d: tuple(one(place, skip=d - 1)) for d in depths(users) if d},
        city_key=tuple(one(lookup(kind, "key_by_city"), skip=users * 9 // 10 - 1)),
    )


def _guessed(rows: Any, wanted: float) -> list[str]:
    """Return whole words in plain letters, which find the same in any library, about so rare."""
    found = Counter(word.lower() for (text,) in rows for word in text.split())
    plain = sorted(w for w in found if w.isascii() and w.isalpha() and len(w) > 5)
    return sorted(plain, key=lambda word: abs(found[word] * _SAMPLE - wanted))[:_GUESSES]


def _day(connection: Any) -> str:
    """Return a day on which somebody has a birthday."""
    sql = "SELECT birthday FROM users WHERE birthday >= '1980-01-01' ORDER BY birthday LIMIT 1"
    day = connection.execute(sql).fetchone()[0]
    return day.isoformat() if isinstance(day, date) else str(day)
