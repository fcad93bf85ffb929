"""The last line of `make load`."""

from dataclasses import replace

import pytest

from tests.load.summary import Run, Thresholds

RUN = Run(20, 30, "http://127.0.0.1:8000", 1234, 0, 41.13, 5.2, 12.4)
ASKED = "20 clients for 30 s at http://127.0.0.1:8000: 1,234 answers, 41.1 a second, "


def test_the_line_says_what_was_asked_and_what_came_of_it() -> None:
    line = RUN.line(Thresholds(), "reports/load.html")
    said = "p50 5 ms, p95 12 ms, 0 failed (0.00 %); plots: reports/load.html"
    assert line == ASKED + said


@pytest.mark.parametrize(
    ("thresholds", "end"),
    [
        (Thresholds(p95_ms=200), "; within p95 up to 200 ms"),
        (Thresholds(p95_ms=10), "; NOT within p95 up to 10 ms"),
        (Thresholds(most_failures=0.1), "; within up to 0.1 % failed"),
        (Thresholds(10, 0.1), "; NOT within p95 up to 10 ms and up to 0.1 % failed"),
    ],
)
def test_thresholds_are_mentioned_where_there_are_any(thresholds: Thresholds, end: str) -> None:
    assert RUN.line(thresholds, "").endswith(f"0 failed (0.00 %){end}")
    assert RUN.keeps_to(thresholds) == ("NOT" not in end)


def test_without_a_threshold_no_answer_may_fail() -> None:
    failing = replace(RUN, failures=1)
    assert RUN.keeps_to(Thresholds())
    assert not failing.keeps_to(Thresholds())
    assert failing.keeps_to(Thresholds(most_failures=0.1))
    assert "1 failed (0.08 %)" in failing.line(Thresholds(), "")


def test_a_run_without_answers_is_no_good() -> None:
    assert not replace(RUN, answers=0, rate=0).keeps_to(Thresholds(most_failures=100))
