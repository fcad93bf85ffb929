"""Serve the example: `flask run`, then open http://127.0.0.1:5000/."""

from flask import Flask, Response, jsonify, render_template

from app.examples.copied.database import db, fill
from app.examples.minimum import bp
from app.serverside import BadRequest, error_answer


def create_app() -> Flask:
    """Make the app, and the database with its rows when there is none."""
    app = Flask(__name__)
    app.register_blueprint(bp)
    app.add_url_rule("/", view_func=page)
    app.register_error_handler(BadRequest, bad_request)
    app.teardown_appcontext(lambda _error: db.session.remove())
    fill()
    return app


def page() -> str:
    """Show the table."""
    return render_template("index.html")


def bad_request(error: BadRequest) -> tuple[Response, int]:
    """Say what is wrong with a request, in DataTables' own members."""
    return jsonify(error_answer({}, str(error))), 400
