"""What becomes of a batch of records: one failure policy for every service that reads Kafka.

A service gives a function that takes a batch and returns the records it refuses, once
everything that follows from the others is durable.

- Refused records are parked, each by itself; the rest of their batch is done.
- An outage (of Kafka, of the ledger) is raised: the caller takes the batch again, later.
- Any other exception is a fault of ours: the batch is taken again one record at a time, the
  record that fails is parked, and twenty in a row in one partition stop the service, because
  then the fault is not in the records, and Kafka keeps the rest.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import structlog
from aiokafka import TopicPartition

from services.runtime.dead_letters import DeadLetters, Rejection
from services.runtime.kafka import Record
from services.runtime.metrics import ConsumerMetrics

log = structlog.get_logger(__name__)

Handle = Callable[[Sequence[Record]], Awaitable[Sequence[Rejection]]]
Done = Callable[[Iterable[Record]], None]
IsOutage = Callable[[BaseException], bool]

MAX_FAULTS: Final = 20  # in a row, in one partition


class FaultyServiceError(Exception):
    """Record after record met an unexpected exception."""

    def __init__(self, partition: TopicPartition) -> None:
        super().__init__(
            f"{MAX_FAULTS} records in a row failed in partition {partition.partition} of "
            f"{partition.topic}: the fault is ours, and Kafka keeps the rest"
        )


class FailurePolicy:
    """Takes batches through a service's function by the rules above."""

    def __init__(
        self,
        handle: Handle,
        dead_letters: DeadLetters,
        metrics: ConsumerMetrics,
        is_outage: IsOutage,
    ) -> None:
        self._handle = handle
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._faults: dict[TopicPartition, int] = defaultdict(int)
        self._is_outage = is_outage

    @property
    def group(self) -> str:
        """The consumer group."""
        return self._dead_letters.group

    def is_outage(self, error: BaseException) -> bool:
        """Return whether what `finish` raised is an outage, counting it if so."""
        outage = self._is_outage(error)
        if outage:
            self._metrics.outages.inc()
        return outage

    async def finish(self, records: Sequence[Record], done: Done) -> None:
        """Take a batch, telling `done` of records as soon as they are durable or parked.

        Raises an outage, with the records before it done; and FaultyServiceError.
        """
        try:
            rejections = await self._handle(records)
            await self._park(rejections)
        except Exception as error:
            if self._is_outage(error):
                raise
            log.exception("a batch failed: taken again one by one", records=len(records))
            for record in records:
                await self._finish_one(record, done)
        else:
            self._faults.clear()
            done(records)

    async def _finish_one(self, record: Record, done: Done) -> None:
        partition = TopicPartition(record.topic, record.partition)
        try:
            await self._park(await self._handle([record]))
        except Exception as error:
            if self._is_outage(error):
                raise
            log.exception("a record met a fault of ours", **_place(record))
            await self._dead_letters.park([Rejection(record, "fault", error, attempts=2)])
            self._metrics.parked.labels(reason="fault").inc()
            self._faults[partition] += 1
        else:
            self._faults[partition] = 0
        done([record])
        if self._faults[partition] >= MAX_FAULTS:
            raise FaultyServiceError(partition)

    async def _park(self, rejections: Sequence[Rejection]) -> None:
        if not rejections:
            return
        await self._dead_letters.park(rejections)
        self._metrics.parked.labels(reason="invalid").inc(len(rejections))
        for rejection in rejections:
            log.warning(
                "a record is parked",
                stage=rejection.stage,
                error=type(rejection.error).__name__,
                **_place(rejection.record),
            )

    def forget(self) -> None:
        """Start counting anew: partitions have changed hands."""
        self._faults.clear()


def _place(record: Record) -> dict[str, str | int]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
