"""Anybody's tables: generated schemas, queries, columns and requests, each judged by plain Python.

What `session.execute()` of the generated query itself returns is the truth; the oracle filters,
orders and pages it. `python -m tests.serverside.shapes --time 10m` looks for long.
"""
