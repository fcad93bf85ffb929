"""The report in Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from . import marking, versions
from .measure import Times, p50, p95
from .results import (
    LEAST_THROUGHPUT,
    MOST_MEMORY_MB,
    MOST_OF_FLOOR,
    MOST_OF_SMALLER,
    Measured,
    Results,
)
from .servers import MEANS
from .writer import WRITERS

_HEAD = """# Benchmark

Written by `make bench`; do not edit. {users:,} users, {seconds:.0f} seconds in all, on a machine
with {machine}, whose load was {load:.1f} before. {packages}.

**Ours** is `/api/users`. **Stock** is `sqlalchemy-datatables` as it is on PyPI, with the same
declaration, on the same server (`/api/stock/users`). The **floor** is a minimal Flask view with one
hand-written statement for that one page: keyset instead of OFFSET, no totals, no request to read,
the raw driver, orjson; on the same server software, tables and indexes. All are asked in turns
within one run, by one client over a kept connection, ten rows a page, {workers} gunicorn workers.
Milliseconds are a client's, p50 (and p95); a draw that takes more than a second is asked three
times. Only the ratios mean something on another machine. Targets: at least so many times faster
than stock, at most {floor:g} times the floor.
"""


def text(found: Sequence[Results], workers: int, load: float, seconds: float) -> str:
    """Return the whole report."""
    head = _HEAD.format(
        users=found[0].users,
        seconds=seconds,
        load=load,
        machine=versions.of_machine(),
        packages=versions.of_packages(),
        workers=workers,
        floor=MOST_OF_FLOOR,
    )
    return "\n".join([head, *(_database(results) for results in found), _WHY, _PLOTS])


_WHY = """## Why some targets are missed

- *100 or 50 times faster than stock on the first page by id, one birthday, a city*: the stock
  library itself is that fast there. A hundredth of its time is about what an answer without any
  draw takes.
- *At most 2 times the floor*: the floor reads no request; ours reads a hundred parameters, and
  sends the values that columns offer with every answer, six times as many bytes. Of a warm draw's
  time in the server, about a quarter is Flask's, a quarter SQLAlchemy's, a third the engine's own
  (reading, planning, rows), a fourteenth the driver's and the database's (`python -m
  tests.bench.overhead`).
- *Throughput*: 200 times stock would be more than the floor itself reaches, or close to it.
- *Beside a writer*: a draw that takes longer than a second when nothing is remembered meets other
  data each time.
- *Nothing remembered*: counting a million rows takes PostgreSQL most of that time, whoever asks.
- *Two columns without an index on SQLite*: all rows are joined one by one and sorted without
  regard to case; the hand-written floor takes as long.
- *A much larger table*: what sorts all rows takes so many times longer. So do the lists of an
  index that a search has to intersect, and a page within a joined value that very many rows
  share; the floor's too.
"""

_PLOTS = """## Plots

![Latency against page depth](bench-depth.svg)

![Latency against table size](bench-size.svg)
"""


def _database(results: Results) -> str:
    parts = [
        f"## {results.version}",
        _table(
            "draw | ours p50 / p95 | floor p50 | stock p50 | faster than stock (target) | "
            "of the floor | met",
            map(_warm_row, [*results.warm, *_merged(results.common), *results.cold]),
        ),
        _remarks(results),
        f"An answer without any draw (`/healthz`) takes {p50(results.empty):.2f} ms.",
        "**The same draws with one commit a second beside them, and with nothing remembered**",
        _table(
            "draw | warm | beside a writer p50 / p95 | of warm | met | nothing remembered | "
            "faster than stock (target) | met",
            map(_other_row, results.warm),
        ),
        "**Beside those who commit more often**, and how many times longer than just before",
        _table(
            "draw | 200 commits a second to another table p50 / p95 | longer (1.5) | met | "
            "10 a second to `users` p50 / p95 | longer (3) | met",
            map(_busy_row, results.warm),
        ),
        "**Throughput**, first page by id, 8 connections, answers a second, the best of 8 turns",
        _throughput(results.throughput),
        "**What each means of speed is worth**: a draw's time without it, of the time with all",
        _table(f"draw | {' | '.join(MEANS)}", map(_without_row, results.without)),
        "**What writers pay for change marks**, in turns on one connection",
        _table(
            "write | without ms | with ms | times as long (target) | met",
            (_write_row(name, times, results) for name, times in results.writes.items()),
        ),
        *_large(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _warm_row(measured: Measured) -> list[str]:
    ours = measured.times["ours"]
    return [
        measured.draw.name,
        f"{_ms(p50(ours))} / {_ms(p95(ours))}",
        _ms(measured.ms("floor")),
        _ms(measured.ms("stock")),
        f"{_times(measured.ratio('stock'))} ({measured.draw.target:g})",
        _times(measured.ratio("ours", "floor")),
        _met(measured.met()),
    ]


def _other_row(measured: Measured) -> list[str]:
    beside, target = measured.times["beside"], measured.draw.forgetful
    of_warm = measured.beside("beside")
    forgetful = measured.ratio("stock", "forgetful")
    return [
        measured.draw.name,
        _ms(measured.ms("ours")),
        f"{_ms(p50(beside))} / {_ms(p95(beside))}",
        _times(of_warm),
        _met(of_warm is not None and of_warm <= WRITERS["beside"].most),
        _ms(measured.ms("forgetful")),
        f"{_times(forgetful)} ({target:g})",
        _met(forgetful is not None and forgetful >= target),
    ]


def _without_row(measured: Measured) -> list[str]:
    return [measured.draw.name, *(_times(measured.ratio(means)) for means in MEANS)]


def _write_row(name: str, times: Times, results: Results) -> list[str]:
    without, marked = p50(times["without"]), p50(times["with"])
    most = marking.MOST[results.version.split()[0].lower()]
    longer = marked / without
    cells = [f"{without:.3f}", f"{marked:.3f}", f"{longer:.2f} ({most:g})"]
    return [name, *cells, _met(longer <= most)]


def _busy_row(measured: Measured) -> list[str]:
    row = [measured.draw.name]
    for name in ("elsewhere", "often"):
        times, longer = measured.times[name], measured.beside(name)
        met = longer is not None and longer <= WRITERS[name].most
        row += [f"{_ms(p50(times))} / {_ms(p95(times))}", _times(longer), _met(met)]
    return row


def _large(results: Results) -> Iterator[str]:
    """Say how the draws of a much larger table compare with those of the usual one."""
    large = results.large
    if large is None:
        return
    yield f"**{large.users:,} users**, without the stock library"
    rows = (_large_row(*pair) for pair in zip(results.warm, large.draws, strict=True))
    head = f"draw | of {results.users:,} | of {large.users:,} p50 / p95 | of the smaller | met"
    yield _table(f"{head} | floor | of the floor | first time", rows)
    yield (
        f"The most memory that a worker of ours had: {large.memory_mb:.0f} MB (target: at most "
        f"{MOST_MEMORY_MB}; {_met(large.memory_mb <= MOST_MEMORY_MB)})."
    )


def _large_row(small: Measured, large: Measured) -> list[str]:
    ours, before = large.times["ours"], small.ms("ours")
    grown = p50(ours) / before if before else None
    return [
        large.draw.name,
        _ms(before),
        f"{_ms(p50(ours))} / {_ms(p95(ours))}",
        _times(grown),
        _met(grown is not None and grown <= MOST_OF_SMALLER),
        _ms(large.ms("floor")),
        _times(large.ratio("ours", "floor")),
        _ms(large.ms("first")),
    ]


def _merged(common: Sequence[Measured]) -> list[Measured]:
    """Make one row of the first searches for several words."""
    if not common:
        return []
    names = common[0].times
    times = {name: [spent for one in common for spent in one.times[name]] for name in names}
    without_floor = {name: spent for name, spent in times.items() if name != "floor"}
    return [Measured(common[0].draw, without_floor)]


def _remarks(results: Results) -> str:
    said = [f"- {m.draw.name}: {m.remark}." for m in results.warm if m.remark]
    if not said:
        return "All answers had the floor's rows and the stock library's totals."
    return "\n".join(["Answers that differ:", "", *said])


def _throughput(rates: dict[str, float]) -> str:
    rows = [
        [name, f"{rates['ours'] / rates[name]:.2f}x ({least:g})", f"{rates[name]:.1f}",
         _met(rates["ours"] / rates[name] >= least)]
        for name, least in LEAST_THROUGHPUT.items()
    ]  # fmt: skip
    ours = f"Ours: {rates['ours']:.0f}."
    return f"{ours}\n\n" + _table("against | ours is (target) | its own | met", rows)


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    names = head.split(" | ")
    lines = [f"| {head} |", "|" + "|".join(["---", *["---:"] * (len(names) - 1)]) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _times(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}x" if value >= 10 else f"{value:.1f}x"


def _met(value: bool) -> str:
    return "yes" if value else "**no**"
