"""One acknowledgement and failure policy for every service that reads from Kafka.

A service gives a function that takes a batch of records and returns those it refuses, once
everything that follows from the others is durable. What becomes of offsets and failures is
decided here and nowhere else:

- refused records are parked, each by itself; the rest of their batch is done;
- an outage (of Kafka, of the database) takes the whole batch again after a wait;
- any other exception is a fault of ours: the batch is taken again one record at a time, the
  record that fails is parked, and twenty in a row in one partition stop the service, because
  then the fault is not in the records and Kafka keeps the rest;
- an offset is committed after its record is done, by a task of its own: awaiting the commit
  before the next batch costs each alert one to two milliseconds.

FastStream's acknowledgement policies fit none of this (they commit the position of all
partitions, or none), so it runs with AckPolicy.MANUAL and the handler raises nothing.
"""

import asyncio
import contextlib
import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from services.runtime.dead_letters import DeadLetters, Rejection
from services.runtime.kafka import Record
from services.runtime.metrics import ConsumerMetrics
from services.runtime.settings import KafkaSettings

log = structlog.get_logger(__name__)

Handle = Callable[[Sequence[Record]], Awaitable[Sequence[Rejection]]]

MAX_FAULTS: Final = 20  # in a row, in one partition
_COMMIT_INTERVAL: Final = 0.1  # seconds: what a kill repeats, and the ledger refuses
_LONGEST_WAIT: Final = 10.0  # seconds between two tries in an outage


class LostRecordsError(Exception):
    """Kafka deleted records before this group read them."""

    def __init__(self, positions: object) -> None:
        super().__init__(
            f"the group's position lies outside the log, {positions}: records were deleted unread "
            "(by retention, or by a topic made anew); set the group's offsets to go on without them"
        )


class FaultyServiceError(Exception):
    """Record after record met an unexpected exception."""

    def __init__(self, partition: TopicPartition) -> None:
        super().__init__(
            f"{MAX_FAULTS} records in a row failed in partition {partition.partition} of "
            f"{partition.topic}: the fault is ours, and Kafka keeps the rest"
        )


def _read_at_once(lost: Callable[[Exception], None]) -> type[BatchSubscriber]:
    """Return FastStream's batch subscriber with a reading of our own.

    getmany() already waits until there are records; FastStream then sleeps as long again,
    deaf to them, which costs up to that much latency at low rates. And where the group has no
    position, or one outside the log, the client would reset it: at the start that is right,
    later it would skip records in silence.
    """

    class ReadAtOnce(BatchSubscriber):
        __slots__ = ()

        async def get_msg(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
            try:
                batches = await consumer.getmany(timeout_ms=1000, max_records=self.max_records)
            except NoOffsetForPartitionError as error:
                await consumer.seek_to_beginning(*error.args)
                return ()
            except OffsetOutOfRangeError as error:
                lost(LostRecordsError(*error.args))
                await asyncio.Event().wait()  # the service stops; it must not read on
            return tuple(itertools.chain.from_iterable(batches.values()))

    return ReadAtOnce


def _readable(record: Record) -> Record:
    headers = [
        (name, (value or b"").decode(errors="replace").encode()) for name, value in record.headers
    ]
    return (
        record if headers == list(record.headers) else dataclasses.replace(record, headers=headers)
    )


async def _tolerant(records: tuple[Record, ...], parse: Callable[..., Awaitable[Any]]) -> Any:
    """Parse a batch though a header is null or no UTF-8.

    FastStream decodes every header as UTF-8 and, where one fails, drops the whole batch under
    every policy. The message keeps the records as they came.
    """
    message = await parse(tuple(map(_readable, records)))
    message.raw_message = records
    return message


async def _undecoded(message: Any) -> Any:
    return message.body


@dataclasses.dataclass(frozen=True, slots=True)
class FailurePolicy:
    """What a service gives the policy above to work with."""

    dead_letters: DeadLetters
    metrics: ConsumerMetrics
    is_outage: Callable[[BaseException], bool]


class BatchConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """A member of a consumer group that takes batches by the policy above."""

    def __init__(
        self,
        broker: KafkaBroker,
        topics: Sequence[str],
        handle: Handle,
        *,
        settings: KafkaSettings,
        policy: FailurePolicy,
    ) -> None:
        self._handle = handle
        self._dead_letters = policy.dead_letters
        self._metrics = policy.metrics
        self._is_outage = policy.is_outage
        self._durable: dict[TopicPartition, int] = {}  # next offset to commit
        self._faults: dict[TopicPartition, int] = defaultdict(int)
        self._to_commit = asyncio.Event()
        self._wait = 0.0
        self._working = asyncio.Lock()
        self._stop_asked = asyncio.Event()
        self._broker = broker
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._subscriber = broker.subscriber(
            *topics,
            group_id=policy.dead_letters.group,
            group_instance_id=settings.group_instance_id,
            batch=True,
            max_records=settings.max_records,
            auto_offset_reset="none",  # decided below: a reset must not skip records in silence
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=int(settings.session_timeout * 1000),
            heartbeat_interval_ms=int(settings.session_timeout * 1000 / 3),
            parser=_tolerant,
            decoder=_undecoded,
            listener=self,
        )
        # The registrator makes a BatchSubscriber and takes no class of ours; both have one layout.
        self._subscriber.__class__ = _read_at_once(self._fail)
        self._subscriber(self._take)

    @property
    def alive(self) -> bool:
        """Whether the loop that reads from Kafka is running."""
        return any(not task.done() for task in self._subscriber.tasks)

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
        """Finish the batch in work, for fifteen seconds at most, commit, and leave the group."""
        self._stop_asked.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._working.acquire(), 15.0)
            self._working.release()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.commit(), 5.0)
        await self._broker.stop()

    async def _take(self, message: KafkaMessage) -> None:
        async with self._working:
            if not self._stop_asked.is_set():
                await self._take_records(message.raw_message)

    async def _take_records(self, records: Sequence[Record]) -> None:
        try:
            await self._finish(records)
            self._wait = 0.0
        except Exception as error:  # noqa: BLE001 (FastStream would log it and read on)
            if self._is_outage(error):
                await self._again_later(records, error)
            else:
                self._fail(error)
                await asyncio.Event().wait()  # the service stops; it must not read on

    def _fail(self, error: Exception) -> None:
        if not self.failure.done():
            self.failure.set_exception(error)

    async def _finish(self, records: Sequence[Record]) -> None:
        try:
            rejections = await self._handle(records)
            await self._park(rejections)
        except Exception as error:
            if self._is_outage(error):
                raise
            log.exception(
                "a batch failed and is taken again record by record", records=len(records)
            )
            for record in records:
                await self._finish_one(record)
        else:
            self._done(records)
            self._faults.clear()

    async def _finish_one(self, record: Record) -> None:
        partition = TopicPartition(record.topic, record.partition)
        try:
            await self._park(await self._handle([record]))
            self._faults[partition] = 0
        except Exception as error:
            if self._is_outage(error):
                raise
            log.exception(
                "a record met a fault of ours and is parked",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
            )
            await self._dead_letters.park([Rejection(record, "fault", error)])
            self._metrics.parked.labels(reason="fault").inc()
            self._faults[partition] += 1
            if self._faults[partition] >= MAX_FAULTS:
                self._done([record])
                raise FaultyServiceError(partition) from error
        self._done([record])

    async def _park(self, rejections: Sequence[Rejection]) -> None:
        if not rejections:
            return
        await self._dead_letters.park(rejections)
        self._metrics.parked.labels(reason="invalid").inc(len(rejections))
        for rejection in rejections:
            log.warning(
                "a record is parked",
                topic=rejection.record.topic,
                partition=rejection.record.partition,
                offset=rejection.record.offset,
                stage=rejection.stage,
                error=type(rejection.error).__name__,
            )

    async def _again_later(self, records: Sequence[Record], error: Exception) -> None:
        self._wait = min(max(self._wait * 2, 0.5), _LONGEST_WAIT)
        self._metrics.outages.inc()
        log.warning("an outage: the batch is taken again", error=repr(error), seconds=self._wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop_asked.wait(), self._wait)
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        for partition, offset in _first_offsets(records, self._durable).items():
            # A rebalance may have taken the partition: its new owner reads from the commit.
            with contextlib.suppress(IllegalStateError):
                consumer.seek(partition, offset)

    def _done(self, records: Iterable[Record]) -> None:
        for record in records:
            self._durable[TopicPartition(record.topic, record.partition)] = record.offset + 1
        self._to_commit.set()

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
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        owned = consumer.assignment()
        durable, self._durable = self._durable, {}
        offsets = {partition: offset for partition, offset in durable.items() if partition in owned}
        if not offsets:
            return
        try:
            await consumer.commit(offsets)
        except KafkaError as error:
            self._durable = {**offsets, **self._durable}
            log.warning(
                "offsets are not committed; what follows from them is done", error=repr(error)
            )

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Commit once more, so that the next owner repeats as little as may be."""
        await self.commit()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Forget what was known of partitions that somebody else may have read since."""
        self._durable.clear()
        self._faults.clear()


def _first_offsets(
    records: Iterable[Record], durable: dict[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return where to read again: each partition's first record that is not durable yet."""
    first: dict[TopicPartition, int] = {}
    for record in records:
        partition = TopicPartition(record.topic, record.partition)
        if record.offset >= durable.get(partition, 0):
            first.setdefault(partition, record.offset)
    return first
