"""`watchfloor tail`: a topic's records as lines of JSON."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import typer

from services.cli.cluster import Cluster, partitions


def run(topic: str, config: Path | None, *, from_beginning: bool, count: int | None) -> None:
    """Print `count` records as they come, or, where it is None, all until interrupted."""
    with Cluster.configured(config).consumer() as consumer:
        for record in islice(_records(consumer, topic, from_beginning), count):
            typer.echo(line(record))


def line(record: Any) -> bytes:
    """Return a record as a line of JSON; of two headers with one name the first counts."""
    headers = {
        name: None if value is None else value.decode(errors="replace")
        for name, value in reversed(record.headers)
    }
    return orjson.dumps(
        {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": _moment(record.timestamp),
            "key": None if record.key is None else record.key.decode(errors="replace"),
            "headers": headers,
            **_value(record.value),
        }
    )


def _moment(milliseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError):  # a producer may write any number
        return None


def _value(value: bytes | None) -> dict[str, Any]:
    if value is None:
        return {"value": None}
    try:
        orjson.loads(value)
    except ValueError:
        return {"value_base64": base64.b64encode(value).decode()}
    # As it came, on one line: what can be read 1,024 levels deep cannot be written so again, and
    # large numbers would be rounded. In JSON a line's end stands only between tokens.
    return {"value": orjson.Fragment(value.replace(b"\n", b" ").replace(b"\r", b" "))}


def _records(consumer: Any, topic: str, from_beginning: bool) -> Iterator[Any]:
    found = partitions(consumer, topic)
    consumer.assign(found)
    if from_beginning:
        consumer.seek_to_beginning(*found)
    else:
        consumer.seek_to_end(*found)
    while True:
        for records in consumer.poll(timeout_ms=500).values():
            yield from records
