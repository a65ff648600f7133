"""Webhooks a second of one notifier with a backlog, its ledger included.

The backlog comes about as it does in life: the receiver stands still (SIGSTOP) while reports
arrive, and wakes when all are in the ledger. The references sign and post a body that the
notifier posted, and keep no ledger.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from schemas.topics import CLASSIFIED
from tests.bench import topics
from tests.bench.figures import Figure
from tests.bench.ground import Ground, cpu_seconds, load
from tests.bench.headlines import headlines
from tests.bench.publishing import publish
from tests.bench.receiving import Receiver
from tests.bench.topics import Reader, total

_ROUNDS: Final = 3
_BACKLOG: Final = 5_000  # deliveries
_FIRST: Final = 100  # deliveries that were under way before, and do not count
_INTAKE: Final = 13.0  # seconds for all of it: a post is given up after 15
_SENDING: Final = 60.0  # seconds
_CLIENTS: Final = ("httpx", "requests")

STEPS: Final = 1 + _ROUNDS * (1 + len(_CLIENTS))


@dataclass(frozen=True, slots=True)
class Speed:
    """What one run reached."""

    rate: float  # webhooks a second
    cpu: float  # microseconds a webhook


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the rate and the notifier's CPU."""
    ground.progress.step(f"{_BACKLOG} reports for the notifier")
    _publish_reports(ground)
    ours: list[Speed] = []
    theirs: dict[str, list[float]] = defaultdict(list)
    for number in range(1, _ROUNDS + 1):
        ground.progress.step(f"webhooks, round {number} of {_ROUNDS}: notifier")
        ours.append(_notify(ground))
        for client in _CLIENTS:
            ground.progress.step(f"webhooks, round {number} of {_ROUNDS}: {client}")
            theirs[client].append(_post(ground, client))
    yield Figure(
        f"webhooks of one notifier, backlog of {_BACKLOG}",
        "1/s",
        tuple(speed.rate for speed in ours),
        load=load(),
        target="≥ 1400",
        reference={name: tuple(rates) for name, rates in theirs.items()},
    )
    yield Figure("webhooks, the notifier's CPU", "µs each", tuple(s.cpu for s in ours), load=load())


def _publish_reports(ground: Ground) -> None:
    topics.empty(ground.bootstrap)
    reader = Reader(ground.bootstrap, CLASSIFIED)
    before = total(reader.ends())
    items = islice(headlines("backlog", one_in=1), _BACKLOG)
    publish(ground.bootstrap, (item.payload for item in items))
    with ground.classifier() as classifier:
        classifier.child.wait_until(
            lambda: total(reader.ends()) - before == _BACKLOG, timeout=60, what="classifying"
        )
    reader.close()


def _notify(ground: Ground) -> Speed:
    with ground.receiver() as receiver, ground.database() as url, ExitStack() as stack:
        with receiver.standing_still():
            notifier = stack.enter_context(ground.notifier(receiver, url))
            notifier.child.wait_until(
                lambda: topics.lag(ground.bootstrap, notifier.group, CLASSIFIED) == 0,
                timeout=_INTAKE,
                what="taking in reports",
            )
            before = cpu_seconds(notifier.child)
        receiver.wait_for(_BACKLOG, seconds=_SENDING)
        cpu = cpu_seconds(notifier.child) - before
        _body(ground).write_bytes(receiver.body())
        return Speed(_rate(receiver), cpu * 1e6 / _BACKLOG)


def _post(ground: Ground, client: str) -> float:
    with ground.receiver() as receiver:
        words = [client, receiver.url, str(_body(ground)), str(_BACKLOG)]
        with ground.program(client, ["-m", "tests.bench.references.posting", *words]):
            receiver.wait_for(_BACKLOG, seconds=_SENDING)
        return _rate(receiver)


def _body(ground: Ground) -> Path:
    return ground.directory / "body.json"


def _rate(receiver: Receiver) -> float:
    times = [webhook.at for webhook in receiver.received()][_FIRST:]
    return (len(times) - 1) / (times[-1] - times[0])
