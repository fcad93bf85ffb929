"""The benchmark itself, on a small table: it runs from end to end, and its contestants agree."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from app.seed import seed
from tests.bench import report
from tests.bench.__main__ import add_large, measured
from tests.bench.options import Options

SMALL = Options(users=2_000, workers=1, seconds=0.02)


@pytest.mark.slow
def test_the_whole_benchmark_runs(own_database: str) -> None:
    engine = create_engine(own_database)
    seed(engine, SMALL.users, 1)
    engine.dispose()
    results = measured(own_database, SMALL)
    add_large(results, own_database, replace(SMALL, large=SMALL.users))
    assert [m.draw.name for m in results.warm if "the floor" in m.remark] == []
    text = report.text([results], SMALL.workers, 0.0, 0.0)
    assert {text.count(f"| {m.draw.name} |") for m in results.warm} == {5}
