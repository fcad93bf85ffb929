"""The phases of a run: warm draws in turns, first times, writers beside, throughput, depth."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from . import draws, marking, servers
from .client import Client, throughput
from .draws import Draw, get
from .facts import Facts
from .measure import Ask, Times, in_turns, p50, repeatedly
from .results import Large, Measured, Results
from .writer import WRITERS, prepare, writing

CONNECTIONS = 8
_COLD_TIMES = 3
_TURNS = 8
_COMMITS = 2  # at least, while a draw is repeated beside a writer, with the usual `seconds`


class Contest:
    """The contestants' servers, with one connection to each."""

    def __init__(self, url: str, workers: int, stack: ExitStack) -> None:
        serve = servers.serving
        self.url, self.workers = url, workers
        self.port = stack.enter_context(serve(servers.OURS, url, workers))
        self.floor_port = stack.enter_context(serve(servers.FLOOR, url, workers))
        forgetful = stack.enter_context(serve(servers.OURS, url, workers, without="REMEMBER"))
        self.ours = stack.enter_context(Client(self.port))
        self.stock = stack.enter_context(Client(self.port))
        self.floor = stack.enter_context(Client(self.floor_port))
        self.forgetful = stack.enter_context(Client(forgetful))

    def asks(self, draw: Draw, *, forgetful: bool = False) -> dict[str, Ask]:
        """Return each contestant's way to ask for a draw, as far as it has one."""
        found: dict[str, Ask] = {"ours": lambda: self.ours.time(draw.ours)}
        if draw.floor:
            floor = draw.floor
            found["floor"] = lambda: self.floor.time(floor)
        if draw.stock:
            stock = draw.stock
            found["stock"] = lambda: self.stock.time(stock)
        if forgetful:
            found["forgetful"] = lambda: self.forgetful.time(draw.ours)
        return found

    def remark(self, draw: Draw) -> str:
        """Compare the answers: rows with the floor's, totals with the stock library's.

        Ties have no order in the stock library, so its rows are not compared.
        """
        ours, said = self.ours.json(draw.ours), []
        if draw.floor and _ids(self.floor.json(draw.floor)) != _ids(ours):
            said.append("the floor answers other rows")
        if draw.stock:
            stock = self.stock.json(draw.stock)
            said += [
                f"{total}: ours {ours[total]:,}, stock {int(stock[total]):,}"
                for total in ("recordsTotal", "recordsFiltered")
                if int(stock[total]) != ours[total]
            ]
        return "; ".join(said)


def _ids(answer: dict[str, list[dict[str, int]]]) -> list[int]:
    return [row["id"] for row in answer["data"]]


@contextmanager
def contest(url: str, workers: int) -> Iterator[Contest]:
    """Start all servers."""
    prepare(url)
    with ExitStack() as stack:
        yield Contest(url, workers, stack)


def warm(found: Contest, facts: Facts, results: Results, seconds: float) -> None:
    """Measure the draws that are repeated; the stock library's first answer is also the check."""
    for draw in draws.warm_draws(facts):
        remark = found.remark(draw)
        times = in_turns(found.asks(draw, forgetful=True), seconds)
        _say(draw.name, times)
        results.warm.append(Measured(draw, times, remark))
    healthz = get("/healthz")
    results.empty = repeatedly(lambda: found.ours.time(healthz), seconds)


def first_times(found: Contest, facts: Facts, results: Results, seconds: float) -> None:
    """Measure what nobody has asked before: other words each time, workers that just started."""
    for draw in draws.common_draws(facts):
        times = {name: [ask()] for name, ask in found.asks(draw).items()}
        _say(draw.name, times)
        results.common.append(Measured(draw, times))
    first_page = draws.warm_draws(facts)[0].ours
    cold = [Measured(draw, {"ours": [], "stock": []}) for draw in draws.cold_draws(facts)]
    for _ in range(_COLD_TIMES if seconds >= 1 else 1):
        fresh = servers.serving(servers.OURS, found.url, found.workers)
        with fresh as port, Client(port) as client:
            client.time(first_page)
            for measured in cold:
                measured.times["ours"].append(client.time(measured.draw.ours))
    for measured in cold:
        measured.times["stock"] = [found.asks(measured.draw)["stock"]() for _ in range(2)]
        _say(measured.draw.name, measured.times)
    results.cold = cold


def beside_writers(found: Contest, results: Results, seconds: float) -> None:
    """Measure the warm draws again while somebody commits."""
    for name, writer in WRITERS.items():
        for measured in results.warm:
            ask = found.asks(measured.draw)["ours"]
            quiet = f"beside {name}, quiet"
            measured.times[quiet] = repeatedly(ask, seconds / 2)
            with writing(found.url, writer):
                measured.times[name] = repeatedly(ask, max(_COMMITS / writer.a_second, 1) * seconds)
            _say(f"{measured.draw.name}, {name}", measured.times)


def writers_pay(url: str, results: Results, seconds: float) -> None:
    """Measure writes with change marks and without."""
    results.writes = marking.paid(url, _TURNS if seconds >= 0.5 else 1)
    for name, times in results.writes.items():
        _say(f"{name}, change marks", times)


def much_larger(url: str, facts: Facts, workers: int, seconds: float) -> Large:
    """Measure the warm draws and their first times, then what a worker's memory has grown to."""
    found = Large(facts.users)
    ours, floor = (servers.running(app, url, workers) for app in (servers.OURS, servers.FLOOR))
    with ours as server, floor as other, Client(server.port) as client, Client(other.port) as least:
        for draw in draws.warm_draws(facts):
            times = {"first": [client.time(draw.ours)]}
            times |= in_turns(
                {"ours": partial(client.time, draw.ours)}
                | ({"floor": partial(least.time, draw.floor)} if draw.floor else {}),
                seconds,
            )
            _say(f"{draw.name}, {facts.users:,} users", times)
            found.draws.append(Measured(draw, times))
        found.memory_mb = server.most_memory_mb()
    return found


def many_at_once(found: Contest, facts: Facts, results: Results, seconds: float) -> None:
    """Measure the throughput of the first page, in turns.

    The best of a few: workers share connections out as chance will have it, not always evenly.
    """
    first = draws.warm_draws(facts)[0]
    ports = {"ours": found.port, "floor": found.floor_port, "stock": found.port}
    requests = {"ours": first.ours, "floor": first.floor, "stock": first.stock}
    for _ in range(_TURNS if seconds >= 1 else 1):
        for name, request in requests.items():
            if request:
                rate = throughput(ports[name], request, CONNECTIONS, max(seconds, 0.5))
                results.throughput[name] = max(rate, results.throughput.get(name, 0))
    rates = ", ".join(f"{name} {rate:.0f}" for name, rate in results.throughput.items())
    print(f"  throughput: {rates} answers a second", flush=True)


def without_each(url: str, facts: Facts, results: Results, seconds: float) -> None:
    """Measure the warm draws with all means of speed, and with each switched off in turn."""
    with ExitStack() as stack:
        clients = {
            means: stack.enter_context(
                Client(stack.enter_context(servers.serving(servers.OURS, url, 1, without=means)))
            )
            for means in ("", *servers.MEANS)
        }
        for draw in draws.warm_draws(facts):
            asks: dict[str, Ask] = {
                means or "ours": partial(client.time, draw.ours)
                for means, client in clients.items()
            }
            measured = Measured(draw, in_turns(asks, seconds))
            _say(f"{draw.name}, each means off", measured.times)
            results.without.append(measured)


def deeper(found: Contest, facts: Facts, results: Results, seconds: float) -> None:
    """Measure pages by name, ever deeper."""
    for depth, draw in draws.depth_draws(facts).items():
        times = in_turns(found.asks(draw, forgetful=True), seconds / 4)
        _say(f"page at {depth:,} by name", times)
        results.depth[depth] = times


def by_size(found: Contest, facts: Facts, results: Results, seconds: float) -> None:
    """Measure some draws for the plot against the table's size."""
    shown = [draw for draw in draws.warm_draws(facts) if "first page by name" in draw.name]
    shown += [draw for draw in draws.warm_draws(facts) if "rare" in draw.name]
    results.sizes[facts.users] = {
        draw.name.split(",")[0]: in_turns(found.asks(draw), seconds / 2) for draw in shown
    }


def _say(what: str, times: Times) -> None:
    medians = ", ".join(f"{who} {p50(spent):.1f}" for who, spent in times.items() if spent)
    print(f"  {what}: {medians} ms", flush=True)
