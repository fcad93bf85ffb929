"""The kinds of values that searches compare with."""

from typing import Literal

Kind = Literal[
    "text", "integer", "number", "float", "date", "datetime", "boolean", "uuid", "enum", "exact",
    "other",
]  # fmt: skip
# "exact" values can be told equal or not, and no more; "other" ones not even that

TEXTS = ("text", "enum")
NUMBERS = ("integer", "number", "float")
DATES = ("date", "datetime")
EXACT = ("boolean", "uuid", "exact")
