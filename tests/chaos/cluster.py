"""What the chaos tests ask of Kafka: where logs end, where groups stand, what a topic holds."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.cimpl import NewTopic

from schemas.topics import CLASSIFIED, ITEMS, MAX_MESSAGE_BYTES

PARTITIONS: Final = 4
READS: Final = {"classifier": (ITEMS,), "notifier": CLASSIFIED}
_WAIT: Final = 30  # seconds for one answer

Offsets = Mapping[tuple[str, int], int]


class Cluster:
    """A Kafka with the project's topics."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.client: dict[str, str | int | float | bool] = {
            "bootstrap.servers": bootstrap,
            "reconnect.backoff.max.ms": 200,
            "log_level": 0,  # it would tell of each refused connection
        }
        self.reconnect()
        topics = [
            NewTopic(topic, PARTITIONS, 1, config={"max.message.bytes": f"{size}"})
            for topic, size in MAX_MESSAGE_BYTES.items()
        ]
        for made in self._admin.create_topics(topics, operation_timeout=_WAIT).values():
            made.result(timeout=_WAIT)

    def reconnect(self) -> None:
        """Forget what Kafka said before it was started again: leaders have new epochs."""
        self._admin = AdminClient(self.client)

    def ends(self, topics: Iterable[str] = tuple(MAX_MESSAGE_BYTES)) -> Offsets:
        """Return the offset of the next record of each partition."""
        latest: Any = OffsetSpec.latest()  # type: ignore[no-untyped-call] # its types are wrong
        asked = dict.fromkeys(_partitions(topics), latest)
        deadline = time.monotonic() + _WAIT
        while True:
            answers = self._admin.list_offsets(asked, request_timeout=_WAIT)
            try:
                return {(p.topic, p.partition): answers[p].result().offset for p in asked}
            except KafkaException:  # the leaders of topics just made, or of a Kafka just started
                assert time.monotonic() < deadline, "Kafka has no leaders"

    def committed(self, group: str, topics: Iterable[str]) -> Offsets:
        """Return where a group stands in each partition."""
        asked = ConsumerGroupTopicPartitions(group, list(_partitions(topics)))
        answer = self._admin.list_consumer_group_offsets([asked])[group].result(timeout=_WAIT)
        return {(p.topic, p.partition): p.offset for p in answer.topic_partitions}

    def place_at_end(self, group: str, topics: Iterable[str]) -> None:
        """Let a group that has no member begin behind all that there is."""
        places = [TopicPartition(*place, offset) for place, offset in self.ends(topics).items()]
        asked = ConsumerGroupTopicPartitions(group, places)
        self._admin.alter_consumer_group_offsets([asked])[group].result(timeout=_WAIT)

    def members(self, group: str) -> list[int]:
        """Return how many partitions each member of a group has."""
        answer = self._admin.describe_consumer_groups([group])[group].result(timeout=_WAIT)
        return [len(member.assignment.topic_partitions) for member in answer.members]

    def values(self, topic: str, since: Offsets) -> Iterator[bytes | None]:
        """Return what was appended to a topic since it ended there."""
        left = sum(self.ends([topic]).values()) - sum(
            at for (t, _), at in since.items() if t == topic
        )
        reader = Consumer({**self.client, "group.id": "none", "enable.auto.commit": False})
        reader.assign([TopicPartition(*at, begin) for at, begin in since.items() if at[0] == topic])
        deadline = time.monotonic() + _WAIT
        try:
            while left > 0:
                for message in reader.consume(1000, timeout=1):
                    assert message.error() is None, message.error()
                    left -= 1
                    yield message.value()
                assert time.monotonic() < deadline, f"{topic}: {left} records cannot be read"
        finally:
            reader.close()


def _partitions(topics: Iterable[str]) -> Iterator[TopicPartition]:
    return (TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS))
