"""Patterns of SQL's LIKE, one character after the other."""

from collections.abc import Iterator


def fits(pattern: str, text: str) -> bool:
    """Tell whether a pattern fits all of a text."""
    if "\0" in pattern:
        return False
    reached = {0}  # how many characters of the text may be used up by now
    for char, wild in _tokens(pattern):
        if wild and char == "%":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(text) and (wild or text[at] == char)}
    return len(text) in reached


def _tokens(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield each character, and whether it is a wildcard."""
    chars = iter(pattern)
    for char in chars:
        if char == "\\":
            yield next(chars, char), False
        else:
            yield char, char in "%_"
