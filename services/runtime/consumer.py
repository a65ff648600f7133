"""A member of a consumer group: batches read, taken by the failure policy, committed.

FastStream's acknowledgement policies commit the position of all partitions, or nothing, and
take a batch as a whole. So it runs with AckPolicy.MANUAL, our handler raises nothing, and
offsets are committed one by one after their records, by a task of its own: awaiting the commit
before the next batch costs each alert one to two milliseconds.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from services.runtime.kafka import Record
from services.runtime.offsets import Offsets
from services.runtime.policy import FailurePolicy
from services.runtime.reading import Reader, tolerant, undecoded
from services.runtime.settings import KafkaSettings

log = structlog.get_logger(__name__)

_COMMIT_INTERVAL: Final = 0.1  # seconds: what a kill repeats, and the ledger refuses
_LONGEST_WAIT: Final = 10.0  # seconds between two tries in an outage
_LAST_BATCH: Final = 15.0  # seconds for the batch in work when the service stops
_COMMITTING: Final = 5.0  # seconds for one commit
_LEAVING: Final = 10.0  # seconds for the client to close


class BatchConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Reads topics as a member of the policy's group."""

    def __init__(
        self,
        broker: KafkaBroker,
        topics: Sequence[str],
        policy: FailurePolicy,
        *,
        batch: int,
        settings: KafkaSettings,
    ) -> None:
        self._broker = broker
        self._policy = policy
        self._reader = Reader(batch, self._fail)
        self._offsets = Offsets()
        self._to_commit = asyncio.Event()
        self._wait = 0.0
        self._working = asyncio.Lock()
        self._stop_asked = asyncio.Event()
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._subscriber = broker.subscriber(
            *topics,
            group_id=policy.group,
            group_instance_id=settings.group_instance_id,
            batch=True,
            max_partition_fetch_bytes=256 * 1024,  # what is fetched ahead, of each partition
            auto_offset_reset="none",  # decided below: a reset must not skip records in silence
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,  # else anybody's `reply_to` header makes FastStream publish for them
            session_timeout_ms=int(settings.session_timeout * 1000),
            heartbeat_interval_ms=int(settings.session_timeout * 1000 / 3),
            parser=tolerant,
            decoder=undecoded,
            listener=self,
        )
        # The registrator makes a BatchSubscriber and takes no class of ours; both have one layout.
        self._subscriber.__class__ = self._reader.subscriber()
        self._subscriber(self._take)

    @property
    def alive(self) -> bool:
        """Whether the loop that reads from Kafka has not died; it may not have begun."""
        tasks = self._subscriber.tasks
        return not tasks or any(not task.done() for task in tasks)

    @property
    def reads(self) -> bool:
        """Whether Kafka's last answer could be read."""
        return self._reader.works

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
        """Finish the batch in work, commit, and close.

        A member with a static id keeps its partitions until its session ends or it is back.
        """
        self._stop_asked.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._working.acquire(), _LAST_BATCH)
            self._working.release()
        await self.commit()
        # aiokafka waits for what its group is doing, for ever where no coordinator is found.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._broker.stop(), _LEAVING)

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
                self._fail(error)
        finally:
            self._to_commit.set()

    def _fail(self, error: Exception) -> None:
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
                self._reader.seek(self._consumer, partition, offset)
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
            # Without a limit aiokafka tries for ever while it is closing, and a rebalance, or the
            # end of the service, waits for it.
            await asyncio.wait_for(self._consumer.commit(offsets), _COMMITTING)
        except (KafkaError, TimeoutError) as error:
            self._offsets.put_back(offsets)
            log.warning("offsets are not committed yet", error=repr(error))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Commit once more, so that the next owner repeats as little as may be."""
        await self.commit()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Forget what was known of partitions that somebody else may have read since."""
        self._offsets.forget()
        self._reader.forget()
        self._policy.forget()
