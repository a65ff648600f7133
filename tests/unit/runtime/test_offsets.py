from aiokafka import TopicPartition

from services.runtime.offsets import Offsets
from tests.support.builders import record, records

ZERO, ONE = (TopicPartition("news.items", partition) for partition in (0, 1))


def test_what_is_done_is_committed_at_the_next_record_s_offset() -> None:
    offsets = Offsets()
    offsets.done([record(offset=4), record(offset=5), record(offset=9, partition=1)])
    assert offsets.take({ZERO, ONE}) == {ZERO: 6, ONE: 10}
    assert offsets.take({ZERO, ONE}) == {}


def test_a_partition_that_is_no_longer_ours_is_not_committed() -> None:
    offsets = Offsets()
    offsets.done([record(offset=4), record(offset=9, partition=1)])
    assert offsets.take({ONE}) == {ONE: 10}


def test_what_could_not_be_committed_is_kept_unless_more_was_done() -> None:
    offsets = Offsets()
    offsets.done([record(offset=4), record(offset=9, partition=1)])
    taken = offsets.take({ZERO, ONE})
    offsets.done([record(offset=6)])
    offsets.put_back(taken)
    assert offsets.take({ZERO, ONE}) == {ZERO: 7, ONE: 10}


def test_a_batch_is_read_again_from_its_first_record_that_is_not_done() -> None:
    offsets = Offsets()
    batch = [*records(b"a", b"b", b"c"), record(offset=7, partition=1)]
    assert offsets.first_undone(batch) == {ZERO: 0, ONE: 7}
    offsets.done(batch[:2])
    assert offsets.first_undone(batch) == {ZERO: 2, ONE: 7}
    offsets.forget()
    assert offsets.first_undone(batch) == {ZERO: 0, ONE: 7}
