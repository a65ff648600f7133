"""`watchfloor classify`: how soon it has done nothing, and how fast it reads a feed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench import feed
from tests.bench.figures import Figure
from tests.bench.ground import load
from tests.bench.progress import Progress

_ROUNDS: Final = 5
STEPS: Final = _ROUNDS + 1

_COMMAND: Final = (str(Path(sys.executable).with_name("watchfloor")), "classify")


def measure(progress: Progress) -> Iterator[Figure]:
    """Yield the seconds that an empty input takes, beside Python itself, and the feed's."""
    ours, python = [], []
    for number in range(1, _ROUNDS + 1):
        progress.step(f"watchfloor classify, start {number} of {_ROUNDS}")
        ours.append(_seconds(_COMMAND))
        python.append(_seconds((sys.executable, "-c", "pass")))
    yield Figure(
        "watchfloor classify, an empty input",
        "s",
        tuple(ours),
        load=load(),
        target="< 0.5",
        reference={"python -c pass": tuple(python)},
    )
    progress.step("watchfloor classify over the feed")
    if payloads := feed.headlines():
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            file.write(b"\n".join(payloads))
            file.flush()
            seconds = _seconds((*_COMMAND, file.name))
        yield Figure(
            f"watchfloor classify, {len(payloads)} real headlines", "s", (seconds,), load=load()
        )
    else:
        progress.say(feed.MISSING)


def _seconds(command: tuple[str, ...]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
