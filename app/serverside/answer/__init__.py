"""Rows become the members of the JSON answer."""
