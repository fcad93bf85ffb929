"""What the clients themselves can't do, whatever an endpoint answers."""

LIMITS = {
    "DataTables 3": (
        "labels the JSON of `submitAs: 'json'` a form unless `contentType` says otherwise, and with "
        "GET it sends no JSON at all."
    ),
}
