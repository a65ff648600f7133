"""The receiver's process, asked over HTTP."""

import signal
import time
import urllib.request
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from services.local.processes import Child, StartError


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook that came."""

    at: float  # Unix seconds
    webhook_id: str | None
    item_id: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver of webhooks."""

    url: str
    child: Child

    def count(self) -> int:
        """Return how many webhooks came."""
        return int(fetch(f"{self.url}/count"))

    def received(self) -> list[Received]:
        """Return them in their order."""
        return [Received(*row) for row in orjson.loads(fetch(f"{self.url}/received"))]

    def body(self) -> bytes:
        """Return the last one's body."""
        return bytes(fetch(f"{self.url}/body"))

    def wait_for(self, count: int, *, seconds: float) -> None:
        """Return once so many came. Raises StartError when the time is over."""
        deadline = time.monotonic() + seconds
        while self.count() < count:
            if time.monotonic() > deadline:
                raise StartError(f"{self.count()} of {count} webhooks came in {seconds:g} s")
            time.sleep(0.05)

    def settle(self, items: Set[str], *, quiet: float) -> list[Received]:
        """Return what came, once it tells of all the items or nothing came for `quiet` seconds."""
        seen, since = -1, time.monotonic()
        while True:
            received = self.received()
            if items <= {webhook.item_id for webhook in received}:
                return received
            if len(received) > seen:
                seen, since = len(received), time.monotonic()
            elif time.monotonic() - since > quiet:
                return received
            time.sleep(0.2)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Answer nobody: connections are taken, and wait."""
        self.child.send(signal.SIGSTOP)
        try:
            yield
        finally:
            self.child.send(signal.SIGCONT)


def fetch(url: str) -> Any:
    """Return what a GET answers. Raises OSError, for a status from 400 too."""
    with urllib.request.urlopen(url, timeout=30) as reply:
        return reply.read()


def answers(url: str) -> bool:
    """Say whether a GET is answered with success."""
    try:
        fetch(url)
    except OSError:
        return False
    return True
