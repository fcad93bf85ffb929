"""The seeded rows in plain Python, and what each example's table holds of them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.models import Address, User

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """All users, each with its address's columns, and all addresses."""

    users: list[Row]
    addresses: list[Row]


def seeded(engine: Engine) -> World:
    """Read all rows."""
    with Session(engine) as session:
        addresses = [_columns(row) for row in session.scalars(select(Address))]
        homes = {row["id"]: row for row in addresses}
        users = [_columns(row) for row in session.scalars(select(User).order_by(User.id))]
    return World([_at_home(user, homes.get(user["address_id"])) for user in users], addresses)


def _columns(row: Any) -> Row:
    return {c.key: _shown(getattr(row, c.key)) for c in type(row).__table__.columns}


def _shown(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else cell


def _at_home(user: Row, home: Row | None) -> Row:
    keys = ("street", "city", "state", "country")
    return user | {key: home[key] if home else None for key in keys}


def picked(
    *keys: str, where: Callable[[Row], bool] = lambda _: True
) -> Callable[[World], list[Row]]:
    """Hold some columns of the users that a test lets through."""
    return lambda world: [{k: user[k] for k in keys} for user in world.users if where(user)]


def addressed(world: World) -> list[Row]:
    """Hold users with their address's columns in an object of their own."""
    rows = picked("name", "email", "street", "city", "country")(world)
    place = ("street", "city", "country")
    return [
        {"name": row["name"], "email": row["email"], "address": {key: row[key] for key in place}}
        for row in rows
    ]


def peopled(world: World) -> list[Row]:
    """Hold addresses with who lives there."""
    names = defaultdict(list)
    for user in world.users:
        names[user["address_id"]].append(user["name"])
    return [
        {key: home[key] for key in ("street", "city", "country")}
        | {"people": len(names[home["id"]]), "names": sorted(names[home["id"]])}
        for home in world.addresses
    ]


def grouped(world: World) -> list[Row]:
    """Hold cities with what their users add up to."""
    cities = defaultdict(list)
    for user in world.users:
        if user["city"] is not None:
            cities[user["country"], user["city"]].append(user)
    return [
        {
            "country": country,
            "city": city,
            "people": len(users),
            "balance": _sum(user["balance"] for user in users),
            "youngest": max((u["birthday"] for u in users if u["birthday"]), default=None),
        }
        for (country, city), users in cities.items()
    ]


def _sum(amounts: Any) -> float | None:
    given = [Decimal(str(amount)) for amount in amounts if amount is not None]
    return float(sum(given)) if given else None


def ranked(world: World) -> list[Row]:
    """Hold users with their rank by balance in their country."""
    rich = [u for u in world.users if u["country"] and u["balance"] is not None]
    return [
        {"country": user["country"], "name": user["name"], "balance": user["balance"]}
        | {"rank": 1 + sum(_is_above(other, user) for other in rich)}
        for user in rich
    ]


def _is_above(other: Row, user: Row) -> bool:
    return bool(other["country"] == user["country"] and other["balance"] > user["balance"])


def numbered(world: World) -> list[Row]:
    """Hold users under the numbers of their columns, with an id."""
    rows = picked("id", "name", "email", "company")(world)
    return [
        {str(n): cell for n, cell in enumerate(row.values())} | {"DT_RowId": f"user_{row['id']}"}
        for row in rows
    ]


def identified(world: World) -> list[Row]:
    """Hold users with an id for the row."""
    rows = picked("id", "name", "email", "company")(world)
    return [row | {"DT_RowId": f"user_{row['id']}"} for row in rows]


def at_home(user: Row) -> bool:
    """Return whether a user has an address."""
    return user["country"] is not None


HELD: dict[str, Callable[[World], list[Row]]] = {
    "minimum": picked("id", "name", "email"),
    "deferred": picked("id", "name", "email"),
    "post-json": picked("id", "name", "email", "company", "birthday", "city", "country"),
    "own-parameter": picked("id", "name", "email", "city", "country"),
    "visibility": picked("id", "name", "email", "country", where=lambda _: False),
    "notices": picked("id", "name", "balance"),
    "regex": picked("name", "email", "phone", "city"),
    "three-versions": picked("id", "name", "email", "birthday"),
    "arrays": numbered,
    "column-control": picked("name", "birthday", "balance", "city", "state", "country"),
    "search-builder": picked("name", "company", "birthday", "balance", "country"),
    "search-panes": picked("name", "email", "active", "state", "country"),
    "yadcf": picked("name", "balance", "country"),
    "to-one": addressed,
    "to-many": peopled,
    "group-by": grouped,
    "window-function": ranked,
    "scroller": picked("id", "name", "email", "city"),
    "row-groups": picked("country", "city", "name", "balance", where=at_home),
    "selection": identified,
    "saved-states": picked("id", "name", "email", "company"),
    "saved-states-2": picked("id", "name", "email", "company"),
    "exports": picked("name", "email", "balance", "country"),
}
