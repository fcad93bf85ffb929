"""The bounds of a request: every list, depth and length that a client controls."""

from dataclasses import dataclass, field


def _limit(default: int, meaning: str) -> int:
    value: int = field(default=default, metadata={"help": meaning})
    return value


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a request; beyond them it is a `BadRequest`, but the first two cut."""

    max_length: int = _limit(1000, "rows a page can hold; a larger `length` is cut to it")
    max_rows: int = _limit(1_000_000, "rows that `MatchingRows` reads; more are cut")
    max_body: int = _limit(1_000_000, "bytes of a query string or body")
    max_parameters: int = _limit(20_000, "parameters in a form or query string")
    max_columns: int = _limit(500, "entries in `columns`")
    max_orders: int = _limit(50, "entries in `order`")
    max_terms: int = _limit(100, "fixed searches or groups in one list")
    max_term_length: int = _limit(1000, "characters in one search term")
    max_words: int = _limit(50, "words in one search term")
    max_conditions: int = _limit(500, "tests, each word in each column, of all searches together")
    max_criteria: int = _limit(200, "SearchBuilder criteria and groups together")
    max_depth: int = _limit(10, "SearchBuilder groups inside each other")
    max_values: int = _limit(1000, "values picked in one pane or list")
    max_options: int = _limit(
        1000, "values a column offers to pick; a column with more offers none"
    )


DEFAULT_LIMITS = Limits()
