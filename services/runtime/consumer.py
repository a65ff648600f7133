"""A member of a consumer group: batches read, taken by the failure policy, committed.

FastStream's acknowledgement policies commit the position of all partitions, or nothing, and
take a batch as a whole. So it runs with AckPolicy.MANUAL, our handler raises nothing, and
offsets are committed one by one after their records, by a task of its own: awaiting the commit
before the next batch costs each alert one to two milliseconds.
"""

import asyncio
import contextlib
import dataclasses
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    CorruptRecordException,
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from services.runtime.kafka import Record
from services.runtime.lenient import read_leniently
from services.runtime.offsets import Offsets
from services.runtime.policy import FailurePolicy
from services.runtime.settings import KafkaSettings

log = structlog.get_logger(__name__)

_COMMIT_INTERVAL: Final = 0.1  # seconds: what a kill repeats, and the ledger refuses
_LONGEST_WAIT: Final = 10.0  # seconds between two tries in an outage
_LAST_BATCH: Final = 15.0  # seconds for the batch in work when the service stops
_LAST_COMMIT: Final = 5.0  # seconds
_UNPARSED: Final = (CorruptRecordException, UnicodeDecodeError)


class LostRecordsError(Exception):
    """Kafka deleted records before this group read them."""

    def __init__(self, positions: object) -> None:
        super().__init__(
            f"the group's position lies outside the log, {positions}: records were deleted unread "
            "(by retention, or by a topic made anew); set the group's offsets to go on without them"
        )


class BatchConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Reads topics as a member of the policy's group."""

    def __init__(
        self,
        broker: KafkaBroker,
        topics: Sequence[str],
        policy: FailurePolicy,
        *,
        settings: KafkaSettings,
    ) -> None:
        self._broker = broker
        self._policy = policy
        self._max_records = settings.max_records
        self._offsets = Offsets()
        self._to_commit = asyncio.Event()
        self._wait = 0.0
        self._working = asyncio.Lock()
        self._stop_asked = asyncio.Event()
        self.reads = True  # whether Kafka's last answer could be read
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._subscriber = broker.subscriber(
            *topics,
            group_id=policy.group,
            group_instance_id=settings.group_instance_id,
            batch=True,
            auto_offset_reset="none",  # decided below: a reset must not skip records in silence
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,  # else anybody's `reply_to` header makes FastStream publish for them
            session_timeout_ms=int(settings.session_timeout * 1000),
            heartbeat_interval_ms=int(settings.session_timeout * 1000 / 3),
            parser=_tolerant,
            decoder=_undecoded,
            listener=self,
        )
        # The registrator makes a BatchSubscriber and takes no class of ours; both have one layout.
        self._subscriber.__class__ = _reading_by(self)
        self._subscriber(self._take)

    @property
    def alive(self) -> bool:
        """Whether the loop that reads from Kafka has not died; it may not have begun."""
        tasks = self._subscriber.tasks
        return not tasks or any(not task.done() for task in tasks)

    @property
    def in_outage(self) -> bool:
        """Whether the last batch met an outage and waits to be taken again."""
        return self._wait > 0

    async def start(self) -> None:
        """Join the group and begin to read. Raises what Kafka's client raises."""
        try:
            await self._broker.start()
        except BaseException:
            await self._broker.stop()
            raise

    async def stop(self) -> None:
        """Finish the batch in work, commit, and leave the group."""
        self._stop_asked.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._working.acquire(), _LAST_BATCH)
            self._working.release()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.commit(), _LAST_COMMIT)
        await self._broker.stop()

    async def read(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        """Return what has come within a second, at once if anything has.

        getmany() already waits until there are records; FastStream then sleeps as long again,
        deaf to them, which costs up to that much latency at low rates. And where the group has
        no position, or one outside the log, the client would reset it: at the start that is
        right, later it would skip records in silence.
        """
        try:
            batches = await consumer.getmany(timeout_ms=1000, max_records=self._max_records)
        except NoOffsetForPartitionError as error:
            await consumer.seek_to_beginning(*error.args)
            return ()
        except OffsetOutOfRangeError as error:
            self.fail(LostRecordsError(*error.args))
            await asyncio.Event().wait()  # the service stops; it must not read on
        except (KafkaError, UnicodeDecodeError) as error:
            if isinstance(error, _UNPARSED) and read_leniently():
                log.warning("a record cannot be parsed: reading leniently from here on")
                return ()
            self.reads = False
            raise  # FastStream logs it and reads again
        self.reads = True
        return tuple(itertools.chain.from_iterable(batches.values()))

    async def _take(self, message: KafkaMessage) -> None:
        async with self._working:
            if not self._stop_asked.is_set():
                await self._take_records(message.raw_message)

    async def _take_records(self, records: Sequence[Record]) -> None:
        try:
            await self._policy.finish(records, self._offsets.done)
            self._wait = 0.0
        except Exception as error:  # noqa: BLE001 (FastStream would log it and read on)
            if self._policy.is_outage(error):
                await self._again_later(records, error)
            else:
                self.fail(error)
        finally:
            self._to_commit.set()

    def fail(self, error: Exception) -> None:
        """End the service with an error; what is read from here on is not taken."""
        self._stop_asked.set()
        if not self.failure.done():
            self.failure.set_exception(error)

    async def _again_later(self, records: Sequence[Record], error: Exception) -> None:
        self._wait = min(max(self._wait * 2, 0.5), _LONGEST_WAIT)
        log.warning("an outage: the batch is taken again", error=repr(error), seconds=self._wait)
        for partition, offset in self._offsets.first_undone(records).items():
            # A rebalance may have taken the partition: its new owner reads from the commit.
            with contextlib.suppress(IllegalStateError):
                self._consumer.seek(partition, offset)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop_asked.wait(), self._wait)

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        assert consumer is not None, "FastStream makes the consumer when it starts"
        return consumer

    async def commit_forever(self) -> None:
        """Commit what is durable, ten times a second at most, until cancelled."""
        while True:
            await self._to_commit.wait()
            await asyncio.sleep(_COMMIT_INTERVAL)
            await self.commit()

    async def commit(self) -> None:
        """Commit the offsets of what is durable, in the partitions that are still ours.

        Offsets are explicit: a bare commit() would take the position, past a batch in work.
        """
        self._to_commit.clear()
        if self._subscriber.consumer is None:
            return
        offsets = self._offsets.take(self._consumer.assignment())
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:
            self._offsets.put_back(offsets)
            log.warning("offsets are not committed yet", error=repr(error))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Commit once more, so that the next owner repeats as little as may be."""
        await self.commit()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Forget what was known of partitions that somebody else may have read since."""
        self._offsets.forget()
        self._policy.forget()


def _reading_by(member: BatchConsumer) -> type[BatchSubscriber]:
    """Return FastStream's batch subscriber with the member's way of reading."""

    class Reading(BatchSubscriber):
        __slots__ = ()

        async def get_msg(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
            return await member.read(consumer)

    return Reading


async def _tolerant(records: tuple[Record, ...], parse: Callable[..., Awaitable[Any]]) -> Any:
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


async def _undecoded(message: Any) -> Any:
    return message.body
