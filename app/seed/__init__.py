"""Fill the database with reproducible people: all of them, or nothing."""

from app.seed.load import Outcome, seed, work

__all__ = ["Outcome", "seed", "work"]
