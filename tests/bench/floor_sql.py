"""The floor's statements: what one page costs when it is written by hand, without any count.

The same tables and indexes; each page starts where its last one ended (keyset), no OFFSET.
"""

import re

from app.models import SEARCHES
from app.serverside.dialects.postgresql.search_index import column_name

COLUMNS = (
    "id", "name", "email", "phone", "company", "birthday", "balance", "active", "created_at",
    "street", "city", "state", "postcode", "country",
)  # fmt: skip

_SHOWN = (
    "SELECT u.id, u.name, u.email, u.phone, u.company, u.birthday, {balance}, u.active, "
    "u.created_at, a.street, a.city, a.state, a.postcode, a.country "
)
_ROWS = _SHOWN + "FROM users u LEFT JOIN addresses a ON a.id = u.address_id "
_FROM_CITY = _SHOWN + "FROM addresses a {from_city} JOIN users u ON u.address_id = a.id "
_AMONG_FOUND = (
    "WITH found AS {materialized} ({found}) " + _ROWS + "WHERE u.id IN "
    "(SELECT id FROM found ORDER BY id LIMIT 10) ORDER BY u.id"
)

_USERS, _ADDRESSES = map(column_name, SEARCHES)

_DIALECTS = {
    "postgresql": {
        "balance": "CAST(u.balance AS float8)",
        "name": 'lower(u.name COLLATE "C")',
        "city": 'lower(a.city COLLATE "C")',
        "street": 'lower(a.street COLLATE "C")',
        "phone": 'lower(u.phone COLLATE "C")',
        "country": 'lower(a.country COLLATE "C")',
        "from_city": "",
        "materialized": "MATERIALIZED",
        "users_found": f"SELECT id FROM users WHERE {_USERS} LIKE :like "
        f"AND strpos({_USERS}, :text) > 0",
        "addresses_found": f"SELECT id FROM addresses WHERE {_ADDRESSES} LIKE :like "
        f"AND strpos({_ADDRESSES}, :text) > 0",
        "in_city": "strpos(lower(a.city), :text) > 0",
        "texts": "",
        "in_either": f"u.{_USERS} LIKE :like OR a.{_ADDRESSES} LIKE :like",
    },
    "sqlite": {
        "balance": "u.balance",
        "name": "u.name COLLATE NOCASE",
        "city": "a.city COLLATE NOCASE",
        "street": "a.street COLLATE NOCASE",
        "phone": "u.phone COLLATE NOCASE",
        "country": "a.country COLLATE NOCASE",
        "from_city": "CROSS",
        "materialized": "MATERIALIZED",
        "users_found": "SELECT rowid AS id FROM users_search_index WHERE text GLOB :glob",
        "addresses_found": "SELECT rowid AS id FROM addresses_search_index WHERE text GLOB :glob",
        "in_city": "instr(lower(a.city), :text) > 0",
        "texts": "JOIN users_search s ON s.id = u.id LEFT JOIN addresses_search t ON t.id = a.id ",
        "in_either": "instr(s.text, :text) > 0 OR instr(t.text, :text) > 0",
    },
}

_FOUND = {
    "search": "{users_found} UNION SELECT u.id FROM users u "
    "WHERE u.address_id IN ({addresses_found})",
    "city_search": "SELECT u.id FROM addresses a JOIN users u ON u.address_id = a.id "
    "WHERE a.id IN ({addresses_found}) AND {in_city}",
}

_PAGES = {
    "by_id": _ROWS + "ORDER BY u.id LIMIT 10",
    "after_id": _ROWS + "WHERE u.id > :after ORDER BY u.id LIMIT 10",
    "by_name": _ROWS + "ORDER BY {name}, u.id LIMIT 10",
    "after_name": _ROWS + "WHERE ({name}, u.id) > (:key, :after) ORDER BY {name}, u.id LIMIT 10",
    "last_by_name": _ROWS + "ORDER BY {name} DESC, u.id DESC LIMIT 10",
    "by_city": _FROM_CITY + "ORDER BY {city}, u.id LIMIT 10",
    "after_city": _FROM_CITY + "WHERE {city} >= :key AND ({city} > :key OR u.id > :after) "
    "ORDER BY {city}, u.id LIMIT 10",
    "search": _AMONG_FOUND,
    "city_search": _AMONG_FOUND,
    "by_birthday": _ROWS + "WHERE u.birthday = :day ORDER BY u.id LIMIT 10",
    "common": _ROWS + "{texts}WHERE {in_either} ORDER BY u.id LIMIT 10",
    "two_columns": _ROWS + "ORDER BY {street} NULLS LAST, {phone} DESC NULLS LAST, u.id DESC "
    "LIMIT 10",
    "country_birthday": _ROWS + "ORDER BY {country} NULLS LAST, u.birthday DESC NULLS LAST, "
    "u.id DESC LIMIT 10",
}

# How facts for the draws are found: not measured.
_LOOKUPS = {
    "key_by_name": "SELECT {name}, u.id FROM users u ORDER BY {name}, u.id LIMIT 1 OFFSET :skip",
    "key_by_city": "SELECT {city}, u.id FROM addresses a {from_city} JOIN users u "
    "ON u.address_id = a.id ORDER BY {city}, u.id LIMIT 1 OFFSET :skip",
    "matches": "SELECT count(*) FROM ({found}) AS found",
}


def pages(kind: str) -> dict[str, str]:
    """Return the statement of each page, in the words of a driver."""
    return {name: statement(kind, sql, name) for name, sql in _PAGES.items()}


def lookup(kind: str, name: str, found: str = "search") -> str:
    """Return a statement that finds facts."""
    return statement(kind, _LOOKUPS[name], found)


def statement(kind: str, sql: str, found: str) -> str:
    """Write a statement for one database."""
    words = _DIALECTS[kind]
    written = sql.format(found=_FOUND.get(found, "").format(**words), **words)
    return re.sub(r":(\w+)", r"%(\1)s", written) if kind == "postgresql" else written


def term(text: str) -> dict[str, str]:
    """Return a search term as the statements take it; no special characters are escaped."""
    return {"text": text, "like": f"%{text[:16]}%", "glob": f"*{text}*"}
