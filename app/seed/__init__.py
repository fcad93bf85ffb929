"""Fill the database with reproducible people: all of them, or nothing."""

from app.seed.load import Outcome, seed, work
from app.seed.timing import estimate

__all__ = ["Outcome", "estimate", "seed", "work"]
