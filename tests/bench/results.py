"""What a run found, and whether it meets the targets."""

from dataclasses import dataclass, field

from .draws import Draw
from .measure import Times, p50

MOST_OF_FLOOR = 2.0
MOST_OF_SMALLER = 2.0
MOST_MEMORY_MB = 250
LEAST_THROUGHPUT = {"stock": 200.0, "floor": 0.7}


@dataclass(slots=True)
class Measured:
    """One draw's times by contestant: ours, floor, stock, forgetful, and beside each writer."""

    draw: Draw
    times: Times
    remark: str = ""

    def ms(self, who: str) -> float | None:
        """Return a contestant's median."""
        return p50(self.times[who]) if self.times.get(who) else None

    def ratio(self, who: str, whose: str = "ours") -> float | None:
        """Return how many times longer a contestant takes than another."""
        one, other = self.ms(who), self.ms(whose)
        return one / other if one is not None and other is not None else None

    def beside(self, writer: str) -> float | None:
        """Return how many times longer ours takes beside a writer than just before."""
        return self.ratio(writer, f"beside {writer}, quiet")

    def met(self) -> bool:
        """Tell whether ours is as much faster than stock, and as near to the floor, as wanted."""
        of_floor = self.ratio("ours", "floor")
        against = self.ratio("stock")
        return (against is None or against >= self.draw.target) and (
            of_floor is None or of_floor <= MOST_OF_FLOOR
        )


@dataclass(slots=True)
class Large:
    """What was measured on a much larger table: the draws in the same order, a worker's memory."""

    users: int
    draws: list[Measured] = field(default_factory=list)  # times: ours, floor, first
    memory_mb: float = 0.0


@dataclass(slots=True)
class Results:
    """All that was measured on one database."""

    version: str
    users: int
    warm: list[Measured] = field(default_factory=list)
    common: list[Measured] = field(default_factory=list)
    cold: list[Measured] = field(default_factory=list)
    depth: dict[int, Times] = field(default_factory=dict)
    sizes: dict[int, dict[str, Times]] = field(default_factory=dict)
    throughput: dict[str, float] = field(default_factory=dict)
    empty: list[float] = field(default_factory=list)
    without: list[Measured] = field(default_factory=list)  # times: ours, and each means off
    writes: dict[str, Times] = field(default_factory=dict)  # with change marks, without
    large: Large | None = None
