"""From published to received, at 100 items a second of which one in ten alerts.

Two topics and the ledger lie between for us, one hop for the references. An item's time begins
when it was due, and all clocks are this machine's.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from services.local.processes import StartError
from tests.bench import topics
from tests.bench.figures import Figure, quantile
from tests.bench.ground import Ground, load
from tests.bench.headlines import headlines
from tests.bench.publishing import Stream

STEPS: Final = 6

_ROUNDS: Final = 2
_RATE: Final = 100.0  # items a second
_WARM_UP: Final = 5.0  # seconds that do not count
_OURS: Final = "pipeline"
_LENGTH: Final = {_OURS: 40.0, "script": 15.0, "tutorial": 15.0}  # seconds
_STEP: Final = 0.001  # seconds by which the clock may be set in the meantime
_LAST: Final = 10.0  # seconds for the last webhook
_TARGETS: Final = {0.5: "≤ 12", 0.99: "≤ 30"}  # milliseconds


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the median and the 99th percentile."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for number in range(1, _ROUNDS + 1):
        for name in _LENGTH:
            ground.progress.step(f"published → received, round {number} of {_ROUNDS}: {name}")
            found[name].append(_run(ground, name))
    rounds = {
        (name, share): tuple(quantile(latencies, share) for latencies in runs)
        for name, runs in found.items()
        for share in _TARGETS
    }
    for share, target in _TARGETS.items():
        yield Figure(
            f"published → received at {_RATE:g}/s, p{share * 100:g}",
            "ms",
            rounds[_OURS, share],
            load=load(),
            target=target,
            reference={name: rounds[name, share] for name in _LENGTH if name != _OURS},
        )


def _run(ground: Ground, name: str) -> list[float]:
    """Return the milliseconds that each alert took."""
    topics.empty(ground.bootstrap)
    with ExitStack() as stack:
        receiver = stack.enter_context(ground.receiver())
        if name == _OURS:
            stack.enter_context(ground.pipeline(receiver))
        else:
            stack.enter_context(ground.reference(name, receiver.url))
        set_at = time.time() - time.monotonic()
        with Stream(ground.bootstrap, headlines("latency"), _RATE) as stream:
            time.sleep(_WARM_UP + _LENGTH[name])
        received = receiver.settle(set(stream.telling), quiet=_LAST)
        if abs(time.time() - time.monotonic() - set_at) > _STEP:
            raise StartError("the machine's clock was set during a measurement: measure again")
    at = {webhook.item_id: webhook.at for webhook in reversed(received)}
    if missing := [item for item in stream.telling if item not in at]:
        raise StartError(f"{name}: {len(missing)} of {len(stream.telling)} alerts did not arrive")
    counted = stream.telling[round(_WARM_UP * _RATE / 10) :]
    return [(at[item] - stream.sent[item]) * 1000 for item in counted]
