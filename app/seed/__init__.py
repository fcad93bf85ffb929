"""Fill the database with reproducible people: all of them, or nothing."""

from app.seed.load import Outcome, seed, work
from app.seed.making import MakingError
from app.seed.timing import estimate

__all__ = ["MakingError", "Outcome", "estimate", "seed", "work"]
