"""Names that clash: with the engine's own, with SQL's words, with what quoting has to survive."""

from hypothesis import strategies as st

# What the engine has called its own parts, now or once.
OURS = (
    "groups", "steps", "found", "head", "narrow", "page", "known", "token", "asked", "tail",
    "numbered", "scope", "anon_1", "leg0", "matching_0", "anchor_0", "total",
    "filtered", "rows", "keys", "walk", "values", "counted", "marks",
)  # fmt: skip
RESERVED = ("order", "select", "user", "group", "table", "default", "end", "all")
ODD = (
    "two words", 'say "so"', "o'clock", "50%", "%(x)s", "UPPER", "mixedCase", "größe", "日本",
    "a:b", "semi;colon", "q?",
)  # fmt: skip
PLAIN = (
    "people", "orders", "tags", "parts", "teams", "city", "pages", "film", "actor", "entry",
    "invoice", "track", "album", "customer", "staff", "region", "product", "supplier",
)  # fmt: skip
# Columns also meet the labels that statements carry.
LABELS = (
    "id", "name", "kind", "parent_id", "value", "count", "show_0", "sort_0", "order_0", "c0",
    "leg", "present", "n", "key", "row_number", "at_least", "start", "length", "rowid_", "type",
)  # fmt: skip

TABLES = (*PLAIN * 4, *OURS, *RESERVED, *ODD)
COLUMNS = (*PLAIN, *LABELS, *OURS, *RESERVED, *ODD)


def several(pool: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Give names that differ from each other."""
    return st.lists(st.sampled_from(pool), min_size=least, max_size=most, unique=True)


ALIASES = (*OURS, *RESERVED, *ODD, *("first", "second", "third", "mine", "latest") * 6)
SPACES = ("other", "order", "Odd space")
