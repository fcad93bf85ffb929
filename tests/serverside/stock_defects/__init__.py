"""Every defect of sqlalchemy-datatables 2.0.1 that we know of: what it does, what ours does."""
