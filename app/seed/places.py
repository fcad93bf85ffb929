"""The countries that the demo's people live in: pools of names, streets and cities from Faker.

Asking Faker for every row would take minutes for a million. Asking it for a few hundred first
names, last names, streets and so on, and combining them, takes seconds and keeps the variety.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from faker import Faker

POOL = 300
TRIES = 2 * POOL


class Origin(NamedTuple):
    """Where Faker's words for a country come from."""

    locale: str
    country: str
    share: int  # of the people, in percent
    calling_code: str
    state: str  # what Faker calls a state there; empty where it has none


ORIGINS = (
    Origin("en_US", "United States", 30, "+1", "state"),
    Origin("en_GB", "United Kingdom", 10, "+44", "county"),
    Origin("de_DE", "Germany", 11, "+49", "state"),
    Origin("fr_FR", "France", 10, "+33", "region"),
    Origin("es_ES", "Spain", 8, "+34", "region"),
    Origin("pt_BR", "Brazil", 8, "+55", "estado_nome"),
    Origin("pl_PL", "Poland", 6, "+48", "region"),
    Origin("sv_SE", "Sweden", 4, "+46", "state"),
    Origin("cs_CZ", "Czechia", 3, "+420", "state"),
    Origin("el_GR", "Greece", 2, "+30", "region"),
    Origin("ja_JP", "Japan", 5, "+81", "prefecture"),
    Origin("he_IL", "Israel", 3, "+972", ""),
)
FAMILY_NAME_FIRST = {"ja_JP"}
NUMBER_FIRST = {"en_US", "en_GB", "fr_FR"}
ISRAELI_DISTRICTS = ("Center", "Haifa", "Jerusalem", "North", "South", "Tel Aviv")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a name, and how an e-mail address spells it."""

    text: str
    ascii: str


@dataclass(frozen=True, slots=True)
class City:
    """A city with the state that it lies in; always the same one."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Country:
    """All that rows of one country are combined from."""

    name: str
    share: int
    calling_code: str
    family_name_first: bool
    number_first: bool
    first_names: tuple[Part, ...]
    last_names: tuple[Part, ...]
    companies: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[City, ...]
    postcodes: tuple[str, ...]


def countries(seed: int) -> list[Country]:
    """Ask Faker for the pools of every country; the same seed gives the same pools."""
    return [_country(seed, origin) for origin in ORIGINS]


def _country(seed: int, origin: Origin) -> Country:
    fake = Faker(origin.locale, use_weighting=False)  # weighting makes names ten times slower
    fake.seed_instance(seed)
    states = _pool(getattr(fake, origin.state)) if origin.state else ISRAELI_DISTRICTS
    cities = _pool(fake.city)
    return Country(
        name=origin.country,
        share=origin.share,
        calling_code=origin.calling_code,
        family_name_first=origin.locale in FAMILY_NAME_FIRST,
        number_first=origin.locale in NUMBER_FIRST,
        first_names=tuple(Part(text, _ascii(text)) for text in _pool(fake.first_name)),
        last_names=tuple(Part(text, _ascii(text)) for text in _pool(fake.last_name)),
        companies=_pool(fake.company),
        streets=_pool(getattr(fake, "town", fake.street_name)),
        cities=tuple(City(city, states[i % len(states)]) for i, city in enumerate(cities)),
        postcodes=_pool(fake.postcode),
    )


def _pool(draw: Callable[[], object]) -> tuple[str, ...]:
    """Draw distinct values, in the order drawn: a set's order would change from run to run."""
    return tuple(dict.fromkeys(str(draw()) for _ in range(TRIES)))[:POOL]


def _ascii(text: str) -> str:
    """Spell a name for an e-mail address; other alphabets than the Latin have no spelling here."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain) or "user"
