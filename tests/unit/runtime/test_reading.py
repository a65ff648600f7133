import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, NoOffsetForPartitionError

from services.runtime import reading
from services.runtime.kafka import Record
from services.runtime.reading import Reader
from tests.support.builders import record

ZERO, ONE = (TopicPartition("news.items", partition) for partition in (0, 1))
Answer = dict[TopicPartition, Sequence[Record]] | Exception


class Consumer:
    """Answers in turn; its positions move with what it drops, as the real client's do."""

    def __init__(
        self, *answers: Answer, committed: dict[TopicPartition, Any] | None = None
    ) -> None:
        self.answers = list(answers)
        self.offsets = committed or {}
        self.positions: dict[TopicPartition, int] = {}

    async def getmany(self, **_: object) -> dict[TopicPartition, Sequence[Record]]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def assignment(self) -> set[TopicPartition]:
        return {ZERO, ONE}

    async def committed(self, partition: TopicPartition) -> int | None:
        offset = self.offsets.get(partition)
        if isinstance(offset, Exception):
            raise self.offsets.pop(partition)
        return offset

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def seek_to_beginning(self, partition: TopicPartition) -> None:
        self.positions[partition] = 0


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PAUSE", 0.0)


def reader() -> Reader:
    return Reader(500, lambda error: pytest.fail(str(error)))


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(zlib.error("invalid block"), id="a batch that no decoder reads"),
        pytest.param(ValueError("checksum"), id="any exception"),
        pytest.param(KafkaConnectionError("away"), id="an error of Kafka"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_asked_for_again_from_where_we_were(
    error: Exception,
) -> None:
    ours = reader()
    consumer = Consumer({ZERO: [record(offset=4)]}, error, {}, committed={ONE: 7})
    assert len(await ours.read(consumer)) == 1
    assert await ours.read(consumer) == ()
    assert not ours.works
    assert await ours.read(consumer) == ()
    assert consumer.positions == {ZERO: 5, ONE: 7}
    assert ours.works


async def test_a_partition_without_a_position_goes_back_to_its_beginning() -> None:
    ours = reader()
    consumer = Consumer(ValueError(), {})
    await ours.read(consumer)
    await ours.read(consumer)
    assert consumer.positions == {ZERO: 0, ONE: 0}


async def test_a_rewind_that_fails_half_way_is_done_again_before_the_next_batch() -> None:
    ours = reader()
    away = KafkaConnectionError("away")
    consumer = Consumer(ValueError(), {}, committed={ZERO: 3, ONE: away})
    await ours.read(consumer)
    await ours.read(consumer)
    assert len(consumer.answers) == 1, "nothing is read before the rewind is done"
    consumer.offsets[ONE] = 9
    await ours.read(consumer)
    assert consumer.positions == {ZERO: 3, ONE: 9}


async def test_the_group_s_first_reading_begins_at_the_beginning() -> None:
    ours = reader()
    consumer = Consumer(NoOffsetForPartitionError(ONE))
    assert await ours.read(consumer) == ()
    assert consumer.positions == {ONE: 0}
