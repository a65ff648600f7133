"""The classifier's handler with a producer that keeps what it is sent."""

import orjson
import pytest
from aiokafka.errors import KafkaConnectionError
from prometheus_client import CollectorRegistry

from schemas.report import parse_report
from services.classifier.classify import Classifier, load
from services.classifier.handlers import Handler
from services.classifier.metrics import ClassifierMetrics
from services.runtime.cloudevents import attributes
from services.runtime.kafka import Record
from tests.support.builders import NOON, record, records
from tests.support.fakes import FakeClock, FakeProducer

LAUNCH = orjson.dumps(
    {
        "id": "item-1",
        "title": "North Korea fires a ballistic missile into the sea",
        "source": "Example Wire",
        "published_at": "2024-06-19T10:00:00+09:00",
    }
)
ORDINARY = b'{"id": "item-2", "title": "Council approves a new bridge"}'


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


@pytest.fixture
def producer() -> FakeProducer:
    return FakeProducer()


@pytest.fixture
def handler(classifier: Classifier, producer: FakeProducer) -> Handler:
    return Handler(classifier, producer, FakeClock(), ClassifierMetrics(CollectorRegistry()))


async def test_a_report_goes_to_its_category_s_topic(
    handler: Handler, producer: FakeProducer
) -> None:
    taken = record(LAUNCH, offset=41, partition=3, headers=[("traceparent", b"00-a-b-01")])
    assert await handler([record(ORDINARY), taken]) == []
    (sent,) = producer.sent
    assert (sent.topic, sent.key) == ("news.classified.missile-launch", b"missile_launch:KP")
    report = parse_report(sent.value)
    assert (report.status, report.item.id, report.ingested_at) == ("occurred", "item-1", NOON)
    assert report.origin is not None
    assert (report.origin.partition, report.origin.offset) == (3, 41)
    for span in report.evidence:
        assert getattr(report.item, span.field)[span.start : span.end] == span.text
    assert sent.header("ce_type") == "news.classified.v1"
    assert sent.header("ce_id") == str(report.id)
    assert sent.header("ce_subject") == sent.header("ce_correlationid") == "item-1"
    assert sent.header("ce_time") == "2024-06-19T10:00:00+09:00"
    assert sent.header("ce_purpose") == "live"
    assert sent.header("traceparent") == "00-a-b-01"


async def test_what_is_no_item_is_refused_and_its_neighbours_are_classified(
    handler: Handler, producer: FakeProducer
) -> None:
    bad = [b"not json", b"[]", b'{"id": "1"}', None, b'{"id": "1", "title": "\\ud800"}']
    refused = await handler(records(LAUNCH, *bad, LAUNCH.replace(b"item-1", b"item-9")))
    assert [rejection.record.value for rejection in refused] == bad
    assert {rejection.stage for rejection in refused} == {"validate"}
    assert len(producer.sent) == 2
    assert handler.metrics.items._value.get() == 2


STRUCTURED = [("content-type", b"application/cloudevents+json")]
BINARY = attributes("news.item.v1", "item-1", source="/wire", time=NOON, subject="item-1")


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(record(LAUNCH), id="plain JSON"),
        pytest.param(record(LAUNCH, headers=BINARY), id="binary mode"),
        pytest.param(
            record(
                b'{"specversion": "1.0", "data": ' + LAUNCH + b"}",
                headers=STRUCTURED,
            ),
            id="structured mode",
        ),
        pytest.param(record(LAUNCH, headers=[("x", None), ("y", b"\xff")]), id="odd headers"),
    ],
)
async def test_an_item_comes_with_an_envelope_or_without(
    taken: Record, handler: Handler, producer: FakeProducer
) -> None:
    assert await handler([taken]) == []
    assert len(producer.sent) == 1


@pytest.mark.parametrize(
    ("value", "marked", "purpose"),
    [
        pytest.param(LAUNCH, b"canary", "canary", id="only the envelope says so"),
        pytest.param(LAUNCH[:-1] + b', "purpose": "test"}', b"canary", "test", id="the item says"),
    ],
)
async def test_an_item_s_purpose(
    value: bytes, marked: bytes, purpose: str, handler: Handler, producer: FakeProducer
) -> None:
    await handler([record(value, headers=[("ce_purpose", marked)])])
    assert parse_report(producer.sent[0].value).purpose == purpose
    assert producer.sent[0].header("ce_purpose") == purpose


async def test_a_purpose_that_nobody_knows_is_refused(handler: Handler) -> None:
    (refused,) = await handler([record(LAUNCH, headers=[("ce_purpose", b"Canary")])])
    assert isinstance(refused.error, ValueError)


async def test_an_output_that_is_not_acknowledged_is_an_outage(
    handler: Handler, producer: FakeProducer
) -> None:
    producer.failures = [KafkaConnectionError("away")]
    with pytest.raises(KafkaConnectionError):
        await handler(records(LAUNCH, LAUNCH.replace(b"item-1", b"item-9")))
    assert len(producer.sent) == 1, "the other is acknowledged before the batch is taken again"


async def test_the_same_item_gives_the_same_report_again(
    handler: Handler, producer: FakeProducer
) -> None:
    await handler(records(LAUNCH, LAUNCH))
    first, second = (parse_report(sent.value) for sent in producer.sent)
    assert first.id == second.id
