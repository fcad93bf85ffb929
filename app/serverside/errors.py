"""What can go wrong with a draw, by who can do something about it."""


class BadRequest(Exception):
    """The request is not a sound DataTables request; `str()` is one sentence naming the parameter.

    `parameter` is the bracketed name, for example ``order[0][column]``. Answer it with HTTP 400.
    """

    def __init__(self, parameter: str, reason: str) -> None:
        self.parameter = parameter
        super().__init__(f"{parameter} {reason}.")


class UserError(Exception):
    """Something a user can type caused this; `str()` is one sentence for that user.

    A draw answers it in DataTables' own way: HTTP 200 with an `error` member. `MatchingRows` raises
    it, as a file has no place for it.
    """


class UnsupportedDatabase(TypeError):
    """The session's database is none that answers are exact on; raised before it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "DataTables answers from MariaDB, MySQL, PostgreSQL and SQLite; "
            f"this session's database is {name}."
        )


class ChangeMarksError(Exception):
    """A database can't have change marks for a table; `str()` is one sentence saying why."""


class SearchIndexError(Exception):
    """A database can't have a search index for a table; `str()` is one sentence saying why."""
