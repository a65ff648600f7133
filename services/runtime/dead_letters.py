"""Parking: a record that cannot be taken goes to a dead-letter topic, unchanged, with the reason.

Header names follow Kafka Connect's dead-letter reporter under a prefix of our own
(apache/kafka, errors/DeadLetterQueueReporter.java). A header that a record already has is
never overwritten: the first parking of a redriven record stays readable.
"""

import traceback
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.runtime.kafka import Producer, Record, gather_acknowledgements

PREFIX: Final = "watchfloor.errors."
_LONGEST: Final = 4096  # bytes of a trace; its end tells most
_MESSAGE: Final = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was refused: at which stage, and why."""

    record: Record
    stage: str
    error: Exception
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """A dead-letter topic, written on behalf of one consumer group."""

    producer: Producer
    topic: str
    group: str
    service_version: str

    async def park(self, rejections: Sequence[Rejection]) -> None:
        """Copy the records to the topic and return once Kafka has acknowledged each."""
        await gather_acknowledgements([await self._send(rejection) for rejection in rejections])

    async def _send(self, rejection: Rejection) -> Awaitable[object]:
        record = rejection.record
        headers = [*record.headers, *self._missing(rejection)]
        # The client sends nothing that has neither key nor value; the reason says it was null.
        value = b"" if record.value is None and record.key is None else record.value
        return await self.producer.send(self.topic, value, key=record.key, headers=headers)

    def _missing(self, rejection: Rejection) -> Iterable[tuple[str, bytes]]:
        present = {name for name, _ in rejection.record.headers}
        for name, value in self._reasons(rejection):
            if PREFIX + name not in present:
                yield PREFIX + name, value

    def _reasons(self, rejection: Rejection) -> Iterable[tuple[str, bytes]]:
        record, error = rejection.record, rejection.error
        yield "topic", record.topic.encode()
        yield "partition", b"%d" % record.partition
        yield "offset", b"%d" % record.offset
        yield "timestamp", b"%d" % record.timestamp
        yield "consumer.group", self.group.encode()
        yield "stage", rejection.stage.encode()
        yield (
            "exception.class.name",
            f"{type(error).__module__}.{type(error).__qualname__}".encode(),
        )
        yield "exception.message", str(error).encode(errors="replace")[:_MESSAGE]
        trace = "".join(traceback.format_exception(error)).encode(errors="replace")
        yield "exception.stacktrace", trace[-_LONGEST:]
        yield "attempts", b"%d" % rejection.attempts
        yield "service.version", self.service_version.encode()
