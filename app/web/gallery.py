"""The gallery: a page for each example, with the source of its endpoint and its script."""

import re
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    render_template,
    render_template_string,
    request,
)
from markupsafe import Markup, escape

from app import admission
from app.api import errors
from app.examples import copies
from app.examples.example import Example
from app.examples.limits import LIMITS
from app.examples.registry import BY_CHAPTER, EXAMPLES, neighbours, tried
from app.web.highlight import highlight


def register(app: Flask) -> None:
    """Put the pages and the examples' endpoints at their addresses."""
    bp = Blueprint("gallery", __name__, url_prefix="/examples")
    bp.add_url_rule("", view_func=index)
    bp.add_url_rule("/<slug>/", view_func=page)
    bp.add_url_rule("/<slug>.zip", view_func=copy)
    bp.add_app_template_filter(ticks)
    bp.add_app_template_filter(highlight)
    errors.register(bp)
    pages = tuple(f"{bp.name}.{view.__name__}" for view in (index, page, copy))
    admission.guard(bp, but=pages)
    for example in EXAMPLES.values():
        bp.register_blueprint(example.endpoint, url_prefix=f"/{example.slug}", name=example.slug)
    bp.after_request(_fresh)
    app.register_blueprint(bp)


def index() -> str:
    """List the examples, the clients that were tried, and what these can't do."""
    return render_template(
        "examples.html", page="examples", chapters=BY_CHAPTER, versions=tried(), limits=LIMITS
    )


def page(slug: str) -> str:
    """Show an example, with other clients where `?with=` names them."""
    example, instead = _asked(slug)
    before, after = neighbours(example)
    table = copies.table(example)
    return render_template(
        "example.html",
        page="examples",
        example=example,
        instead=instead,
        files=[file for client in example.clients(instead) for file in client.files],
        script=Path(current_app.static_folder or "", example.script).read_text(encoding="utf-8"),
        html=table,
        table=Markup(render_template_string(table)),  # noqa: S704 - a template, escaped by Jinja
        before=before,
        after=after,
    )


def copy(slug: str) -> Response:
    """Answer with an example as a folder that runs elsewhere, packed."""
    example, instead = _asked(slug)
    packed = copies.packed(example, instead, Path(current_app.static_folder or ""))
    answer = Response(packed, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return answer


def ticks(text: str) -> Markup:
    """Set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _asked(slug: str) -> tuple[Example, str]:
    """Return the example asked for and its choice of clients, or answer 404."""
    example, instead = EXAMPLES.get(slug), request.args.get("with", "")
    if example is None or (instead and instead not in example.page.instead):
        abort(404)
    return example, instead


def _fresh(response: Response) -> Response:
    """Keep rows, which are true for one moment, from being stored."""
    if request.path.endswith("/rows"):
        response.headers["Cache-Control"] = "no-store"
    return response
