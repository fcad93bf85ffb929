"""Commands: `flask --app app seed` and `explain`, which `make seed` and `make explain` run."""

from collections.abc import Sequence
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.api.options import engine_options
from app.api.users import COLUMNS
from app.database import db
from app.models import User
from app.schema import SchemaError
from app.seed import MakingError, Outcome, estimate, seed, work
from app.serverside import BadRequest, DataTables
from app.serverside.explain import Explanation, explain
from app.settings import Settings


def register(app: Flask) -> None:
    """Add the app's commands to `flask`."""
    app.cli.add_command(seed_command)
    app.cli.add_command(explain_command)


@click.command("seed")
@click.option("--users", type=click.IntRange(1, 50_000_000), help="How many. [default: SEED_USERS]")
@click.option("--seed", "number", type=int, default=1, show_default=True, help="Which people.")
@click.option("--reset", is_flag=True, help="Replace whatever users and addresses are there.")
@with_appcontext
def seed_command(users: int | None, number: int, reset: bool) -> None:
    """Fill the database with people; the same numbers give the same people everywhere."""
    settings: Settings = current_app.extensions["settings"]
    count = users or settings.seed_users
    bar = click.progressbar(
        length=work(count), label=f"Seeding {count:,} users", item_show_func=lambda part: part
    )

    def advance(rows: int) -> None:
        if rows:
            bar.update(rows)
        else:
            click.echo(f"{count:,} users take {estimate(count, number)} on this machine.")

    def name(part: str) -> None:
        bar.current_item = part
        bar.render_progress()

    try:
        outcome = seed(db.engine, count, number, reset, advance, name)
    except (DBAPIError, SchemaError, MakingError) as error:
        raise click.ClickException(f"Nothing was changed: {_reason(error)}") from error
    finally:
        if bar.pos:  # it shows at the first step, and so not at all when there is nothing to do
            bar.render_finish()
    if outcome is Outcome.KEPT and users:
        raise click.ClickException(f"The database holds other users; {REPLACE}.")
    click.echo(REPORT[outcome])


REPLACE = "make seed RESET=1 replaces them"
REPORT = {
    Outcome.FILLED: "Done.",
    Outcome.ALREADY: "The database holds these users already.",
    Outcome.KEPT: f"The database holds other users, which were kept; {REPLACE}.",
}


def _reason(error: DBAPIError | SchemaError | MakingError) -> str:
    """Give the first line of what went wrong, without the statement."""
    return str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]


@click.command("explain")
@click.option("--search", default="", metavar="TERM", help="What stands in the search box.")
@click.option("--column", "columns", multiple=True, metavar="NAME=TERM", help="A column's search.")
@click.option(
    "--order", "orders", multiple=True, metavar="NAME[:desc]", help="A column to order by."
)
@click.option("--start", type=click.IntRange(0), default=0, show_default=True, help="Rows before.")
@click.option("--length", type=int, default=10, show_default=True, help="Rows of the page.")
@click.option("--plans", is_flag=True, help="Show the database's plan of each statement.")
@with_appcontext
def explain_command(
    search: str,
    columns: tuple[str, ...],
    orders: tuple[str, ...],
    start: int,
    length: int,
    plans: bool,
) -> None:
    """Show what a draw of /api/users asks of the database, at what cost, and what would help."""
    request = {
        "draw": 1, "start": start, "length": length, "search": {"value": search},
        "columns": _columns(columns), "order": [_order(order) for order in orders],
    }  # fmt: skip
    query = select().select_from(User).outerjoin(User.address)
    engine = engine_options()

    def draw() -> DataTables:
        return DataTables(request, query, COLUMNS, True, session=db.session, **engine)

    try:
        explained = explain(draw, db.session, plans=plans)
    except (BadRequest, DBAPIError) as error:
        reason = str(error) if isinstance(error, BadRequest) else _reason(error)
        raise click.ClickException(reason) from error
    click.echo("\n".join(_report(explained)))


def _columns(searches: Sequence[str]) -> list[dict[str, Any]]:
    """Return the request's columns, all of them, with what is searched in some."""
    terms = dict(search.partition("=")[::2] for search in searches)
    names = [str(column.mData) for column in COLUMNS]
    for unknown in terms.keys() - set(names):
        raise click.BadParameter(f"{unknown} is not one of {', '.join(names)}.")
    return [{"data": name, "search": {"value": terms.get(name, "")}} for name in names]


def _order(text: str) -> dict[str, Any]:
    name, _, direction = text.partition(":")
    return {"name": name, "dir": direction or "asc"}


def _report(explained: Explanation[DataTables]) -> list[str]:
    """Say what it costs and what would help; then what was asked, and how."""
    lines = [*_verdict(explained), "", "Missing indexes"]
    lines += _indented(explained.missing) or ["  none"]
    lines += ["", "Conditions", *(_indented(explained.conditions) or ["  none"])]
    lines += ["", "Order", *_indented(explained.order)]
    for number, step in enumerate(explained.steps, start=1):
        rows = f"{step.rows} row{'' if step.rows == 1 else 's'}"
        title = f"Statement {number}, {step.purpose}: {step.milliseconds:.1f} ms, {rows}"
        lines += ["", title, *_indented(explained.sql[step.sql].splitlines())]
        if plan := explained.plans.get(step.sql):
            lines += ["  plan:", *_indented(plan, "    ")]
    return lines


def _verdict(explained: Explanation[DataTables]) -> list[str]:
    table, database = explained.table, explained.database
    first = _cost(len(explained.steps), explained.milliseconds)
    again = _cost(len(explained.again), explained.milliseconds_again)
    sign = "at least " if table.at_least else ""
    lines = [
        f"{first} in {database}; again, with {explained.remembered} remembered: {again}.",
        f"{sign}{table.cardinality_filtered:,} of {table.cardinality:,} rows match.",
    ]
    lines += [table.error] if table.error else []
    lines += [] if table.cardinality else ["The table is empty: make seed fills it."]
    return lines


def _cost(statements: int, milliseconds: float) -> str:
    return f"{statements} statement{'' if statements == 1 else 's'}, {milliseconds:.1f} ms"


def _indented(lines: Sequence[str], by: str = "  ") -> list[str]:
    return [by + line for line in lines]
