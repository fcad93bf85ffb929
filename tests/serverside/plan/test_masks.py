"""ColumnControl's date masks, by the written clock: only parts that are named are compared."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.serverside.asking import those, typed
from tests.serverside.tables import PEOPLE, STAFF


def moment(test: Callable[[dt.datetime], bool], negated: bool = False) -> list[int]:
    return those(PEOPLE, lambda row: bool(row["seen"] and test(row["seen"])) != negated)


LATE = "2024-01-31T22:30:15.900+02:00"
MINUTE = dt.datetime(2024, 1, 31, 22, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("mask", "logic", "test"),
    [
        ("", "equal", lambda at: at.date() == dt.date(2024, 1, 31)),
        ("full", "less", lambda at: at.date() < dt.date(2024, 1, 31)),
        ("YYYY", "equal", lambda at: at.year == 2024),
        ("YYYY-MM", "greater", lambda at: (at.year, at.month) > (2024, 1)),
        ("MM-DD", "equal", lambda at: (at.month, at.day) == (1, 31)),
        ("MM-DD", "greater", lambda at: (at.month, at.day) > (1, 31)),
        ("hh:mm:ss", "equal", lambda at: (at.hour, at.minute, at.second) == (22, 30, 15)),
        ("hh:mm", "less", lambda at: (at.hour, at.minute) < (22, 30)),
        ("hh:mm:ss.sss", "greater", lambda at: at.time() > dt.time(22, 30, 15, 900999)),
        ("YYYY-MM-DD hh:mm", "less", lambda at: at < MINUTE),
    ],
)  # fmt: skip
def test_masks_compare_the_named_parts(
    tables: Engine, mask: str, logic: str, test: Callable[[dt.datetime], bool]
) -> None:
    assert typed(tables, "seen", logic, LATE, mask=mask, table=PEOPLE) == moment(test)


def test_masked_inequality_matches_rows_without_a_value(tables: Engine) -> None:
    rows = moment(lambda at: at.hour == 22, negated=True)
    assert typed(tables, "seen", "notEqual", LATE, mask="hh", table=PEOPLE) == rows


@pytest.mark.parametrize("mask", ["YYYY-MM-DD", "YYYY-MM-DD hh:mm", ""])
def test_parts_that_the_value_lacks_do_not_count(tables: Engine, mask: str) -> None:
    rows = moment(lambda at: (at.year, at.month) == (2024, 2))
    assert typed(tables, "seen", "equal", "2024-02", mask=mask, table=PEOPLE) == rows


def test_a_time_mask_means_nothing_to_a_date(tables: Engine) -> None:
    rows = those(STAFF, lambda row: row["start_date"] == dt.date(2012, 3, 29))
    assert typed(tables, "start_date", "equal", "2012-03-29T10:00", mask="hh:mm") == rows
