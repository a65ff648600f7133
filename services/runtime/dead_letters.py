"""Parking: a record that cannot be taken goes to a dead-letter topic, unchanged, with the reason.

Header names follow Kafka Connect's dead-letter reporter under a prefix of our own
(apache/kafka, errors/DeadLetterQueueReporter.java). A header that a record already has is
never overwritten: the first parking of a redriven record stays readable.
"""

import dataclasses
import traceback
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka.errors import MessageSizeTooLargeError

from schemas.topics import MAX_MESSAGE_BYTES
from services.runtime.kafka import Record
from services.runtime.producer import Producer

PREFIX: Final = "watchfloor.errors."
_LONGEST: Final = 4096  # bytes of a trace; its end tells most
_MESSAGE: Final = 1024  # bytes
_REASONS: Final = 64 * 1024  # bytes: room for these headers and for Kafka's own framing
_KAFKAS_OWN: Final = 1024 * 1024  # bytes: max.message.bytes of a topic that does not set it
_FRAMING: Final = 10  # bytes at most that Kafka spends on a header's two lengths
_PART: Final = 256 * 1024  # bytes that a key, or the headers, may take of a record that is cut


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
        """Copy the records to the topic and return once Kafka has acknowledged each.

        A topic made by hand may take less than ours: then their beginnings are kept.
        """
        try:
            await self._park(rejections, MAX_MESSAGE_BYTES[self.topic])
        except MessageSizeTooLargeError:
            await self._park(rejections, _KAFKAS_OWN)

    async def _park(self, rejections: Sequence[Rejection], limit: int) -> None:
        sent: list[Awaitable[object]] = []
        try:
            for rejection in rejections:
                sent.append(await self._send(rejection, limit))  # noqa: PERF401 (awaits)
        finally:
            await self.producer.acknowledged(sent)

    async def _send(self, rejection: Rejection, limit: int) -> Awaitable[object]:
        record = _fitting(rejection.record, limit)
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


def _fitting(record: Record, limit: int) -> Record:
    """Return the record as it was, or with what a dead-letter topic takes of it.

    A topic's limit counts compressed bytes, so a record may be far larger than any topic takes.
    Then its beginning is kept, with its full size; topic, partition and offset tell where the
    whole is.
    """
    key, value = record.key or b"", record.value or b""
    named = sum(
        _FRAMING + len(name.encode()) + len(content or b"") for name, content in record.headers
    )
    size = len(key) + len(value) + named
    room = limit - _REASONS
    if size <= room:
        return record
    headers = [*record.headers] if named <= _PART else []
    room -= min(len(key), _PART) + (named if headers else 0)
    return dataclasses.replace(
        record,
        key=record.key and record.key[:_PART],
        value=record.value and record.value[:room],
        headers=[*headers, (PREFIX + "cut.from.bytes", b"%d" % size)],
    )
