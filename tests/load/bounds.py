"""The bounds of a run: never without end, never too many; what is too slow ends with a failure."""

import sys
from argparse import ArgumentParser
from typing import Any

from locust import events
from locust.env import Environment

from tests.load.summary import Run, Thresholds

MOST_CLIENTS = 500
MOST_SECONDS = 900


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """Add the thresholds."""
    parser.add_argument("--p95-ms", type=float, help="fail above")
    parser.add_argument(
        "--most-failures", type=float, help="fail above this percentage of answers; without, of 0"
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
    """Let the exit code say whether the run was good enough, and the last line why."""
    options, total = environment.parsed_options, environment.stats.total
    run = Run(
        clients=options.num_users or 1,
        seconds=float(options.run_time),
        host=environment.host or options.host,
        answers=total.num_requests,
        failures=total.num_failures,
        rate=total.total_rps,
        p50=total.median_response_time or 0,
        p95=total.get_response_time_percentile(0.95) or 0,
    )
    thresholds = Thresholds(options.p95_ms, options.most_failures)
    environment.process_exit_code = 0 if run.keeps_to(thresholds) else 1
    line = run.line(thresholds, options.html_file or "")
    events.quit.add_listener(lambda **_: print(line))  # after all that Locust prints
