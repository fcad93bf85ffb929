"""The last line of a run: what was asked, what came of it, and whether that was good enough."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a run has to keep to, where somebody asked for that; None: no threshold."""

    p95_ms: float | None = None
    most_failures: float | None = None  # percent

    @property
    def words(self) -> str:
        """What was asked for, to end a sentence with."""
        asked = []
        if self.p95_ms is not None:
            asked.append(f"p95 up to {self.p95_ms:g} ms")
        if self.most_failures is not None:
            asked.append(f"up to {self.most_failures:g} % failed")
        return " and ".join(asked)


@dataclass(frozen=True, slots=True)
class Run:
    """Who read what for how long, and what they got: milliseconds, answers a second."""

    clients: int
    seconds: float
    host: str
    answers: int
    failures: int
    rate: float
    p50: float
    p95: float

    def keeps_to(self, thresholds: Thresholds) -> bool:
        """Return whether it was good enough: without a threshold for failures, none may be."""
        failed = 100 * self.failures / max(self.answers, 1)
        slow = thresholds.p95_ms is not None and self.p95 > thresholds.p95_ms
        return self.answers > 0 and not slow and failed <= (thresholds.most_failures or 0)

    def line(self, thresholds: Thresholds, page: str) -> str:
        """Say it all in one line; thresholds only where there are any."""
        failed = 100 * self.failures / max(self.answers, 1)
        said = (
            f"{self.clients} clients for {self.seconds:g} s at {self.host}: "
            f"{self.answers:,} answers, {self.rate:.1f} a second, p50 {self.p50:.0f} ms, "
            f"p95 {self.p95:.0f} ms, {self.failures:,} failed ({failed:.2f} %)"
        )
        if thresholds.words:
            said += (
                f"; {'within' if self.keeps_to(thresholds) else 'NOT within'} {thresholds.words}"
            )
        return f"{said}; plots: {page}" if page else said
