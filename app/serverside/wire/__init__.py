"""A request, from any web framework, becomes a `DrawRequest`: bounded, typed, no SQL."""
