"""What the clients themselves can't do, whatever an endpoint answers: met, or read in them."""

LIMITS = {
    "DataTables": (
        "shows no sentence of an answer of HTTP 400 or 500; versions 2 and 3 also leave their "
        "“processing” indicator on after it. The demo's own page has a banner for it."
    ),
    "DataTables 3": (
        "labels the JSON of `submitAs: 'json'` a form unless `contentType` says otherwise, and "
        "with GET it sends none."
    ),
    "ColReorder 1 on 1.13": (
        "moves the headings of a table without `columns.data`, but neither the cells nor the "
        "numbers that it asks by: the wrong column is sorted. With `columns.data` all is right."
    ),
    "Scroller": (
        "labels a hidden second row of headings, and gives what is around both the role of a table "
        "without rows: DataTables 3 does so wherever it scrolls."
    ),
    "SearchBuilder": (
        "stops with an alert where a column is of type `date` and DateTime is missing. On "
        "DataTables 3 it sends the word `undefined` for a value not typed yet, and `&amp;` for "
        "`&`; both are read here as they are meant."
    ),
    "SearchPanes": (
        "exists for DataTables 1 and 2 alone. With `cascadePanes`, `preSelect` marks its entries "
        "and asks for nothing, so all rows stay; and only panes with `searchPanes.show` are "
        "counted anew."
    ),
    "ColumnControl": (
        "empties a list, and forgets what was ticked in it, when an answer comes without it."
    ),
    "Select": (
        "selects all rows of the page, never all that match. Its saved state has the rows in view; "
        "version 3, on DataTables 2, does not bring those back either."
    ),
    "Buttons": "copies, exports and prints the rows that the page holds, no others.",
    "StateRestore 1": "says neither page nor table to the server, so that all share their states.",
    "StateRestore 2": (
        "is part of DataTables Plus and needs its licence, so no page here loads it; tried with "
        "DataTables 3.1.5, it saved and loaded its states at the same address."
    ),
    "yadcf": "gives its lists no name, which a screen reader would say; the example adds one.",
}
