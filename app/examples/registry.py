"""All examples, in the order in which the gallery shows them."""

from app.examples import (
    arrays,
    column_control,
    deferred,
    exports,
    group_by,
    minimum,
    notices,
    own_parameter,
    post_json,
    regex,
    row_groups,
    saved_states,
    saved_states_2,
    scroller,
    search_builder,
    search_panes,
    selection,
    three_versions,
    to_many,
    to_one,
    visibility,
    window_function,
    yadcf,
)
from app.examples.clients import Client
from app.examples.example import GROUND, Example

CHAPTERS = {
    "First steps": (minimum, post_json, own_parameter, visibility, notices, regex),
    "Clients": (three_versions, arrays, deferred),
    "Filters": (column_control, search_builder, search_panes, yadcf),
    "Queries": (to_one, to_many, group_by, window_function),
    "Rows": (scroller, row_groups, selection, saved_states, saved_states_2, exports),
}
BY_CHAPTER = {
    chapter: tuple(Example(module) for module in modules) for chapter, modules in CHAPTERS.items()
}
EXAMPLES = {example.slug: example for examples in BY_CHAPTER.values() for example in examples}


def neighbours(example: Example) -> tuple[Example | None, Example | None]:
    """Return the examples before and after one."""
    every = [None, *EXAMPLES.values(), None]
    place = every.index(example)
    return every[place - 1], every[place + 1]


def tried() -> list[tuple[Client, str, list[Example]]]:
    """Return each client with the version of DataTables it runs on, and the examples that use it.

    The test of an example uses all its clients in a browser.
    """
    users: dict[tuple[Client, str], list[Example]] = {}
    for example in EXAMPLES.values():
        for instead, version in example.versions().items():
            for client in example.clients(instead):
                users.setdefault((client, version), []).append(example)
    return [
        (client, version, examples)
        for (client, version), examples in sorted(users.items(), key=_place)
        if client.name not in GROUND
    ]


def _place(item: tuple[tuple[Client, str], object]) -> tuple[bool, str, list[int]]:
    """Order clients: DataTables first, then by name, the newest first."""
    client, version = item[0]
    newest = [-int(part) for part in version.split(".")]
    return client.name != "DataTables", client.name.lower(), newest
