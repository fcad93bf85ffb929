"""Wherever the rows of a value begin is told, they begin there, in any order."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from app.serverside.run.groups import Group, Groups

VALUES = st.lists(st.sampled_from([None, *range(12)]), max_size=60)


def counted(values: list[int | None], step: int, *, nulls_high: bool) -> list[Group]:
    """Count as a database does: in ascending order, and of those between two steps none."""

    def placed(value: int | None) -> tuple[bool, int]:
        return (value is None) is nulls_high, value or 0

    found, before = [], 0
    for value, rows in groupby(sorted(values, key=placed)):
        number = len(list(rows))
        if value is None or before % step + number >= step:
            found.append(Group(value, number, before))
        before += number
    return found


def ordered(values: list[int | None], *, descending: bool, nulls_first: bool) -> list[int | None]:
    some = sorted((value for value in values if value is not None), reverse=descending)
    nulls: list[int | None] = [None] * values.count(None)
    return [*nulls, *some] if nulls_first else [*some, *nulls]


@given(VALUES, st.integers(1, 9), st.booleans(), st.booleans(), st.booleans())
def test_a_group_begins_where_it_says(
    values: list[int | None], step: int, descending: bool, nulls_first: bool, nulls_high: bool
) -> None:
    groups = Groups(counted(values, step, nulls_high=nulls_high), descending, nulls_first)
    rows = ordered(values, descending=descending, nulls_first=nulls_first)
    most = max((values.count(value) for value in values), default=0)
    for start in range(len(rows)):
        found = groups.at(start, len(rows))
        if found is None:
            assert start < step + values.count(None)
            continue
        assert found.before == rows.index(found.value) <= start
        assert found.number == rows.count(found.value)
        assert start - found.before < step + most


def test_nothing_is_known_of_no_rows() -> None:
    assert Groups(()).at(0, 0) is None
    assert Groups(()).at(7, 20) is None


def test_rows_of_another_state_are_no_error() -> None:
    """Their number is compared with the rows' own state after the page was read."""
    groups = Groups([Group(1, 5, 0), Group(2, 5, 5), Group(None, 3, 10)], is_descending=True)
    assert all(
        found is None or found.before <= start
        for start in range(30)
        for found in [groups.at(start, 31)]
    )
