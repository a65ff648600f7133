"""Reading batches from Kafka so that none is skipped in silence.

Three ways by which a client may skip records, and what is done about each: it resets a position
that it does not have or that lies outside the log; it drops what it had read of other partitions
when one record cannot be parsed; and FastStream drops a batch of which one header is no UTF-8.
"""

import asyncio
import dataclasses
import itertools
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from faststream.kafka.subscriber.usecase import BatchSubscriber

from services.runtime.kafka import Record
from services.runtime.lenient import read_leniently

log = structlog.get_logger(__name__)

_PAUSE: Final = 5.0  # seconds, after an answer that cannot be read
_UNPARSED: Final = (CorruptRecordException, UnicodeDecodeError)


class LostRecordsError(Exception):
    """Kafka deleted records before this group read them."""

    def __init__(self, positions: object) -> None:
        super().__init__(
            f"the group's position lies outside the log, {positions}: records were deleted unread "
            "(by retention, or by a topic made anew); set the group's offsets to go on without them"
        )


class Reader:
    """What a member reads by, and how far it has read."""

    def __init__(self, max_records: int, fail: Callable[[Exception], None]) -> None:
        self._max_records = max_records
        self._fail = fail
        self._next: dict[TopicPartition, int] = {}  # offset of what follows the last batch
        self._owed = False  # whether a rewind is to be done before the next batch
        self.works = True  # whether Kafka's last answer could be read

    async def read(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        """Return what has come within a second, at once if anything has.

        getmany() already waits until there are records; FastStream then sleeps as long again,
        deaf to them, which costs up to that much latency at low rates.
        """
        try:
            if self._owed:
                await self._rewind(consumer)
            batches = await consumer.getmany(timeout_ms=1000, max_records=self._max_records)
        except NoOffsetForPartitionError as error:
            await consumer.seek_to_beginning(*error.args)
            return ()
        except OffsetOutOfRangeError as error:
            self._fail(LostRecordsError(*error.args))
            await asyncio.Event().wait()  # the service stops; it must not read on
        except ConsumerStoppedError:
            raise  # FastStream's loop ends by it
        except Exception as error:  # noqa: BLE001 (see below)
            # Whatever a parser or a decoder raises: another batch may have been drained already.
            self._owed = True
            if isinstance(error, _UNPARSED) and read_leniently():
                log.warning("a record cannot be parsed: reading leniently from here on")
                return ()
            self.works = False
            log.warning("Kafka's answer cannot be read: asked again", error=repr(error))
            await asyncio.sleep(_PAUSE)
            return ()
        for partition, records in batches.items():
            self._next[partition] = records[-1].offset + 1
        self.works = True
        return tuple(itertools.chain.from_iterable(batches.values()))

    async def _rewind(self, consumer: AIOKafkaConsumer) -> None:
        """Go back to what was last returned: the client may have moved on past what it dropped.

        It is owed until it is done: asking for a committed offset may fail half-way.
        """
        for partition in consumer.assignment():
            offset = self._next.get(partition)
            if offset is None:
                offset = await consumer.committed(partition)
            if offset is None:
                await consumer.seek_to_beginning(partition)
            else:
                consumer.seek(partition, offset)
        self._owed = False

    def seek(self, consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        """Read on from an offset. Raises IllegalStateError where the partition is not ours."""
        consumer.seek(partition, offset)
        self._next[partition] = offset

    def forget(self) -> None:
        """Forget positions: partitions have changed hands, and begin at what was committed."""
        self._next.clear()
        self._owed = False

    def subscriber(self) -> type[BatchSubscriber]:
        """Return FastStream's batch subscriber, reading by this."""
        read = self.read

        class Reading(BatchSubscriber):
            __slots__ = ()

            async def get_msg(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
                return await read(consumer)

        return Reading


async def tolerant(records: tuple[Record, ...], parse: Callable[..., Awaitable[Any]]) -> Any:
    """Parse a batch though a header is null or no UTF-8.

    FastStream decodes every header as UTF-8 and, where one fails, drops the whole batch under
    every policy. The message keeps the records as they came.
    """
    message = await parse(tuple(map(_readable, records)))
    message.raw_message = records
    return message


def _readable(record: Record) -> Record:
    if not record.headers:
        return record
    headers = [
        (name, (value or b"").decode(errors="replace").encode()) for name, value in record.headers
    ]
    return dataclasses.replace(record, headers=headers)


async def undecoded(message: Any) -> Any:
    """Return a batch's values as they came."""
    return message.body
