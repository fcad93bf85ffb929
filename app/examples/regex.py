"""Regular expressions.

Where a table allows them, a term is the database's own regular expression: PostgreSQL's there, and
on SQLite RE2's, which no pattern can make run away. Half-typed patterns are what users type, so
the answer is a sentence for them.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.phone, mData="phone"),
    ColumnDT(Address.city, mData="city"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(
        params(request),
        query,
        COLUMNS,
        allow_regex_searches=True,
        session=db.session,
    )
    return table.output_result()


PAGE = Page(
    ["Name", "Email", "Phone", "City"],
    reference="reference#searching-text",
    above=r"""
<p>Try <kbd>^(ann|eva)</kbd>, <kbd>\d{3}$</kbd>, and the half-typed <kbd>(</kbd>.</p>
<p id="sentence" role="status"></p>""",
)
