"""Two plots, as small SVG files that do not change without a reason."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from .measure import p50
from .results import Results

Plot = Callable[[Axes, Results], None]

_LINES = {
    "stock": ("tab:red", "stock"),
    "forgetful": ("tab:orange", "ours, nothing remembered"),
    "ours": ("tab:blue", "ours"),
    "floor": ("tab:gray", "floor"),
}
_STYLES = ("-", "--")


def write(found: Sequence[Results], folder: Path) -> None:
    """Draw latency against depth and against size, one picture each, databases side by side."""
    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9}
    _draw(found, folder / "bench-depth.svg", _depth, "rows before the page, sorted by name")
    _draw(found, folder / "bench-size.svg", _size, "users in the table")


def _draw(found: Sequence[Results], path: Path, plot: Plot, below: str) -> None:
    figure, axes = plt.subplots(
        1, len(found), figsize=(4.6 * len(found), 3.4), sharey=True, squeeze=False
    )
    for results, own in zip(found, axes[0], strict=True):
        plot(own, results)
        own.set(title=results.version, xlabel=below, xscale="symlog", yscale="log")
        own.grid(alpha=0.3)
    axes[0][0].set_ylabel("ms, p50 (log scale)")
    axes[0][-1].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _depth(axes: Axes, results: Results) -> None:
    _lines(axes, results.depth, "-", "")


def _size(axes: Axes, results: Results) -> None:
    names = list(next(iter(results.sizes.values())))
    for name, style in zip(names, _STYLES, strict=True):
        at = {users: results.sizes[users][name] for users in sorted(results.sizes)}
        _lines(axes, at, style, f", {name}")


def _lines(axes: Axes, at: Mapping[int, Mapping[str, list[float]]], style: str, what: str) -> None:
    """Draw a line for each contestant over depth or size."""
    for who, (color, label) in _LINES.items():
        points = {x: p50(times[who]) for x, times in at.items() if times.get(who)}
        if points:
            axes.plot(
                list(points), list(points.values()), style, marker=".", color=color,
                label=label + what,
            )  # fmt: skip
