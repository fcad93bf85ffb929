"""A second opinion on every answer: brute force over plain rows, sharing no code with the engine.

Each module holds one paragraph of the specification. Clarity comes before speed: every condition
is a function from a row to a bool, and every row is asked.
"""

from tests.serverside.oracle.columns import Column
from tests.serverside.oracle.evaluator import Oracle
from tests.serverside.oracle.reading import RefusedError, UserError

__all__ = ["Column", "Oracle", "RefusedError", "UserError"]
