"""A `DrawRequest` over the declared columns becomes a `Plan`: conditions, order, window."""
