"""The first page in the HTML.

The server writes the first rows into the page, and DataTables takes them as they are: nothing is
asked until somebody searches, sorts or turns a page. What a reader sees first needs no script.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
]
FIRST = {"length": 10, "columns": [{"data": "id"}, {"data": "name"}, {"data": "email"}]}


def answer(asked: Any) -> dict[str, Any]:
    """Answer a draw."""
    query = select().select_from(User)
    table = DataTables(asked, query, COLUMNS, session=db.session)
    return table.output_result()


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer the draws after the first."""
    return answer(params(request))


@bp.app_template_global()
def first_page() -> dict[str, Any]:
    """Answer the first draw, for the template to write into the page."""
    return answer(FIRST)


PAGE = Page(
    ["ID", "Name", "Email"],
    reference="reference#the-answer",
    first_page=True,
)
