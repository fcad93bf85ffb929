"""What each example answers, against the seeded rows in plain Python."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.examples.registry import EXAMPLES
from tests.examples.world import HELD, Row, World, seeded
from tests.serverside.oracle.fold import fold, sort_text

SLUGS = sorted(EXAMPLES)


@pytest.fixture(scope="session")
def world(seeded_engine: Engine) -> World:
    """Give the seeded rows."""
    return seeded(seeded_engine)


def names(slug: str) -> list[str]:
    """Return the names that an example's page asks its columns by."""
    if slug == "arrays":
        return ["0", "1", "2", "3"]
    source = EXAMPLES[slug].source
    return [part.split('"')[0] for part in source.split('mData="')[1:]]


def answer(client: FlaskClient, slug: str, **more: Any) -> dict[str, Any]:
    """Ask an example for all its rows."""
    columns = [{"data": name} for name in names(slug)]
    asked = {"draw": 1, "length": -1, "columns": columns} | more
    response = client.post(f"/examples/{slug}/rows", json=asked)
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = response.json
    return found


def cell(row: Row, name: str) -> Any:
    for step in name.split("."):
        row = row[step]
    return row


def alike(rows: list[Row]) -> list[str]:
    """Write rows in an order of their own; names that live together come in any order."""
    apart = [
        row | {"names": sorted((row["names"] or "").split(", "))}
        if isinstance(row.get("names", []), str | None)
        else row
        for row in rows
    ]
    return sorted(json.dumps(row, sort_keys=True) for row in apart)


def placed(value: Any) -> tuple[bool, Any]:
    """Return where a cell lies in an ascending order: texts folded, the missing last."""
    return value is None, sort_text(value) if isinstance(value, str) else value or 0


def test_every_example_is_tested() -> None:
    assert HELD.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_holds_what_its_query_says(slug: str, client: FlaskClient, world: World) -> None:
    given, held = answer(client, slug), HELD[slug](world)
    assert (given["recordsTotal"], given["recordsFiltered"]) == (len(held), len(held))
    assert alike(given["data"]) == alike(held)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_orders_by_each_column(slug: str, client: FlaskClient) -> None:
    for place, name in enumerate(names(slug)):
        given = answer(client, slug, order=[{"column": place, "dir": "asc"}])
        cells = [cell(row, name) for row in given["data"]]
        assert cells == sorted(cells, key=placed), name


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_searches_its_texts(slug: str, client: FlaskClient, world: World) -> None:
    word = "an"
    held = [row for row in HELD[slug](world) if any(word in text for text in texts(row))]
    given = answer(client, slug, search={"value": word})
    assert given["recordsFiltered"] == len(held)
    assert alike(given["data"]) == alike(held)


def texts(row: Row) -> list[str]:
    """Return the texts of a row that a word is looked for in, folded."""
    inner = [part for value in row.values() if isinstance(value, dict) for part in value.values()]
    some = [value for key, value in row.items() if key not in {"DT_RowId", "birthday", "youngest"}]
    joined = [", ".join(value) if isinstance(value, list) else value for value in some + inner]
    return [fold(value) for value in joined if isinstance(value, str)]


@pytest.mark.parametrize(
    ("viewer", "countries"), [("ada", {"Germany", "Greece"}), ("bo", {"Sweden"})]
)
def test_nobody_sees_the_rows_of_others(
    viewer: str, countries: set[str], client: FlaskClient, world: World
) -> None:
    mine = sum(user["country"] in countries for user in world.users)
    hostile = {"search[value]": "brazil", "columns[3][search][value]": "!germany"}
    for more in ({}, hostile):
        asked = {f"columns[{n}][data]": name for n, name in enumerate(names("visibility"))}
        given = client.get(
            "/examples/visibility/rows",
            query_string=asked | {"viewer": viewer, "length": "-1"} | more,
        ).json
        assert given["recordsTotal"] == mine
        assert {row["country"] for row in given["data"]} <= countries
        assert {option["value"] for option in given["columnControl"]["country"]} == countries


def test_the_parameter_of_the_page_narrows_both_totals(client: FlaskClient, world: World) -> None:
    asked = {f"columns[{n}][data]": name for n, name in enumerate(names("own-parameter"))}
    given = client.get(
        "/examples/own-parameter/rows", query_string=asked | {"country": "Greece"}
    ).json
    greeks = sum(user["country"] == "Greece" for user in world.users)
    assert (given["recordsTotal"], given["recordsFiltered"]) == (greeks, greeks)


def test_a_rank_is_filtered_and_not_changed(client: FlaskClient, world: World) -> None:
    columns = [{"data": name} for name in names("window-function")]
    columns[1] |= {"search": {"value": "<= 3"}}
    given = answer(client, "window-function", columns=columns)
    held = [row for row in HELD["window-function"](world) if row["rank"] <= 3]
    assert alike(given["data"]) == alike(held)


def test_groups_are_filtered_by_what_they_show(client: FlaskClient, world: World) -> None:
    columns = [{"data": name} for name in names("group-by")]
    columns[2] |= {"search": {"value": ">= 3"}}
    given = answer(client, "group-by", columns=columns)
    held = [row for row in HELD["group-by"](world) if row["people"] >= 3]
    assert alike(given["data"]) == alike(held)


def test_the_first_page_is_in_the_html(client: FlaskClient, world: World) -> None:
    page = client.get("/examples/deferred/").text
    assert f'data-total="{len(world.users)}"' in page
    for user in world.users[:10]:
        assert f"<td>{user['email']}</td>" in page
    assert world.users[10]["email"] not in page
