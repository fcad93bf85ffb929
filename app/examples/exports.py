"""Exports of all matching rows.

The link takes the table's own request along: what is exported is what matches now, in the order and
the columns of the table, all of it and not the page alone, sent while it is read.
"""

import json
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import db
from app.examples.engine import ColumnDT, DataTables, MatchingRows, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
    ColumnDT(Address.country, mData="country"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


@bp.get("/rows.jsonl")
def all_rows() -> Response:
    """Send all rows that match, one a line."""
    session = Session(db.engine)  # db.session ends before the rows are sent
    query = select().select_from(User).outerjoin(User.address)
    matching = MatchingRows(params(request), query, COLUMNS, session=session)
    lines = (json.dumps(row) + "\n" for row in matching)
    response = Response(lines, mimetype="application/jsonl")
    response.call_on_close(matching.close)
    response.call_on_close(session.close)
    return response


PAGE = Page(
    ["Name", "Email", "Balance", "Country"],
    reference="moving-over#all-rows",
    above="""
<p><a id="export" class="btn" download href="rows.jsonl">Export all that match</a></p>""",
)
