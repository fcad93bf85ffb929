"""`make bench`: this endpoint beside the stock library and a hand-written floor, in one run."""
