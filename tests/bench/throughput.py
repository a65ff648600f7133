"""Items a second through Kafka, on one core: the classifier beside three ways to do less.

The broker stamps what comes out, and the rate is that between two outputs far apart, by the
numbers of their items: neither a start nor our watching counts. The service has one core; Kafka
and this program have the other.
"""

import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from schemas.topics import CLASSIFIED
from services.local.processes import Child, StartError
from tests.bench import feed, topics
from tests.bench.figures import Figure
from tests.bench.ground import OTHER_CORE, SERVICE_CORE, Ground, cpu_seconds, load, pin
from tests.bench.headlines import headlines
from tests.bench.publishing import publish
from tests.bench.topics import COPIES, Reader, total

STEPS: Final = 17

_ROUNDS: Final = 3
_FEED_ROUNDS: Final = 2
_COUNT: Final = 100_000  # items: three seconds at 30,000 a second
_WARM_UP: Final = 2_000  # items, whose time does not count
_ENOUGH: Final = 5.0  # seconds of output
_SILENCE: Final = 1.0  # seconds without output: it has read to the end
_START: Final = 30.0  # seconds until the first output
_POLL: Final = 0.05  # seconds
_NUMBER: Final = re.compile(rb"bench-[a-z]+-(\d+)")


@dataclass(frozen=True, slots=True)
class Speed:
    """What one run reached."""

    rate: float  # items a second
    cpu: float  # microseconds an item


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of our own headlines, then of the feed's."""
    own = [item.payload for item in islice(headlines("own"), _COUNT)]
    with _two_cores(ground):
        ground.progress.step("warming Kafka up")
        publish(ground.bootstrap, own)
        _run(ground, "loop", _COUNT)
        yield from _compare(ground, own, "headlines", _REFERENCES, rounds=_ROUNDS)
        if real := feed.headlines():
            yield from _compare(ground, real, "real headlines", ("script",), rounds=_FEED_ROUNDS)
        else:
            ground.progress.say(feed.MISSING)


_REFERENCES: Final = ("loop", "script", "tutorial")
_OURS: Final = "classifier"


def _compare(
    ground: Ground, payloads: Sequence[bytes], what: str, references: Sequence[str], *, rounds: int
) -> Iterator[Figure]:
    topics.empty(ground.bootstrap)
    publish(ground.bootstrap, payloads)
    speeds: dict[str, list[Speed]] = defaultdict(list)
    for number in range(1, rounds + 1):
        for name in (_OURS, *references):
            ground.progress.step(f"{what} through Kafka, round {number} of {rounds}: {name}")
            speeds[name].append(_run(ground, name, len(payloads)))
    ours = speeds.pop(_OURS)
    yield Figure(
        f"{what} through Kafka, one core",
        "1/s",
        tuple(speed.rate for speed in ours),
        load=load(),
        target="≥ 10000",
        reference={name: tuple(s.rate for s in found) for name, found in speeds.items()},
    )
    yield Figure(
        f"{what} through Kafka, CPU",
        "µs each",
        tuple(speed.cpu for speed in ours),
        load=load(),
        reference={name: tuple(s.cpu for s in found) for name, found in speeds.items()},
    )


def _run(ground: Ground, name: str, count: int) -> Speed:
    if name == _OURS:
        return _watch(ground, lambda: ground.classifier(core=SERVICE_CORE).child, CLASSIFIED, count)
    return _watch(
        ground, lambda: ground.reference(name, COPIES, core=SERVICE_CORE), [COPIES], count
    )


def _watch(ground: Ground, begin: Callable[[], Child], outputs: Sequence[str], count: int) -> Speed:
    reader = Reader(ground.bootstrap, outputs)
    before = reader.ends()
    with begin() as child:
        seen = _until_enough(child, lambda: total(reader.ends()) - total(before))
    records = sorted(
        (int(number[1]), record.timestamp()[1])
        for record in reader.read(before, reader.ends())
        if (number := _NUMBER.search(record.value()))
    )
    reader.close()
    first = next(record for record in records if record[0] >= _WARM_UP)
    last = records[-1]
    if last[0] - first[0] < count / 20:
        raise StartError(f"it read {last[0]} of {count} items; {child.log} may say why")
    share = len(records) / last[0]  # outputs an item
    (out, cpu), (last_out, last_cpu) = seen
    return Speed(
        rate=(last[0] - first[0]) * 1000 / (last[1] - first[1]),
        cpu=(last_cpu - cpu) * 1e6 / ((last_out - out) / share),
    )


def _until_enough(
    child: Child, outputs: Callable[[], int]
) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return outputs and CPU seconds so far, at the first output seen and at the last."""
    first = last = (0, 0.0)
    started = changed = time.monotonic()
    while True:
        out, now = outputs(), time.monotonic()
        if out > last[0]:
            last, changed = (out, cpu_seconds(child)), now
            if not first[0]:
                first, started = last, now
        elif now - changed > (_SILENCE if first[0] else _START):
            break
        if first[0] and now - started > _ENOUGH:
            break
        time.sleep(_POLL)
    return first, last


@contextmanager
def _two_cores(ground: Ground) -> Iterator[None]:
    """Keep Kafka and this program to the core that the service has not."""
    cores = os.sched_getaffinity(0)
    for pid in (os.getpid(), ground.kafka.pid):
        pin(pid, {OTHER_CORE})
    try:
        yield
    finally:
        for pid in (os.getpid(), ground.kafka.pid):
            pin(pid, cores)
