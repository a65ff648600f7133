"""`python -m tests.bench [PART ...]`: the figures, each beside its reference in the same run.

A table on standard output, and `var/bench.json`. Without parts, all of them: about nine minutes.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rich.console import Console

from tests.bench import (
    accuracy,
    classify,
    latency,
    memory,
    outcome,
    recovery,
    start,
    throughput,
    webhooks,
)
from tests.bench.figures import Figure
from tests.bench.ground import prepared
from tests.bench.progress import Progress

_ON_SERVERS: Final = {
    "throughput": throughput,
    "latency": latency,
    "webhooks": webhooks,
    "recovery": recovery,
    "memory": memory,
}
_ALONE: Final = {"classify": classify, "accuracy": accuracy, "start": start}
_PARTS: Final = {**_ON_SERVERS, **_ALONE}
_VAR: Final = Path("var")
_WIDTH: Final = 160  # columns of the table in a file


def main() -> None:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(_PARTS))
    asked = parser.parse_args().parts or list(_PARTS)
    if unknown := [name for name in asked if name not in _PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(_PARTS)}")
    figures: list[Figure] = []
    with Progress(Console(stderr=True)) as progress:
        progress.expect(sum(_PARTS[name].STEPS for name in asked))
        try:
            figures.extend(_measured(asked, progress))
        finally:
            outcome.write(_VAR / "bench.json", figures)
    width = None if sys.stdout.isatty() else _WIDTH
    Console(width=width).print(outcome.table(figures))


def _measured(asked: list[str], progress: Progress) -> Iterator[Figure]:
    on_servers = [_ON_SERVERS[name] for name in asked if name in _ON_SERVERS]
    with ExitStack() as stack:
        if on_servers:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="watchfloor-bench-"))
            ground = stack.enter_context(
                prepared(Path(directory), _VAR / "kafka" / "jars", progress)
            )
            for part in on_servers:
                yield from part.measure(ground)
    for name in asked:
        if name in _ALONE:
            yield from _ALONE[name].measure(progress)


if __name__ == "__main__":
    main()
