"""A write to a table of the query, by plain SQL, that leaves every key and link as it is."""

import random

import sqlalchemy as sa

from tests.serverside.shapes.tables import Made, Schema


def write(schema: Schema, engine: sa.Engine, seed: int) -> bool:
    """Change one table by one statement; return whether there was one to change."""
    chance = random.Random(seed)
    filled = [made for made in schema.tables if made.rows and _free(made)]
    if not filled:
        return False
    made = chance.choice(filled)
    kept, row = _free(made), chance.choice(made.rows)
    changes = {name: chance.choice(made.kinds[name].values) for name in kept}
    statement: sa.Insert | sa.Update
    if made.stored is not None or not len(made.table.primary_key):
        statement = sa.insert(made.written).values(row | changes)
    else:
        key = [column == row[column.name] for column in made.table.primary_key]
        statement = sa.update(made.table).values(changes).where(*key)
    with engine.begin() as connection:
        connection.execute(statement)
    return True


def _free(made: Made) -> list[str]:
    """Name the columns that are neither key nor link."""
    return [
        column.name
        for column in made.table.columns
        if not column.primary_key and column.name not in made.links
    ]
