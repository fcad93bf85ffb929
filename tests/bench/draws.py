"""The draws that are measured: what each asks of ours, of the stock library and of the floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .facts import Facts
from .floor_sql import COLUMNS, term

LENGTH = 10
ID, NAME, BIRTHDAY, PHONE, STREET, CITY, COUNTRY = (
    COLUMNS.index(name) for name in ("id", "name", "birthday", "phone", "street", "city", "country")
)
Order = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """One question in three wordings; a target is how many times faster than stock, at least."""

    name: str
    ours: bytes
    stock: bytes | None
    floor: bytes | None
    target: float
    forgetful: float = 1.0  # the target with nothing remembered


def post(path: str, body: bytes) -> bytes:
    """Return an HTTP request that sends a form."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, values: Mapping[str, Any] | None = None) -> bytes:
    """Return an HTTP request for a path."""
    query = f"?{urlencode(values)}" if values else ""
    return f"GET {path}{query} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def form(
    order: Order = ((ID, "asc"),), start: int = 0, search: str = "", **more: str
) -> dict[str, Any]:
    """Return the parameters that DataTables sends for the demo's table."""
    values: dict[str, Any] = {"draw": 7}
    for number, name in enumerate(COLUMNS):
        values |= {
            f"columns[{number}][data]": name,
            f"columns[{number}][name]": "",
            f"columns[{number}][searchable]": "true",
            f"columns[{number}][orderable]": "true",
            f"columns[{number}][search][value]": more.get(name, ""),
            f"columns[{number}][search][regex]": "false",
        }
    for place, (column, direction) in enumerate(order):
        values |= {f"order[{place}][column]": column, f"order[{place}][dir]": direction}
    searched = {"search[value]": search, "search[regex]": "false"}
    return values | {"start": start, "length": LENGTH} | searched


def draw(
    name: str, asked: dict[str, Any], floor: bytes | None, target: float, forgetful: float = 1.0
) -> Draw:
    """Ask the same of both libraries."""
    body = urlencode(asked).encode()
    stock = post("/api/stock/users", body)
    return Draw(name, post("/api/users", body), stock, floor, target, forgetful)


def warm_draws(facts: Facts) -> list[Draw]:
    """Return the draws that are repeated, in the order of the report."""
    middle, last, far = facts.users // 2, facts.users - LENGTH, facts.users * 9 // 10
    by_name, by_city = ((NAME, "asc"),), ((CITY, "asc"),)
    two = ((STREET, "asc"), (PHONE, "desc"))
    country = ((COUNTRY, "asc"), (BIRTHDAY, "desc"))
    key, after = facts.city_key
    in_city = {"key": key, "after": after}
    common = facts.common[0]
    return [
        draw("first page by id", form(), floor("by_id"), 100, 6),
        draw("first page by name", form(by_name), floor("by_name"), 100, 6),
        draw("first page by city", form(by_city), floor("by_city"), 100, 6),
        draw(
            f"page at {middle:,} by id",
            form(start=middle),
            floor("after_id", after=middle),
            500,
            15,
        ),
        draw("last page by name", form(by_name, last), floor("last_by_name"), 500, 15),
        draw(f"page at {far:,} by city", form(by_city, far), floor("after_city", **in_city), 500),
        draw(
            f"rare search, “{facts.rare}”",
            form(search=facts.rare),
            floor("search", **term(facts.rare)),
            200,
            30,
        ),
        draw(
            "search with one match, an e-mail address",
            form(search=facts.email),
            floor("search", **term(facts.email)),
            1000,
            30,
        ),
        draw(
            f"column search, city “{facts.city}”",
            form(city=facts.city),
            floor("city_search", **term(facts.city)),
            50,
        ),
        _by_birthday(facts),
        draw(
            f"common search, “{common}”, repeated",
            form(search=common),
            floor("common", **term(common)),
            500,
        ),
        draw("two columns without an index", form(two), floor("two_columns"), 5),
        draw("two columns, the first indexed", form(country), floor("country_birthday"), 5),
    ]


def floor(page: str, **values: Any) -> bytes:
    """Return the floor's request for a page."""
    return get(f"/floor/{page}", values)


def _by_birthday(facts: Facts) -> Draw:
    """Ask SearchBuilder for a day; the stock library, that has none, by its column search."""
    criterion = "searchBuilder[criteria][0]"
    built = form() | {
        "searchBuilder[logic]": "AND",
        f"{criterion}[condition]": "=",
        f"{criterion}[data]": "birthday",
        f"{criterion}[origData]": "birthday",
        f"{criterion}[type]": "date",
        f"{criterion}[value][]": facts.day,
        f"{criterion}[value1]": facts.day,
    }
    return Draw(
        "SearchBuilder, one birthday (stock: column search)",
        post("/api/users", urlencode(built).encode()),
        post("/api/stock/users", urlencode(form(birthday=f"={facts.day}")).encode()),
        floor("by_birthday", day=facts.day),
        50,
    )


def common_draws(facts: Facts) -> list[Draw]:
    """Return searches for two letters that nobody has asked yet."""
    return [
        draw("common search, first time", form(search=two), floor("common", **term(two)), 3)
        for two in facts.common[1:]
    ]


def cold_draws(facts: Facts) -> list[Draw]:
    """Return a worker's first jumps to deep pages."""
    middle, far = facts.users // 2, facts.users * 9 // 10
    return [
        draw(f"first jump to {middle:,} by id", form(start=middle), None, 1),
        draw(f"first jump to {middle:,} by name", form(((NAME, "asc"),), middle), None, 1),
        draw(f"first jump to {far:,} by city", form(((CITY, "asc"),), far), None, 1),
    ]


def depth_draws(facts: Facts) -> dict[int, Draw]:
    """Return pages by name, ever deeper."""
    found = {0: draw("0", form(((NAME, "asc"),)), floor("by_name"), 1)}
    for depth, (key, after) in facts.name_keys.items():
        asked = form(((NAME, "asc"),), depth)
        found[depth] = draw(f"{depth}", asked, floor("after_name", key=key, after=after), 1)
    return found
