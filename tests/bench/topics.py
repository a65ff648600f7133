"""The topics of a run: made, emptied, and read from outside."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from schemas.topics import ALERTS, CLASSIFIED, CLASSIFIED_DEAD_LETTER, ITEMS, ITEMS_DEAD_LETTER

OURS: Final = (ITEMS, ITEMS_DEAD_LETTER, *CLASSIFIED, CLASSIFIED_DEAD_LETTER, ALERTS)
COPIES: Final = "bench.copies"  # where a reference puts what it read


def create(bootstrap: str) -> None:
    """Make them, each of one partition. The broker stamps the time, alike for every client."""
    configuration = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": "3145728"}
    topics = [
        NewTopic(name, num_partitions=1, replication_factor=1, config=configuration)
        for name in (*OURS, COPIES)
    ]
    admin = _admin(bootstrap)  # held on to: its answers end with it
    for made in admin.create_topics(topics).values():
        made.result()
    producer = Producer({"bootstrap.servers": bootstrap})
    for topic in topics:  # a new partition has no leader for a moment; a producer tries again
        producer.produce(topic.topic, b"{}")
    producer.flush()
    empty(bootstrap)


def empty(bootstrap: str) -> None:
    """Delete every record, so that a new group begins with what comes next."""
    partitions = [TopicPartition(name, 0, OFFSET_END) for name in (*OURS, COPIES)]
    admin = _admin(bootstrap)
    for emptied in admin.delete_records(partitions).values():
        emptied.result()


class Reader:
    """Reads topics of one partition without a group."""

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        self._topics = topics
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "bench-reader",
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )

    def ends(self) -> dict[str, int]:
        """Return the offset after the last record, by topic."""
        return {
            name: self._consumer.get_watermark_offsets(TopicPartition(name, 0), timeout=10)[1]
            for name in self._topics
        }

    def read(self, start: Mapping[str, int], end: Mapping[str, int]) -> Iterator[Any]:
        """Yield the records between two `ends`, each topic's in order."""
        left = {name for name in self._topics if start[name] < end[name]}
        self._consumer.assign([TopicPartition(name, 0, start[name]) for name in left])
        while left:
            for record in self._consumer.consume(1000, timeout=1):
                topic, offset = str(record.topic()), int(record.offset() or 0)
                if record.error() is None and offset < end[topic]:
                    yield record
                    if offset == end[topic] - 1:
                        left.discard(topic)

    def close(self) -> None:
        """Close the connections."""
        self._consumer.close()


def lag(bootstrap: str, group: str, names: Sequence[str]) -> int:
    """Return how many records a group has not committed; a new group begins at offset 0."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0})
    partitions = [TopicPartition(name, 0) for name in names]
    left = 0
    for committed in reader.committed(partitions, timeout=10):
        low, high = reader.get_watermark_offsets(committed, timeout=10)
        left += high - max(committed.offset, low)
    reader.close()
    return left


def total(ends: Mapping[str, int]) -> int:
    """Return the records that the offsets stand for."""
    return sum(ends.values())


def _admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
