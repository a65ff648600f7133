"""`watchfloor publish`: lines of items to Kafka, streaming.

A line goes as it is, also where it is no JSON object: saying so, with its bytes, is the
classifier's part.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from kafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from schemas.news import NEWS_ITEM_TYPE
from services.cli.cluster import Cluster, partitions
from services.cli.configuration import load
from services.cli.errors import ExpectedError
from services.cli.hold_back import holding_back
from services.cli.line_reader import Lines
from services.runtime.cloudevents import attributes

SOURCE: Final = "watchfloor publish"

_IN_FLIGHT: Final = 16 * 1024 * 1024  # bytes that wait for Kafka's word: memory is bounded
_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


def run(name: str, topic: str, config: Path | None) -> None:
    """Publish a file, or `-`, and say how much of it, how fast."""
    with Lines.opened(name) as lines:  # before Kafka is asked for: a wrong name needs none
        _publish(lines, topic, config)


def _publish(lines: Lines, topic: str, config: Path | None) -> None:
    cluster, began = Cluster.configured(config), time.monotonic()
    with cluster.consumer() as consumer:
        partitions(consumer, topic)  # the producer would wait for a topic that is misspelt
    with (
        holding_back(cluster, load(config)) as before_each,
        cluster.producer() as producer,
        _progress() as progress,
    ):
        publication = Publication(producer, topic, before_each)
        task = progress.add_task("publishing", total=lines.size, count="0")
        for some in lines:
            publication.send(some)
            done = lines.position() if lines.size else None
            progress.update(task, completed=done, count=f"{publication.sent:,}")
        publication.finish()
    seconds = time.monotonic() - began
    sent = publication.sent - len(publication.refused)
    typer.echo(f"published {sent:,} to {topic} in {seconds:.1f} s, {sent / seconds:,.0f} a second")
    if publication.no_items:
        typer.echo(f"{publication.no_items:,} of them without an id, for the classifier to park")
    if publication.refused:
        raise ExpectedError(
            f"too large for Kafka and not published: {len(publication.refused):,}, "
            f"the first of them line {publication.refused[0]}"
        )


class Publication:
    """One sending of lines to a topic."""

    def __init__(
        self, producer: Any, topic: str, before_each: Callable[[int], None] = lambda _: None
    ) -> None:
        """`before_each` is called with the size, in bytes, of each line before it is sent."""
        self._producer = producer
        self._topic = topic
        self._before_each = before_each
        self._unacknowledged: deque[tuple[int, int, Any]] = deque()  # line, bytes, future
        self._in_flight = 0  # bytes
        self.sent = 0  # lines, the refused among them
        self.no_items = 0
        self.refused: list[int] = []  # lines, counted from 1

    def send(self, lines: Iterable[bytes]) -> None:
        """Send lines, waiting while too much is in flight."""
        for line in lines:
            self.sent += 1
            self._before_each(len(line))
            self._send(line)
            while self._in_flight > _IN_FLIGHT:
                self._settle()

    def finish(self) -> None:
        """Return once Kafka has acknowledged, or refused, every line."""
        while self._unacknowledged:
            self._settle()

    def _send(self, line: bytes) -> None:
        key, headers = _envelope(line)
        self.no_items += key is None
        try:
            future = self._producer.send(self._topic, line, key=key, headers=headers)
        except _TOO_LARGE:
            self.refused.append(self.sent)
            return
        self._unacknowledged.append((self.sent, len(line), future))
        self._in_flight += len(line)

    def _settle(self) -> None:
        number, size, future = self._unacknowledged.popleft()
        self._in_flight -= size
        try:
            future.get()
        except _TOO_LARGE:
            self.refused.append(number)


def _envelope(line: bytes) -> tuple[bytes | None, list[tuple[str, bytes]]]:
    """Return a line's key and headers: none where it is no JSON object with an id."""
    try:
        item = orjson.loads(line)
    except ValueError:
        item = None
    if not isinstance(item, dict) or not isinstance(name := item.get("id"), str):
        return None, []
    source, purpose = item.get("source"), item.get("purpose")
    return name.encode(), attributes(
        NEWS_ITEM_TYPE,
        name,
        source=source if isinstance(source, str) and source else SOURCE,
        time=datetime.now(UTC),
        subject=name,
        purpose=purpose if isinstance(purpose, str) else None,
    )


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]} items"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
