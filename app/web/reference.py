"""The documents of docs/ that say what a request means, to be read beside the examples."""

import re

from flask import Blueprint, abort, render_template

from app.settings import PROJECT

bp = Blueprint("reference", __name__, url_prefix="/reference")

DOCUMENTS = {
    "reference": "What a request means",
    "calling": "Calling the engine",
    "moving-over": "Moving over",
}
HEADING = re.compile(r"^#{1,3} (.*)\n", re.MULTILINE)


@bp.get("/<name>")
def page(name: str) -> str:
    """Show a document as it is written, a part for each of its headings."""
    if name not in DOCUMENTS:
        abort(404)
    text = (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    headings, bodies = HEADING.findall(text), HEADING.split(text)[2::2]
    parts = [
        (heading, anchor(heading), body.strip())
        for heading, body in zip(headings, bodies, strict=True)
    ]
    return render_template(
        "reference.html", page="examples", parts=parts, name=name, documents=DOCUMENTS
    )


def anchor(heading: str) -> str:
    """Name a heading as Markdown pages do."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
