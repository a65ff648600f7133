"""Fakes of what crosses the process: a producer that keeps what it is sent, a clock that stands."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.runtime.producer import gather_all
from tests.support.builders import NOON


@dataclass(frozen=True, slots=True)
class Sent:
    """A record as it was handed to the producer."""

    topic: str
    value: bytes | None
    key: bytes | None
    headers: list[tuple[str, bytes | None]]

    def header(self, name: str) -> str:
        """Return a header as text. Raises StopIteration where it is missing."""
        return next((value or b"").decode() for key, value in self.headers if key == name)


@dataclass(slots=True)
class FakeProducer:
    """Acknowledges every record, or fails with the errors it was given, one after the other.

    Its tests are the callers': what a real producer raises, and when, is tested with real Kafka.
    """

    failures: list[BaseException] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        *,
        headers: Sequence[tuple[str, bytes | None]] | None = None,
    ) -> Awaitable[object]:
        """Keep the record, or fail at its acknowledgement."""
        acknowledged: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if self.failures:
            acknowledged.set_exception(self.failures.pop(0))
        else:
            self.sent.append(Sent(topic, value, key, list(headers or ())))
            acknowledged.set_result(None)
        return acknowledged

    async def acknowledged(self, sent: Sequence[Awaitable[object]]) -> None:
        """Wait for all, then raise the first failure."""
        await gather_all(sent)


@dataclass(slots=True)
class FakeClock:
    """Tells the time that it was set to."""

    instant: datetime = NOON

    def now(self) -> datetime:
        """Return the set instant."""
        return self.instant
