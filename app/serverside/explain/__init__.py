"""What a draw does, and which index it would like to have."""

from ..run.executed import Executed
from .explanation import Explanation, explain

__all__ = ["Executed", "Explanation", "explain"]
