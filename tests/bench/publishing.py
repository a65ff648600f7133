"""Producers: as fast as Kafka takes it, or at a fixed rate, whatever becomes of the items."""

import threading
import time
from collections.abc import Iterable
from typing import Any, Self

from confluent_kafka import Producer

from schemas.topics import ITEMS
from tests.bench.headlines import Item


def publish(bootstrap: str, payloads: Iterable[bytes]) -> int:
    """Publish and return how many, once Kafka has acknowledged them all."""
    producer = _producer(bootstrap, linger=5)
    count = 0
    for payload in payloads:
        producer.produce(ITEMS, payload)
        count += 1
        if count % 10_000 == 0:
            producer.flush()
    producer.flush()
    return count


class Stream:
    """Publishes items at a rate from a thread, for as long as the context lasts.

    It is an open loop: `sent` has the time (Unix seconds) at which each item was due, by id, so a
    stall anywhere, here too, counts as latency.
    """

    def __init__(self, bootstrap: str, items: Iterable[Item], rate: float) -> None:
        self.sent: dict[str, float] = {}
        self.telling: list[str] = []  # the ids of those that tell of an event
        self._producer = _producer(bootstrap, linger=0)
        self._items = items
        self._rate = rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stream")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        start = time.time()
        for count, item in enumerate(self._items):
            due = start + count / self._rate
            if self._stop.wait(max(due - time.time(), 0)):
                break
            self.sent[item.id] = due
            if item.tells:
                self.telling.append(item.id)
            self._producer.produce(ITEMS, item.payload)
            self._producer.poll(0)
        self._producer.flush()


def _producer(bootstrap: str, *, linger: int) -> Any:
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "linger.ms": linger,
            "socket.nagle.disable": True,
            "log_level": 0,
        }
    )
