"""Run the benchmark: `make bench`, or `python -m tests.bench`."""

import os
import signal
import sys
import time
from pathlib import Path

from . import facts, options, phases, report
from .databases import prepared
from .results import Results
from .versions import of_database


def main() -> None:
    """Measure each database, then write `bench.md` and the plots."""
    from . import plots  # noqa: PLC0415 - only here is matplotlib needed

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its servers end with it
    chosen = options.read()
    began, load = time.monotonic(), os.getloadavg()[0]
    found = []
    for kind in chosen.databases:
        results = measured(prepared(kind, chosen.users, chosen.postgres_url), chosen)
        for size in sorted({*chosen.sizes} - {chosen.users}):
            add_size(results, prepared(kind, size, chosen.postgres_url), size, chosen)
        if chosen.large and kind == "postgresql":
            add_large(results, prepared(kind, chosen.large, chosen.postgres_url), chosen)
        found.append(results)
    folder = Path(chosen.results)
    folder.mkdir(parents=True, exist_ok=True)
    plots.write(found, folder)
    text = report.text(found, chosen.workers, load, time.monotonic() - began)
    (folder / "bench.md").write_text(text, encoding="utf-8")
    print(text)
    print(f"Written: {folder / 'bench.md'} and the plots beside it")


def measured(url: str, chosen: options.Options) -> Results:
    """Measure one database in all phases."""
    seconds, known = chosen.seconds, facts.gather(url, chosen.users)
    results = Results(of_database(url), chosen.users)
    with phases.contest(url, chosen.workers) as contest:
        phases.warm(contest, known, results, seconds)
        phases.first_times(contest, known, results, seconds)
        phases.many_at_once(contest, known, results, seconds)
        phases.deeper(contest, known, results, seconds)
        phases.by_size(contest, known, results, seconds)
        phases.beside_writers(contest, results, seconds)
    phases.without_each(url, known, results, seconds)
    phases.writers_pay(url, results, seconds)
    return results


def add_size(results: Results, url: str, users: int, chosen: options.Options) -> None:
    """Measure some draws on a database of another size."""
    with phases.contest(url, chosen.workers) as contest:
        phases.by_size(contest, facts.gather(url, users), results, chosen.seconds)


def add_large(results: Results, url: str, chosen: options.Options) -> None:
    """Measure all draws on a much larger database, without the stock library."""
    known = facts.gather(url, chosen.large)
    results.large = phases.much_larger(url, known, chosen.workers, chosen.seconds)


if __name__ == "__main__":
    main()
