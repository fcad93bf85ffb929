"""The rows: a pure function of how many users and which seed, the same on every database.

Values are what both drivers take as they are: text for dates, the nearest float for amounts.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar

from app.seed.oddities import COMPANIES, NAMES
from app.seed.places import Country, countries

USERS_PER_ADDRESS = 5
EMAIL_DOMAINS = ("example.com", "example.net", "example.org")  # reserved: nobody is written to
BALANCE_CENTS = (-5_000_00, 99_999_99)
BIRTHDAYS = (date(1940, 1, 1), date(2007, 12, 31))
CREATED = (date(2015, 1, 1), date(2024, 12, 31))
DAY = 86_400

# shares of the rows
ODD = 0.01
NO_ADDRESS = 0.01
NO_PHONE = 0.05
NO_COMPANY = 0.10
NO_BIRTHDAY = 0.02
NO_BALANCE = 0.03
ACTIVE = 0.85

AddressRow = tuple[int, str, str, str, str, str]
UserRow = tuple[
    int,
    str,
    str,
    str | None,
    str | None,
    str | None,
    float | None,
    bool,
    str,
    int | None,
]
T = TypeVar("T")


def address_count(users: int) -> int:
    """Say how many addresses so many users share."""
    return -(-users // USERS_PER_ADDRESS)


def addresses(users: int, seed: int) -> Iterator[AddressRow]:
    """Give the rows of `addresses`, in the order of the table's columns."""
    rng = _random("addresses", seed)
    for row_id, country in enumerate(_homes(users, seed), 1):
        city = _pick(rng, country.cities)
        number, street = str(int(rng.random() * 199) + 1), _pick(rng, country.streets)
        yield (
            row_id,
            f"{number} {street}" if country.number_first else f"{street} {number}",
            city.name,
            city.state,
            _pick(rng, country.postcodes),
            country.name,
        )


def users(count: int, seed: int) -> Iterator[UserRow]:
    """Give the rows of `users`, in the order of the table's columns."""
    rng = _random("users", seed)
    random = rng.random
    homes = _homes(count, seed)
    birthdays, days, times = _days(BIRTHDAYS), _days(CREATED), _times()
    low, cents = BALANCE_CENTS[0], BALANCE_CENTS[1] - BALANCE_CENTS[0] + 1
    for row_id in range(1, count + 1):
        address_id = int(random() * len(homes))
        country = homes[address_id]
        name, local_part = _name(rng, country)
        yield (
            row_id,
            name,
            f"{local_part}.{row_id}@{_pick(rng, EMAIL_DOMAINS)}",
            None if random() < NO_PHONE else _phone(rng, country),
            None if random() < NO_COMPANY else _company(rng, country),
            None if random() < NO_BIRTHDAY else _pick(rng, birthdays),
            None if random() < NO_BALANCE else (low + int(random() * cents)) / 100,
            random() < ACTIVE,
            f"{_pick(rng, days)} {times[int(random() * DAY)]}",
            None if random() < NO_ADDRESS else address_id + 1,
        )


def _random(what: str, seed: int) -> Random:
    """Start a stream of its own for each table, so that one does not shift the other."""
    return Random(f"{what} {seed}")


def _pick(rng: Random, pool: Sequence[T]) -> T:
    """Choose from a pool; `Random.random` alone is promised to stay the same in every Python."""
    return pool[int(rng.random() * len(pool))]


def _name(rng: Random, country: Country) -> tuple[str, str]:
    """Combine a name, and what stands before the row's number in the e-mail address."""
    first, last = _pick(rng, country.first_names), _pick(rng, country.last_names)
    local_part = f"{first.ascii}.{last.ascii}"
    if rng.random() < ODD:
        return _pick(rng, NAMES), local_part
    if country.family_name_first:
        return f"{last.text} {first.text}", local_part
    return f"{first.text} {last.text}", local_part


def _phone(rng: Random, country: Country) -> str:
    digits = int(rng.random() * 1e9)
    return f"{country.calling_code} {digits // 10**7:02} {digits % 10**7:07}"


def _company(rng: Random, country: Country) -> str:
    return _pick(rng, COMPANIES if rng.random() < ODD else country.companies)


@lru_cache(maxsize=2)
def _countries(seed: int) -> list[Country]:
    return countries(seed)


def _homes(users: int, seed: int) -> list[Country]:
    """Give the country of each address."""
    rng = _random("homes", seed)
    by_share = [country for country in _countries(seed) for _ in range(country.share)]
    return [_pick(rng, by_share) for _ in range(address_count(users))]


def _days(span: tuple[date, date]) -> list[str]:
    """Write out all days of a span."""
    first, last = span
    return [str(first + timedelta(days=i)) for i in range((last - first).days + 1)]


def _times() -> list[str]:
    """Write out all seconds of a day."""
    return [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY)]
