from collections.abc import Sequence

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError
from prometheus_client import CollectorRegistry

from schemas.topics import ITEMS_DEAD_LETTER
from services.runtime.dead_letters import DeadLetters, Rejection
from services.runtime.kafka import Record, is_outage
from services.runtime.metrics import ConsumerMetrics
from services.runtime.policy import MAX_FAULTS, FailurePolicy, FaultyServiceError
from tests.support.builders import records
from tests.support.fakes import FakeProducer


class Service:
    """A service's function: refuses `invalid`, falls over `fault`, and may meet outages first."""

    def __init__(self, *outages: Exception) -> None:
        self.outages = list(outages)
        self.taken: list[bytes | None] = []

    async def __call__(self, batch: Sequence[Record]) -> list[Rejection]:
        if self.outages:
            raise self.outages.pop(0)
        if any(record.value == b"fault" for record in batch):
            raise ZeroDivisionError("a fault of ours")
        self.taken += [record.value for record in batch if record.value != b"invalid"]
        return [
            Rejection(record, "validate", ValueError("no item"))
            for record in batch
            if record.value == b"invalid"
        ]


class Bench:
    """A policy around a service, with what it parked and what it called done."""

    def __init__(self, service: Service, producer: FakeProducer | None = None) -> None:
        self.service = service
        self.producer = producer or FakeProducer()
        self.registry = CollectorRegistry()
        self.policy = FailurePolicy(
            service,
            DeadLetters(self.producer, ITEMS_DEAD_LETTER, "group", "1.2.3"),
            ConsumerMetrics(self.registry),
            is_outage,
        )
        self.done: list[int] = []

    async def finish(self, batch: Sequence[Record]) -> None:
        await self.policy.finish(
            batch, lambda done: self.done.extend(record.offset for record in done)
        )

    @property
    def parked(self) -> list[bytes | None]:
        return [sent.value for sent in self.producer.sent]

    def count(self, reason: str) -> float | None:
        return self.registry.get_sample_value("watchfloor_parked_total", {"reason": reason})


async def test_a_refused_record_is_parked_and_its_neighbours_are_taken() -> None:
    bench = Bench(Service())
    await bench.finish(records(b"a", b"invalid", b"b"))
    assert bench.service.taken == [b"a", b"b"]
    assert bench.parked == [b"invalid"]
    assert bench.done == [0, 1, 2]
    assert (bench.count("invalid"), bench.count("fault")) == (1, 0)


async def test_a_thousand_refused_records_in_a_row_stop_nothing() -> None:
    bench = Bench(Service())
    await bench.finish(records(*[b"invalid"] * 1000, b"good"))
    assert bench.service.taken == [b"good"]
    assert len(bench.parked) == 1000
    assert bench.done == list(range(1001))


async def test_an_outage_is_raised_and_nothing_is_parked_or_done() -> None:
    bench = Bench(Service(KafkaConnectionError("away")))
    with pytest.raises(KafkaConnectionError):
        await bench.finish(records(b"a", b"invalid"))
    assert (bench.parked, bench.done) == ([], [])


async def test_an_outage_while_parking_is_raised_and_nothing_is_done() -> None:
    bench = Bench(Service(), FakeProducer(failures=[KafkaConnectionError("away")]))
    with pytest.raises(KafkaConnectionError):
        await bench.finish(records(b"invalid"))
    assert bench.done == []


async def test_a_fault_parks_its_record_alone() -> None:
    bench = Bench(Service())
    await bench.finish(records(b"a", b"fault", b"b"))
    assert bench.service.taken == [b"a", b"b"]
    assert bench.parked == [b"fault"]
    assert bench.done == [0, 1, 2]
    assert (bench.count("invalid"), bench.count("fault")) == (0, 1)


async def test_an_outage_among_single_records_keeps_what_was_done_before_it() -> None:
    bench = Bench(Service())
    batch = records(b"a", b"fault", b"b")
    bench.producer.failures = [KafkaConnectionError("away")]  # as the fault is parked
    with pytest.raises(KafkaConnectionError):
        await bench.finish(batch)
    assert bench.done == [0]


@pytest.mark.parametrize(("faults", "stops"), [(MAX_FAULTS - 1, False), (MAX_FAULTS, True)])
async def test_twenty_faults_in_a_row_stop_the_service(faults: int, stops: bool) -> None:
    bench = Bench(Service())
    batch = records(*[b"fault"] * faults, b"good")
    if stops:
        with pytest.raises(FaultyServiceError, match=r"20 records.*partition 0 of news\.items"):
            await bench.finish(batch)
        assert bench.service.taken == []
        assert bench.done == list(range(MAX_FAULTS))
    else:
        await bench.finish(batch)
        assert bench.service.taken == [b"good"]


async def test_faults_with_good_records_between_them_do_not_stop_the_service() -> None:
    bench = Bench(Service())
    await bench.finish(records(*[b"fault", b"good"] * (MAX_FAULTS + 1)))
    assert len(bench.parked) == MAX_FAULTS + 1


async def test_faults_are_counted_over_batches_and_forgotten_after_a_good_one() -> None:
    bench = Bench(Service())
    for _ in range(2):
        await bench.finish(records(*[b"fault"] * (MAX_FAULTS - 1)))
        await bench.finish(records(b"good"))
    await bench.finish(records(*[b"fault"] * (MAX_FAULTS - 1)))
    with pytest.raises(FaultyServiceError):
        await bench.finish(records(b"fault"))


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        pytest.param(KafkaConnectionError("away"), True, id="Kafka is away"),
        pytest.param(ConnectionRefusedError(), True, id="nobody listens"),
        pytest.param(TimeoutError(), True, id="no answer"),
        pytest.param(MessageSizeTooLargeError(), False, id="this record is too large"),
        pytest.param(ValueError(), False, id="an exception of ours"),
    ],
)
def test_an_outage_is_what_is_not_the_record_s_or_ours(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


async def test_outages_are_counted() -> None:
    bench = Bench(Service())
    assert bench.policy.is_outage(TimeoutError())
    assert not bench.policy.is_outage(ValueError())
    assert bench.registry.get_sample_value("watchfloor_outages_total") == 1
