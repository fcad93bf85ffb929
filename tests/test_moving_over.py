"""What docs/moving-over.md shows does what it says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.api.users import COLUMNS
from app.models import User
from app.serverside import DataTables, Limits

DOCUMENT = Path(__file__).parent.parent.joinpath("docs/moving-over.md").read_text(encoding="utf-8")


@pytest.fixture
def every_row() -> Callable[..., Iterator[dict[str, Any]]]:
    names: dict[str, Any] = {"DataTables": DataTables}
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    exec(code, names)  # noqa: S102 - our own document
    return names["every_row"]


@pytest.mark.parametrize("term", ["", "united kingdom", "nobody at all"])
def test_the_servers_recipe_gets_every_row(
    seeded_engine: Engine, every_row: Callable[..., Iterator[dict[str, Any]]], term: str
) -> None:
    parameters = {
        "columns": [{"data": "name"}, {"data": "country"}],
        "order": [{"column": 1, "dir": "desc"}],
        "search": {"value": term},
    }
    query = select().select_from(User).outerjoin(User.address)
    with Session(seeded_engine) as session:
        short = Limits(max_length=60)
        rows = [*every_row(parameters, query, COLUMNS, session=session, limits=short)]
        whole = DataTables(
            parameters, query, COLUMNS, session=session, limits=Limits(max_length=1000)
        ).output_result()
    assert rows == whole["data"]
    assert len(rows) == whole["recordsFiltered"]
