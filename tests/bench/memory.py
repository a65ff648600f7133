"""Resident memory of each service after a load, on a fresh ledger and after a restart."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Final

import psutil

from tests.bench import topics
from tests.bench.figures import Figure
from tests.bench.ground import Ground, load
from tests.bench.headlines import Item, headlines
from tests.bench.publishing import publish

STEPS: Final = 2

_COUNT: Final = 30_000  # headlines, one in ten alerting
_QUIET: Final = 10.0  # seconds
_MB: Final = 1e6  # bytes


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield a figure for each service and start."""
    topics.empty(ground.bootstrap)
    with ExitStack() as stack:
        receiver = stack.enter_context(ground.receiver())
        services = stack.enter_context(ground.pipeline(receiver))
        telling: set[str] = set()
        for run, start in (("first", "a fresh ledger"), ("second", "a restart")):
            ground.progress.step(f"memory after {start}")
            items: list[Item] = list(islice(headlines(run), _COUNT))
            publish(ground.bootstrap, (item.payload for item in items))
            telling |= {item.id for item in items if item.tells}
            receiver.settle(telling, quiet=_QUIET)
            for name, service in services.items():
                yield Figure(
                    f"memory of the {name} after {start}, {_COUNT} headlines",
                    "MB",
                    (psutil.Process(service.child.pid).memory_info().rss / _MB,),
                    load=load(),
                    target="< 100",
                )
                service.child.stop()
                service.start()
