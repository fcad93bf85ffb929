"""What a draw does, and which index it would like to have."""

from .explanation import Explanation, Step, explain

__all__ = ["Explanation", "Step", "explain"]
