"""The classifier on a real Kafka: what is no item is parked, whatever it is, and nothing stops."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record import memory_records
from confluent_kafka import TopicPartition as Position
from confluent_kafka.admin import AdminClient
from kafka import KafkaProducer

from schemas.report import parse_report
from schemas.topics import CLASSIFIED, ITEMS, ITEMS_DEAD_LETTER
from services.classifier.app import ClassifierService
from services.cli.cluster import Cluster
from services.cli.topics import ensure
from services.runtime import settings
from services.runtime.reading import LostRecordsError
from services.runtime.settings import Settings

LAUNCH = "North Korea fires a ballistic missile into the sea"
Found = list[tuple[bytes | None, list[tuple[str, bytes | None]]]]


class Pipe:
    """Kafka's topics, and a classifier of a group of its own."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.mark = uuid4().hex
        self.settings = settings.load(
            fallback={
                "kafka": {"bootstrap_servers": bootstrap},
                "classifier": {"group": f"classifier-{self.mark}"},
            }
        )

    def launch(self, name: str, **fields: Any) -> bytes:
        """Return an item that reports a launch, of an id that no other test has."""
        return orjson.dumps({"id": f"{self.mark}-{name}", "title": LAUNCH} | fields)

    @contextlib.asynccontextmanager
    async def producing(self, compression: str | None = None) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            max_request_size=16 * 1024 * 1024,
            max_batch_size=16 * 1024 * 1024,
            compression_type=compression,
        )
        await producer.start()
        yield producer
        await producer.stop()

    async def read(self, *topics: str, until: int, mine: bytes) -> Found:
        """Return `until` records that hold `mine`, in the order of each partition."""
        consumer = AIOKafkaConsumer(
            *topics, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        found: Found = []
        try:
            async with asyncio.timeout(60):
                while len(found) < until:
                    for batch in (await consumer.getmany(timeout_ms=200)).values():
                        found += [
                            (record.value, list(record.headers))
                            for record in batch
                            if mine in (record.value or b"") + (record.key or b"")
                        ]
        finally:
            await consumer.stop()
        return found

    async def reported(self, count: int) -> list[str]:
        """Return the ids of this test's items that were reported, without our mark."""
        found = await self.read(*CLASSIFIED, until=count, mine=self.mark.encode())
        ids = [parse_report(value).item.id for value, _ in found]
        return sorted(name.removeprefix(f"{self.mark}-") for name in ids)

    async def lag(self) -> int:
        """Return how many records of `news.items` the group has not committed."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=self.settings.classifier.group
        )
        await consumer.start()
        await consumer._client.add_topic(ITEMS)
        partitions = [TopicPartition(ITEMS, n) for n in consumer.partitions_for_topic(ITEMS) or ()]
        ends = await consumer.end_offsets(partitions)
        lag: int = sum([ends[p] - (await consumer.committed(p) or 0) for p in partitions])
        await consumer.stop()
        return lag


@contextlib.asynccontextmanager
async def classifying(wanted: Settings) -> AsyncIterator[asyncio.Future[None]]:
    async with ClassifierService(wanted).running() as failure:
        assert isinstance(failure, asyncio.Future)
        yield failure


@pytest.fixture
def pipe(kafka: str) -> Pipe:
    ensure(Cluster(kafka), partitions=4)
    return Pipe(kafka)


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 (Kafka tells no event)
            await asyncio.sleep(0.05)


async def caught_up(pipe: Pipe) -> None:
    async def no_lag() -> bool:
        return await pipe.lag() == 0

    await until(no_lag)


BAD: Sequence[bytes] = (
    b"not json",
    b"[]",
    b'{"id": "1"}',
    b'{"id": "1", "title": "\\ud800"}',
    b"\xff\xfe\x00",
    b'{"id": "1", "title": "t", "published_at": 2024}',
    orjson.dumps({"id": "1", "title": "t", "body": "x" * 1024 * 1024}),
)


async def test_what_is_no_item_is_parked_and_its_neighbours_are_reported(pipe: Pipe) -> None:
    key = pipe.mark.encode()
    async with pipe.producing() as producer:
        await producer.send_and_wait(ITEMS, pipe.launch("first"), key=key)
        for value in [*BAD, None]:
            await producer.send_and_wait(ITEMS, value, key=key)
        odd = [("null", None), ("binary", b"\xff\xfe")]
        await producer.send_and_wait(ITEMS, pipe.launch("odd"), key=key, headers=odd)
        await producer.send_and_wait(ITEMS, b"odd and bad", key=key, headers=odd)
        await producer.send_and_wait(ITEMS, pipe.launch("last"), key=key)
    async with classifying(pipe.settings):
        assert await pipe.reported(3) == ["first", "last", "odd"]
        parked = await pipe.read(ITEMS_DEAD_LETTER, until=len(BAD) + 2, mine=key)
        await caught_up(pipe)
    assert [value for value, _ in parked] == [*BAD, None, b"odd and bad"]
    assert parked[-1][1][:2] == odd


async def test_a_thousand_bad_records_in_a_row_stop_nothing(pipe: Pipe) -> None:
    key = pipe.mark.encode()
    async with pipe.producing() as producer:
        sent = [await producer.send(ITEMS, b"bad", key=key) for _ in range(1000)]
        sent.append(await producer.send(ITEMS, pipe.launch("after"), key=key))
        await asyncio.gather(*sent)
    async with classifying(pipe.settings):
        assert await pipe.reported(1) == ["after"]
        assert len(await pipe.read(ITEMS_DEAD_LETTER, until=1000, mine=key)) == 1000


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"language": "tlh"}, id="a language nobody speaks"),
        pytest.param({"published_at": "9999-12-31T23:59:59Z"}, id="the year 9999"),
        pytest.param({"title": "missile launch North Korea " * 10_000}, id="nonsense in a title"),
        pytest.param({"title": "\0\u202e\U0001f388" * 1000}, id="characters of every kind"),
        pytest.param({"mood": "grim", "title": "t"}, id="a field nobody knows"),
    ],
)
async def test_an_odd_item_is_an_item(fields: dict[str, Any], pipe: Pipe) -> None:
    async with pipe.producing() as producer:
        await producer.send_and_wait(ITEMS, pipe.launch("odd", **fields), key=b"k")
        await producer.send_and_wait(ITEMS, pipe.launch("good"), key=b"k")
    async with classifying(pipe.settings) as failure:
        assert "good" in await pipe.reported(1) or "good" in await pipe.reported(2)
        await caught_up(pipe)
        assert not failure.done()


@pytest.mark.parametrize("compression", ["gzip", "lz4", "snappy", "zstd"])
async def test_a_producer_may_compress(compression: str, pipe: Pipe) -> None:
    async with pipe.producing(compression) as producer:
        await producer.send_and_wait(ITEMS, pipe.launch(compression))
    async with classifying(pipe.settings):
        assert await pipe.reported(1) == [compression]


async def test_a_record_that_was_small_only_on_the_wire_is_parked_cut(pipe: Pipe) -> None:
    key = pipe.mark.encode()
    large = pipe.launch("large", body="x" * 8 * 1024 * 1024)
    async with pipe.producing("gzip") as producer:
        await producer.send_and_wait(ITEMS, large, key=key)
        await producer.send_and_wait(ITEMS, pipe.launch("after"), key=key)
    async with classifying(pipe.settings):
        assert await pipe.reported(1) == ["after"]
        ((value, headers),) = await pipe.read(ITEMS_DEAD_LETTER, until=1, mine=key)
    assert value is not None
    assert large.startswith(value)
    assert dict(headers)["watchfloor.errors.cut.from.bytes"] == b"%d" % (len(large) + len(key))


async def test_a_record_s_reply_to_makes_nobody_publish(pipe: Pipe) -> None:
    async with pipe.producing() as producer:
        elsewhere = [("reply_to", b"news.alerts")]
        await producer.send_and_wait(ITEMS, pipe.launch("asks"), headers=elsewhere)
    consumer = AIOKafkaConsumer("news.alerts", bootstrap_servers=pipe.bootstrap)
    await consumer.start()
    async with classifying(pipe.settings):
        assert await pipe.reported(1) == ["asks"]
        await caught_up(pipe)
        assert await consumer.getmany(timeout_ms=500) == {}
    await consumer.stop()


class NoText(str):
    """A header's name that is no UTF-8: what a hostile producer can write, and ours cannot."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


async def test_a_header_s_name_that_is_no_utf8_blocks_nobody(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (memory_records, "DefaultRecordBatch"),
        (fetcher, "MemoryRecords"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back after the test
    key = pipe.mark.encode()
    hostile = KafkaProducer(bootstrap_servers=pipe.bootstrap)
    for name, headers in (("before", []), ("hostile", [(NoText("x"), b"v")]), ("after", [])):
        hostile.send(ITEMS, pipe.launch(name), key=key, headers=headers).get(10)
    hostile.close()
    async with classifying(pipe.settings):
        assert await pipe.reported(3) == ["after", "before", "hostile"]
        await caught_up(pipe)


@pytest.mark.parametrize("hostile", [0, 1, 2, 3])  # in which order they are read is chance
async def test_what_cannot_be_parsed_in_one_partition_loses_nothing_of_another(
    hostile: int, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client has moved on in the others when it raises, and would drop what it read there."""
    for module, name in ((memory_records, "DefaultRecordBatch"), (fetcher, "MemoryRecords")):
        monkeypatch.setattr(module, name, getattr(module, name))
    producer = KafkaProducer(bootstrap_servers=pipe.bootstrap)
    for partition in range(4):
        producer.send(ITEMS, b"{}", partition=partition).get(10)
    async with classifying(pipe.settings):
        await caught_up(pipe)  # both have a position, so the next fetch brings both
    for partition in range(4):
        for n in range(50):
            producer.send(ITEMS, pipe.launch(f"{partition}-{n}"), partition=partition)
    producer.flush()
    headers = [(NoText("x"), b"v")]
    producer.send(ITEMS, pipe.launch("x"), partition=hostile, headers=headers).get(10)
    producer.close()
    async with classifying(pipe.settings):
        await caught_up(pipe)
    wanted = sorted([f"{p}-{n}" for p in range(4) for n in range(50)] + ["x"])
    assert await pipe.reported(201) == wanted


async def test_records_deleted_unread_stop_the_service_with_an_error(pipe: Pipe) -> None:
    async with pipe.producing() as producer:
        await producer.send_and_wait(ITEMS, pipe.launch("read"), partition=0)
    async with classifying(pipe.settings):
        await caught_up(pipe)
    async with pipe.producing() as producer:
        for _ in range(3):
            kept = await producer.send_and_wait(ITEMS, pipe.launch("deleted"), partition=0)
    admin = AdminClient({"bootstrap.servers": pipe.bootstrap})
    for deleted in admin.delete_records([Position(ITEMS, 0, kept.offset)]).values():
        deleted.result(10)
    async with classifying(pipe.settings) as failure:
        with pytest.raises(LostRecordsError, match="deleted unread"):
            await asyncio.wait_for(failure, 30)
