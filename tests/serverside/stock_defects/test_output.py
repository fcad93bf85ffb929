"""Rows 55 to 58: rows are plain JSON; errors stay out of them, and the session stays usable."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from tests.serverside.stock_defects.sixty_users import (
    User,
    column,
    columns,
    global_search,
    ours,
    request,
    stock,
    users,
)

EVERY_TYPE = ("id", "balance", "born", "joined", "active", "code", "level", "blob", "score")


def test_55_every_type_has_one_json_form(sixty: Engine) -> None:
    sent = request(EVERY_TYPE, {"length": "1", "start": "4"})
    declared = columns(*EVERY_TYPE)
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(stock(sixty, sent, declared))
    assert json.loads(json.dumps(ours(sixty, sent, declared)))["data"] == [
        {
            "id": 5,
            "balance": 5.25,
            "born": "1990-01-05",
            "joined": "2020-01-04T00:00:00",
            "active": False,
            "code": "00000000-0000-0000-0000-000000000005",
            "level": "Low",
            "blob": "05",
            "score": None,
        }
    ]


NO_SUCH = ColumnDT(sa.literal_column("no_such_column"), mData="secret")


def test_56_a_defect_is_raised_not_answered(sixty: Engine) -> None:
    """So that the project's own handler logs it; `error` is for what a user can mend."""
    declared, sent = [column("id"), NO_SUCH], request(("id", "secret"))
    assert "no_such_column" in stock(sixty, sent, declared)["error"]
    with pytest.raises(sa.exc.DBAPIError):
        ours(sixty, sent, declared)


BAD_PATTERN = {"search[value]": "(", "search[regex]": "true"}


def test_56_what_a_user_typed_is_answered_without_sql(sixty: Engine) -> None:
    answer = ours(sixty, request(changes=BAD_PATTERN), allow_regex_searches=True)
    assert answer["error"] == "The regular expression is not valid."


def test_57_the_session_is_usable_after_an_error(sixty: Engine) -> None:
    with Session(sixty) as session:
        sent = request(changes=BAD_PATTERN)
        answer = DataTables(sent, users(session), columns(), True).output_result()
        assert answer["error"]
        assert session.scalar(sa.select(sa.func.count(User.id))) == 60


def test_57_also_after_a_defect(sixty: Engine) -> None:
    with Session(sixty) as session:
        with pytest.raises(sa.exc.DBAPIError):
            DataTables(request(("id", "secret")), users(session), [column("id"), NO_SUCH])
        assert session.scalar(sa.select(sa.func.count(User.id))) == 60


def test_58_cells_are_text_never_html(sixty: Engine) -> None:
    answer: dict[str, Any] = ours(sixty, global_search("<b>Eve</b>"))
    assert {row["name"][:10] for row in answer["data"]} == {"<b>Eve</b>"}
