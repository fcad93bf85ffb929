"""What `docs/existing-tables.md` shows is run: migrations up and down, and autogenerate."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Index, func
from sqlalchemy.orm import Session

from app.database import write_engine
from app.serverside import ColumnDT, DataTables, search_index, track_changes, without_search_indexes
from app.serverside.dialects import dialect_for
from app.serverside.dialects.change_marks import MarkState
from app.serverside.dialects.search_text import State
from tests import kinds
from tests.conftest import disposing
from tests.serverside.searched import draw, fill

pytestmark = kinds.searching

DOCS = (Path(__file__).parents[2] / "docs" / "existing-tables.md").read_text(encoding="utf-8")
METADATA = sa.MetaData()
PEOPLE = sa.Table(
    "people",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.String(80)),
)
ORDERS = {
    "postgresql": func.lower(PEOPLE.c.name.collate("C")),
    "sqlite": PEOPLE.c.name.collate("NOCASE"),
}
SEARCH = search_index(PEOPLE.c.name, PEOPLE.c.email)
CHANGES = track_changes(PEOPLE)
ENV = """
from alembic import context

engine = context.config.attributes["engine"]
target_metadata = context.config.attributes["metadata"]
with engine.connect() as connection:
{configure}
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
"""
FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "people", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False), sa.Column("email", sa.String(80)),
    )


def downgrade():
    op.drop_table("people")
"""


def shown(name: str) -> str:
    """Return a piece of code that the docs show."""
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None, name
    return found[1]


def less_locking() -> str:
    """Return the migration with the docs' other `upgrade`."""
    whole, other = shown("migration"), shown("migration with less locking")
    return re.sub(r"def upgrade.*?\n\n\n", other + "\n\n", whole, flags=re.DOTALL)


MIGRATIONS = {"plain": lambda: shown("migration"), "less locking": less_locking}


# Alembic says so on SQLite, of the index that orders by name.
COMPARED = pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an engine on a database of the test's own."""
    with disposing(write_engine(database_url)) as engine:
        by_name = Index("ix_people_name", ORDERS[engine.dialect.name], PEOPLE.c.id)
        yield engine
        PEOPLE.indexes.discard(by_name)


@pytest.fixture
def project(engine: Engine, tmp_path: Path) -> Callable[[str], Config]:
    """Give a maker of a project whose migrations are those of the docs."""

    def make(migration: str) -> Config:
        versions = tmp_path / "migrations" / "versions"
        versions.mkdir(parents=True)
        configure = "    " + shown("env").replace("\n", "\n    ")
        (versions.parent / "env.py").write_text(ENV.format(configure=configure))
        texts = {"0001": FIRST, "0002": migration, "0003": shown("order index")}
        texts["0004"] = shown("migration of marks")
        for number, text in texts.items():
            (versions / f"{number}_step.py").write_text(text, encoding="utf-8")
        config = Config(attributes={"engine": engine, "metadata": METADATA})
        config.set_main_option("script_location", str(versions.parent).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")
        fill(engine, PEOPLE, "name", "email")
        return config

    return make


def state(engine: Engine) -> State:
    with engine.connect() as connection:
        return SEARCH.state_in(connection)


def plan(engine: Engine, term: str) -> str:
    """Return how the database answers a draw, were the table large."""
    kind, plans = engine.dialect.name, list[str]()

    def explain(_: object, cursor: Any, sql: str, values: object, *_more: object) -> None:
        if "known" in sql:
            if kind == "postgresql":
                cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if kind == 'sqlite' else ''} {sql}", values)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    sa.event.listen(engine, "before_cursor_execute", explain)
    draw(engine, PEOPLE, term)
    sa.event.remove(engine, "before_cursor_execute", explain)
    return plans[0]


@pytest.mark.parametrize("name", MIGRATIONS)
def test_the_migration_shown_makes_the_index_that_searches_use(
    engine: Engine, project: Callable[[str], Config], name: str
) -> None:
    config = project(MIGRATIONS[name]())
    assert state(engine) is State.ABSENT
    found = draw(engine, PEOPLE, "zoe")
    command.upgrade(config, "0002")
    assert state(engine) is State.CURRENT
    assert draw(engine, PEOPLE, "zoe") == found
    used = "people_search_index" if engine.dialect.name == "sqlite" else "people_search_text_"
    assert used in plan(engine, "angstrom")
    command.downgrade(config, "0001")
    assert state(engine) is State.ABSENT
    assert draw(engine, PEOPLE, "zoe") == found
    command.upgrade(config, "0002")
    assert state(engine) is State.CURRENT


@COMPARED
def test_autogenerate_leaves_the_index_alone(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    config = project(shown("migration"))
    command.upgrade(config, "head")
    command.check(config)


@COMPARED
def test_autogenerate_would_drop_it_otherwise(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    command.upgrade(project(shown("migration")), "0002")
    with engine.connect() as connection:
        found = str(compare_metadata(MigrationContext.configure(connection), METADATA))
    assert ("remove_table" if engine.dialect.name == "sqlite" else "remove_column") in found


@COMPARED
def test_autogenerate_still_drops_what_is_not_the_index_s(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    command.upgrade(project(shown("migration")), "head")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE job_search (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("ALTER TABLE people ADD COLUMN search_text text")
        connection.exec_driver_sql("CREATE INDEX ix_left ON people (search_text)")
    options = {"include_object": without_search_indexes}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        found = {change[0] for change in compare_metadata(context, METADATA)}
    assert found == {"remove_table", "remove_column", "remove_index"}


def test_the_order_index_shown_serves(engine: Engine, project: Callable[[str], Config]) -> None:
    config = project(shown("migration"))
    command.upgrade(config, "0003")
    order = ORDERS[engine.dialect.name]
    rows = sa.select(PEOPLE.c.id).order_by(order, PEOPLE.c.id).limit(5)
    with engine.connect() as connection:
        assert dialect_for(connection).in_order(connection, rows)
    command.downgrade(config, "0002")


def test_the_migration_of_marks_makes_those_that_draws_use(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    config = project(shown("migration"))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        assert CHANGES.states_in(connection) == [MarkState.CURRENT]
        wrong = {"sqlite": "total", "postgresql": "delta"}[engine.dialect.name]
        marks = sa.table("people_change_marks", sa.column(wrong))
        connection.execute(sa.update(marks).values({sa.column(wrong): 1000}))
    assert total(engine) == 1000
    command.downgrade(config, "0003")
    with engine.connect() as connection:
        assert CHANGES.states_in(connection) == [MarkState.ABSENT]
    assert total(engine) == 8
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert CHANGES.states_in(connection) == [MarkState.CURRENT]


def total(engine: Engine) -> int:
    """Return the number of all rows that a draw answers, on an engine that knows nothing yet."""
    columns = [ColumnDT(PEOPLE.c.name, mData="name")]
    request = {"draw": 1, "start": 0, "length": 1, "columns": [{"data": "name"}]}
    with disposing(write_engine(engine.url.render_as_string(hide_password=False))) as fresh:
        with Session(fresh) as session:
            query = sa.select().select_from(PEOPLE)
            table = DataTables(request, query, columns, session=session)
        return table.cardinality


def test_an_index_whose_making_was_interrupted_is_finished(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    project(shown("migration"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        SEARCH.create(connection)
        assert SEARCH.state_in(connection) is State.CURRENT
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN "
                "(SELECT oid FROM pg_class WHERE relname LIKE 'people_search_text_%%')"
            )
            assert SEARCH.state_in(connection) is State.UNINDEXED
        else:
            connection.exec_driver_sql("DROP TABLE people_search_index")
            assert SEARCH.state_in(connection) is State.OUTDATED
        SEARCH.create(connection)
        assert SEARCH.state_in(connection) is State.CURRENT


def test_batch_mode_leaves_an_index_that_is_not_used_until_it_is_made_again(
    engine: Engine, project: Callable[[str], Config]
) -> None:
    command.upgrade(project(shown("migration")), "0002")
    found = draw(engine, PEOPLE, "zoe")
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE passing (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email VARCHAR(80))",
            "INSERT INTO passing SELECT id, name, email FROM people",
            "DROP TABLE people",
            "ALTER TABLE passing RENAME TO people",
            "UPDATE people SET name = 'zoe' WHERE id = 1",
        ):
            connection.exec_driver_sql(statement)
    assert state(engine) in (State.OUTDATED, State.ABSENT)
    assert draw(engine, PEOPLE, "zoe") == [1, *found]
    with engine.begin() as connection:
        SEARCH.create(connection)
    assert state(engine) is State.CURRENT
    assert draw(engine, PEOPLE, "zoe") == [1, *found]
