"""What a column declares, and what its cells show: no request, no database."""
