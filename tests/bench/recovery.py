"""kill -9 in mid-stream, a restart a second later: how long until webhooks come again.

500 items a second, each alerting. `next webhook` is the first after the restart; `of a new item`
the first whose item was published after the kill, so that whoever was killed reads again. With
an instance id (`group_instance_id`, as we recommend) Kafka knows the successor at once.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from tests.bench import topics
from tests.bench.figures import Figure
from tests.bench.ground import Ground, load
from tests.bench.headlines import headlines
from tests.bench.publishing import Stream

_RATE: Final = 500.0  # items a second
_BEFORE: Final = 1_500  # webhooks before the kill
_AWAY: Final = 1.0  # seconds between the kill and the restart
_BACK: Final = 60.0  # seconds until it must be back
_QUIET: Final = 35.0  # seconds without a webhook: a lease is over, nothing more will come
_ROUNDS: Final = {True: 2, False: 1}  # with `group_instance_id` set, and without

STEPS: Final = 2 * sum(_ROUNDS.values())


@dataclass(frozen=True, slots=True)
class Return:
    """How a service came back."""

    seconds: float  # from the restart to the next webhook
    seconds_new: float  # from the restart to the next webhook of a new item
    lost: int
    twice: int


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield four figures for each service, named and not."""
    for named, rounds in _ROUNDS.items():
        for killed in ("classifier", "notifier"):
            returns = []
            for number in range(1, rounds + 1):
                how = "with instance id" if named else "without"
                ground.progress.step(f"kill -9 of the {killed} ({how}), {number} of {rounds}")
                returns.append(_kill(ground, killed, named=named))
            what = f"kill -9 of the {killed} ({how})"
            figures = list(_figures(what, returns, target="< 5" if named else ""))
            # While the classifier is away, the notifier still sends what was before it.
            yield from figures[1:] if killed == "classifier" else figures


def _figures(what: str, returns: list[Return], *, target: str) -> Iterator[Figure]:
    for name, unit, rounds, wanted in (
        ("next webhook", "s", [r.seconds for r in returns], target),
        ("next webhook of a new item", "s", [r.seconds_new for r in returns], target),
        ("lost", "items", [float(r.lost) for r in returns], "≤ 0"),
        ("sent twice", "webhooks", [float(r.twice) for r in returns], ""),
    ):
        yield Figure(f"{what}: {name}", unit, tuple(rounds), load=load(), target=wanted)


def _kill(ground: Ground, killed: str, *, named: bool) -> Return:
    topics.empty(ground.bootstrap)
    with ExitStack() as stack:
        receiver = stack.enter_context(ground.receiver())
        services = stack.enter_context(ground.pipeline(receiver, named=named))
        with Stream(ground.bootstrap, headlines("kill", one_in=1), _RATE) as stream:
            receiver.wait_for(_BEFORE, seconds=_BACK)
            services[killed].child.kill()
            killed_at = time.time()
            time.sleep(_AWAY)
            restarted_at = time.time()
            services[killed].start()
            new: list[float] = []
            while not new and time.time() < restarted_at + _BACK:
                time.sleep(0.2)
                new = [
                    webhook.at
                    for webhook in receiver.received()
                    if webhook.at > restarted_at and stream.sent[webhook.item_id] > killed_at
                ]
        received = receiver.settle(set(stream.telling), quiet=_QUIET)
    arrived = {webhook.item_id for webhook in received}
    return Return(
        seconds=min(w.at for w in received if w.at > restarted_at) - restarted_at,
        seconds_new=min(new) - restarted_at,
        lost=len(set(stream.telling) - arrived),
        twice=len(received) - len({webhook.webhook_id for webhook in received}),
    )
