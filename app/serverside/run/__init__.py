"""Statements become rows of one state of the data, and what may be remembered is."""
