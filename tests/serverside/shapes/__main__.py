"""Try shapes for long: `python -m tests.serverside.shapes --time 10m [--seed 1] [--all]`.

Ends with a line on what was tried; where something is wrong, with the smallest example of it and
how to see it again, and with exit code 1. `--all` goes on, and sums up what is wrong by its words.
"""

import argparse
import sys

from tests.serverside.shapes.long_run import LongRun, both_databases, seconds


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="10m", type=seconds, help="90s, 10m, 1h")
    parser.add_argument("--seed", default=0, type=int, help="where to start")
    parser.add_argument("--without", default="", help="tags to leave out, joined by commas")
    parser.add_argument("--all", action="store_true", help="go on after what is wrong")
    parser.add_argument("--only", default="", help="sqlite or postgresql")
    given = parser.parse_args()
    with both_databases(given.only) as homes:
        without = frozenset(given.without.split(","))
        return LongRun(homes, given.time, given.seed, without, given.all).run()


if __name__ == "__main__":
    sys.exit(main())
