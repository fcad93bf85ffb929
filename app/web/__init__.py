"""The pages that people look at, and the headers that every answer carries."""

from flask import Flask

from app.web import assets, compare, docs, gallery, headers, pages, reference


def register(app: Flask) -> None:
    """Add the pages, their files' addresses and the security headers to the application."""
    app.register_blueprint(assets.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(compare.bp)
    app.register_blueprint(docs.bp)
    app.register_blueprint(reference.bp)
    app.register_error_handler(404, pages.not_found)
    gallery.register(app)
    app.after_request(headers.apply)
