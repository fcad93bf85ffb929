"""A `Plan` over the endpoint's own query becomes statements; none is executed here."""
