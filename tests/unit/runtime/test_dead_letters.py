import pytest

from services.runtime.dead_letters import PREFIX, DeadLetters, Rejection
from services.runtime.kafka import Record
from tests.support.builders import record
from tests.support.fakes import FakeProducer, Sent


async def parked(refused: Record, error: Exception | None = None) -> Sent:
    producer = FakeProducer()
    letters = DeadLetters(producer, "news.items.dead-letter", "classifier", "1.2.3")
    await letters.park([Rejection(refused, "validate", error or ValueError("no item"))])
    (sent,) = producer.sent
    return sent


async def test_a_record_is_parked_byte_for_byte() -> None:
    headers = [("trace", b"\xff\xfe"), ("empty", b""), ("null", None)]
    sent = await parked(record(b"\x00\xffnot json", key=b"\xfe", headers=headers))
    assert (sent.topic, sent.value, sent.key) == (
        "news.items.dead-letter",
        b"\x00\xffnot json",
        b"\xfe",
    )
    assert sent.headers[:3] == headers


async def test_the_headers_say_where_it_was_and_why_it_is_here() -> None:
    sent = await parked(record(b"x", offset=41, partition=3), ValueError("no item"))
    told = {name: sent.header(PREFIX + name) for name in ("topic", "partition", "offset")}
    assert told == {"topic": "news.items", "partition": "3", "offset": "41"}
    assert sent.header(PREFIX + "timestamp") == "1718798400000"
    assert sent.header(PREFIX + "consumer.group") == "classifier"
    assert sent.header(PREFIX + "stage") == "validate"
    assert sent.header(PREFIX + "exception.class.name") == "builtins.ValueError"
    assert sent.header(PREFIX + "exception.message") == "no item"
    assert "ValueError: no item" in sent.header(PREFIX + "exception.stacktrace")
    assert sent.header(PREFIX + "attempts") == "1"
    assert sent.header(PREFIX + "service.version") == "1.2.3"


async def test_a_header_that_is_there_already_is_not_overwritten() -> None:
    sent = await parked(record(headers=[(PREFIX + "offset", b"7")], offset=9))
    assert [value for name, value in sent.headers if name == PREFIX + "offset"] == [b"7"]


async def test_what_the_headers_tell_is_bounded() -> None:
    sent = await parked(record(), ValueError("long " * 100_000))
    assert sum(len(name) + len(value or b"") for name, value in sent.headers) < 8 * 1024


@pytest.mark.parametrize(
    ("value", "key", "sent_value"),
    [
        pytest.param(None, b"key", None, id="a null value stays null"),
        pytest.param(None, None, b"", id="Kafka's client takes nothing without key and value"),
        pytest.param(b"x", None, b"x", id="a null key stays null"),
    ],
)
async def test_null_values(
    value: bytes | None, key: bytes | None, sent_value: bytes | None
) -> None:
    sent = await parked(record(value, key=key))
    assert (sent.value, sent.key) == (sent_value, key)


async def test_a_message_with_half_a_surrogate_can_be_written() -> None:
    sent = await parked(record(), ValueError("bad \ud800"))
    assert sent.header(PREFIX + "exception.message") == "bad ?"


MIB = 1024 * 1024


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(record(b"x" * 8 * MIB), id="a value that was compressed"),
        pytest.param(record(b"x", key=b"k" * 8 * MIB), id="a key"),
        pytest.param(record(b"x", headers=[("h", b"v" * 8 * MIB)]), id="a header"),
        pytest.param(record(headers=[("h", b"")] * 300_000), id="the framing of many headers"),
        pytest.param(
            record(b"x" * 4 * MIB, key=b"k" * 4 * MIB, headers=[("h", b"v" * 4 * MIB)]), id="all"
        ),
    ],
)
async def test_of_a_record_that_no_topic_takes_the_beginning_is_kept(taken: Record) -> None:
    sent = await parked(taken)
    size = len(sent.value or b"") + len(sent.key or b"")
    size += sum(10 + len(name) + len(value or b"") for name, value in sent.headers)
    assert size < 3 * MIB
    assert (taken.value or b"").startswith(sent.value or b"")
    whole = len(taken.value or b"") + len(taken.key or b"")
    whole += sum(10 + len(name) + len(value or b"") for name, value in taken.headers)
    assert sent.header(PREFIX + "cut.from.bytes") == str(whole)
    assert sent.header(PREFIX + "offset") == "0"


async def test_a_record_of_the_largest_size_is_kept_whole() -> None:
    sent = await parked(record(b"x" * 2 * MIB))
    assert sent.value == b"x" * 2 * MIB
    assert PREFIX + "cut.from.bytes" not in dict(sent.headers)
