"""Offsets: what is durable, what is still to be committed, where to read again."""

from collections.abc import Collection, Iterable

from aiokafka import TopicPartition

from services.runtime.kafka import Record


class Offsets:
    """The next offset of each partition that may be committed."""

    def __init__(self) -> None:
        self._durable: dict[TopicPartition, int] = {}

    def done(self, records: Iterable[Record]) -> None:
        """Note that all that follows from these records is durable."""
        for record in records:
            self._durable[_partition(record)] = record.offset + 1

    def take(self, owned: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return what is to be committed in the partitions that are ours, and forget it."""
        durable, self._durable = self._durable, {}
        return {partition: offset for partition, offset in durable.items() if partition in owned}

    def put_back(self, offsets: dict[TopicPartition, int]) -> None:
        """Keep what could not be committed, unless more has been done since."""
        self._durable = {**offsets, **self._durable}

    def forget(self) -> None:
        """Forget all: partitions have changed hands."""
        self._durable.clear()

    def first_undone(self, records: Iterable[Record]) -> dict[TopicPartition, int]:
        """Return where to read a batch again: each partition's first record that is not done."""
        first: dict[TopicPartition, int] = {}
        for record in records:
            if record.offset >= self._durable.get(_partition(record), 0):
                first.setdefault(_partition(record), record.offset)
        return first


def _partition(record: Record) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)
