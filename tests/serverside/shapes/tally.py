"""How much was tried, and of what kinds."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of a run; `draws` by database, `tags` of the queries, `refusals` by their sentence,
    `unsound` queries, which the database itself does not take, by what it says."""

    examples: int = 0
    draws: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    unsound: Counter[str] = field(default_factory=Counter)
    empty: int = 0

    def __str__(self) -> str:
        draws = ", ".join(f"{count} draws on {name}" for name, count in sorted(self.draws.items()))
        unsound = self.unsound.total()
        kinds = ", ".join(f"{name} {count}" for name, count in self.tags.most_common())
        return (
            f"{self.examples} schemas and queries, {draws or 'no draws'}; "
            f"{self.empty} without rows, {unsound} that no database takes, "
            f"{self.refusals.total()} refused. Of them: {kinds}."
        )
