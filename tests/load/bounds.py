"""The bounds of a run: never without end, never too many; what is too slow ends with a failure."""

import sys
from argparse import ArgumentParser
from typing import Any

from locust import events
from locust.env import Environment

MOST_CLIENTS = 500
MOST_SECONDS = 900


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """Add the thresholds."""
    parser.add_argument("--p95-ms", type=float, default=0, help="fail above; 0: do not look")
    parser.add_argument(
        "--most-failures", type=float, default=0, help="fail above this percentage of answers"
    )


@events.init.add_listener
def check_bounds(environment: Environment, **_: Any) -> None:
    """Refuse a run that is too large or has no end."""
    options = environment.parsed_options
    clients, seconds = options.num_users or 1, options.run_time
    if clients > MOST_CLIENTS or not seconds or float(seconds) > MOST_SECONDS:
        sys.exit(f"At most {MOST_CLIENTS} clients, for a time of at most {MOST_SECONDS} seconds.")


@events.quitting.add_listener
def judge(environment: Environment, **_: Any) -> None:
    """Sum the run up in one line; the exit code says whether it kept to the thresholds."""
    total, options = environment.stats.total, environment.parsed_options
    failed = 100 * total.fail_ratio
    p95 = total.get_response_time_percentile(0.95) or 0
    slow = options.p95_ms and p95 > options.p95_ms
    kept = total.num_requests > 0 and not slow and failed <= options.most_failures
    print(
        f"Load: {total.num_requests:,} answers, {total.total_rps:.1f} a second, "
        f"{total.num_failures:,} failed ({failed:.2f} %), "
        f"p50 {total.median_response_time or 0:.0f} ms, p95 {p95:.0f} ms: "
        f"{'within' if kept else 'OUTSIDE'} the thresholds"
    )
    environment.process_exit_code = 0 if kept else 1
