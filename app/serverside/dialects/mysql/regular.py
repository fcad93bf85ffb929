"""MySQL and MariaDB: regular expressions, of ICU and of PCRE, meant as PostgreSQL means them."""

import re

# An escape, a bracket expression, in which they mean something else, or the end.
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)
_ENDS = {"$": r"\z", r"\Z": r"\z"}  # of the text, not also before its last line end


def regular(pattern: str) -> str:
    """Return a pattern that ignores case, whose dots match line ends and whose end is the end."""
    return "(?is)" + _TOKEN.sub(lambda match: _ENDS.get(match[0], match[0]), pattern)
