"""Whatever a page is read from, it holds the same rows."""

from hypothesis import given
from hypothesis import strategies as st

from app.serverside import Tuning
from app.serverside.run.window import Anchors, is_deep, window_of
from app.serverside.sql.page import Window


def rows_of(window: Window, rows: list[int]) -> list[int]:
    """Read a window as a database does: ordered, from the anchor on, cut."""
    ordered = rows[::-1] if window.backwards else rows
    if window.anchor is not None:
        ordered = ordered[ordered.index(window.anchor[0]) :]
    found = ordered[window.start : window.start + window.length]
    return found[::-1] if window.backwards else found


@given(
    total=st.integers(0, 200),
    start=st.integers(0, 250),
    length=st.integers(0, 60),
    step=st.integers(1, 40),
    deep=st.integers(0, 100),
    known=st.booleans(),
    from_the_end=st.booleans(),
    anchored=st.booleans(),
)
def test_every_window_is_the_same_page(  # noqa: PLR0917
    total: int,
    start: int,
    length: int,
    step: int,
    deep: int,
    known: bool,
    from_the_end: bool,
    anchored: bool,
) -> None:
    rows = list(range(total))
    tuning = Tuning(deep=deep, from_the_end=from_the_end)
    anchors = Anchors(step, [(row,) for row in rows[::step]]) if anchored and rows else None
    window = window_of(start, length, total if known else None, anchors, tuning)
    assert rows_of(window, rows) == rows[start : start + length]


def test_a_page_nearer_to_the_end_is_read_from_there() -> None:
    assert window_of(95, 10, 100, None, Tuning()) == Window(0, 5, backwards=True)


def test_a_page_between_anchors_is_read_from_the_one_before_it() -> None:
    anchors = Anchors(200, [(0,), (200,), (400,)])
    assert window_of(450, 10, 10_000, anchors, Tuning()) == Window(50, 10, (400,))


def test_a_page_is_deep_where_both_ends_are_far() -> None:
    tuning = Tuning(deep=10)
    assert [start for start in (0, 9, 10, 90, 91, 100, 120) if is_deep(start, 100, tuning)] == [
        10, 90,
    ]  # fmt: skip
