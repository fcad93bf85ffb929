"""Python, JavaScript and HTML with their words, texts, figures and remarks marked."""

import keyword
import re

from markupsafe import Markup, escape

JAVASCRIPT = (
    "async await break case const continue delete else export false for function if import in "
    "instanceof let new null of return switch this throw true try typeof undefined while"
)
_PYTHON = rf"""
    (?P<text>\"\"\".*?\"\"\"|r?"(?:\\.|[^"\\\n])*")
    |(?P<remark>\#[^\n]*)
    |(?P<figure>\b\d[\d_.]*\b)
    |(?P<word>\b(?:{"|".join(keyword.kwlist)})\b|@[\w.]+)
"""
_JAVASCRIPT = rf"""
    (?P<text>'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    |(?P<remark>//[^\n]*)
    |(?P<figure>\b\d[\d_.]*\b)
    |(?P<word>\b(?:{JAVASCRIPT.replace(" ", "|")})\b)
"""
_HTML = r"""
    (?P<figure>\{[{%].*?[%}]\})
    |(?P<text>"[^"\n]*")
    |(?P<word></?[a-z][a-z0-9]*)
"""
LANGUAGES = {
    name: re.compile(pattern, re.VERBOSE | re.DOTALL)
    for name, pattern in {"py": _PYTHON, "js": _JAVASCRIPT, "html": _HTML}.items()
}


def highlight(source: str, language: str) -> Markup:
    """Return a source as HTML, its parts marked by class."""
    marked, end = Markup(), 0
    for match in LANGUAGES[language].finditer(source):
        marked += escape(source[end : match.start()])
        marked += Markup('<span class="{}">{}</span>').format(match.lastgroup, match[0])
        end = match.end()
    return marked + escape(source[end:])
