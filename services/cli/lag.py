"""`watchfloor lag`: how far each consumer group is behind, by partition.

Read by consumers' requests and not by the administration's, because the embedded broker answers
these alone.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import typer

from schemas.topics import CLASSIFIED, ITEMS
from services.cli import tables
from services.cli.cluster import Cluster, partitions
from services.cli.configuration import load
from services.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Position:
    """Where a group stands in one partition: offsets of the next record."""

    group: str
    topic: str
    partition: int
    committed: int | None  # None: the group has committed nothing, and begins at the log's start
    start: int
    end: int

    @property
    def lag(self) -> int:
        """How many records the group has before it."""
        return self.end - max(self.committed or 0, self.start)


def run(config: Path | None, *, as_json: bool) -> None:
    """Print the lag of both groups and its sum, in records."""
    with positions(Cluster.configured(config), load(config)) as read:
        found = read()
    total = sum(position.lag for position in found)
    if as_json:
        rows = [{**asdict(position), "lag": position.lag} for position in found]
        typer.echo(orjson.dumps({"lag": total, "partitions": rows}))
        return
    header = ("group", "topic", "partition", "committed", "end", "lag")
    tables.show(
        header,
        [
            *((p.group, p.topic, p.partition, _shown(p.committed), p.end, p.lag) for p in found),
            ("sum", "", "", "", "", total),
        ],
    )


def _shown(offset: int | None) -> int | str:
    return "none yet" if offset is None else offset


@contextlib.contextmanager
def positions(cluster: Cluster, settings: Settings) -> Iterator[Callable[[], list[Position]]]:
    """Lend a function that returns the present positions of both groups."""
    with (
        cluster.consumer(group_id=settings.classifier.group) as items,
        cluster.consumer(group_id=settings.notifier.group) as reports,
    ):
        readers = [
            partial(_read, items, settings.classifier.group, [ITEMS]),
            partial(_read, reports, settings.notifier.group, CLASSIFIED),
        ]
        yield lambda: [position for read in readers for position in read()]


def _read(consumer: Any, group: str, topics: Sequence[str]) -> list[Position]:
    found = [partition for topic in topics for partition in partitions(consumer, topic)]
    starts, ends = consumer.beginning_offsets(found), consumer.end_offsets(found)
    return [
        Position(group, p.topic, p.partition, consumer.committed(p), starts[p], ends[p])
        for p in found
    ]
