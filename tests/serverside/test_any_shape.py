"""Anybody's tables: generated schemas, queries, columns and requests are answered as they say."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from tests import kinds
from tests.serverside.examples_tried import looking
from tests.serverside.shapes.homes import postgres_home, sqlite_home
from tests.serverside.shapes.tally import Tally
from tests.serverside.shapes.trial import Home, Trial


@pytest.fixture(scope="module")
def home(database_kind: str, own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a database that holds one schema after the other."""
    if database_kind == "sqlite":
        folder: Path = tmp_path_factory.mktemp("shapes")
        return Home("sqlite", partial(sqlite_home, folder=folder))
    return Home("postgresql", partial(postgres_home, url=own_database))


@kinds.shaped
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")  # queries of old, too
@given(data=st.data())
@looking()
def test_any_shape_is_answered_as_its_own_query_says(home: Home, data: st.DataObject) -> None:
    trial = Trial(data, [home], Tally())
    try:
        trial.run()
    except UnsatisfiedAssumption:
        raise
    except Exception:
        note(trial.said)
        raise
