"""A table of users, paged, sorted and searched by the database: python app.py"""

from flask import Flask, jsonify, render_template, request
from serverside_datatables import BadRequest, ColumnDT, DataTables, error_answer, params
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str | None]


COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.city, mData="city"),
]

app = Flask(__name__)
engine = create_engine("sqlite:///users.sqlite3")


@app.get("/")
def index():
    return render_template("index.html")


@app.route("/users", methods=["GET", "POST"])
def users():
    with Session(engine) as session:
        table = DataTables(params(request), select().select_from(User), COLUMNS, session=session)
        return table.output_result()


@app.errorhandler(BadRequest)
def bad_request(error):
    return jsonify(error_answer({}, str(error))), 400


def fill():
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if session.get(User, 1) is None:
            cities = ("Berlin", "Zürich", None)
            session.add_all(User(name=f"User {n}", city=cities[n % 3]) for n in range(1, 10_001))
            session.commit()


if __name__ == "__main__":
    fill()
    app.run()
