from typing import Any

import orjson
import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from services.cli.publish import Publication


class Acknowledged:
    """A future of kafka-python that has, or will have, Kafka's word."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = False
        self._error = error

    def get(self) -> None:
        self.asked = True
        if self._error:
            raise self._error


class FakeProducer:
    """Takes records, and refuses values that hold `large` as a broker or a client would."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, bytes | None, dict[str, bytes]]] = []
        self.futures: list[Acknowledged] = []

    def send(
        self, topic: str, value: bytes, *, key: bytes | None, headers: list[tuple[str, bytes]]
    ) -> Acknowledged:
        if b"too large for the client" in value:
            raise MessageSizeTooLargeError
        self.sent.append((topic, value, key, dict(headers)))
        refused = MessageSizeTooLargeError() if b"too large for the broker" in value else None
        self.futures.append(Acknowledged(refused))
        return self.futures[-1]


def published(*lines: bytes) -> tuple[FakeProducer, Publication]:
    producer = FakeProducer()
    publication = Publication(producer, "news.items")
    publication.send(lines)
    publication.finish()
    return producer, publication


def test_an_item_goes_unchanged_under_its_id_with_its_attributes() -> None:
    line = b'{ "id": "\xc3\xa9-1", "source": "Example Wire", "purpose": "test", "more": 1.0 }\r'
    producer, publication = published(line)
    [(topic, value, key, headers)] = producer.sent
    assert (topic, value, key) == ("news.items", line, "é-1".encode())
    assert headers.pop("ce_time")
    assert headers == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_type": b"news.item.v1",
        "ce_dataschema": b"urn:watchfloor:news.item.v1",
        "ce_id": "é-1".encode(),
        "ce_subject": "é-1".encode(),
        "ce_source": b"Example Wire",
        "ce_purpose": b"test",
    }
    assert (publication.sent, publication.no_items, publication.refused) == (1, 0, [])


@pytest.mark.parametrize("source", [None, "", 7, ["x"]])
def test_an_item_without_a_source_is_ours(source: Any) -> None:
    producer, _ = published(orjson.dumps({"id": "a", "source": source}))
    assert producer.sent[0][3]["ce_source"] == b"watchfloor publish"


@pytest.mark.parametrize("line", [b"", b"no", b"[]", b"7", b'{"id":7}', b"{}", b"\xff", b"null"])
def test_what_is_no_item_goes_as_it_is_and_is_counted(line: bytes) -> None:
    producer, publication = published(b'{"id":"a"}', line)
    assert producer.sent[1] == ("news.items", line, None, {})
    assert (publication.sent, publication.no_items) == (2, 1)


def test_lines_too_large_for_kafka_are_named_and_the_rest_goes_on() -> None:
    producer, publication = published(
        b'{"id":"a"}', b"too large for the client", b"too large for the broker", b'{"id":"b"}'
    )
    assert publication.refused == [2, 3]
    assert [key for _, _, key, _ in producer.sent if key] == [b"a", b"b"]


def test_finish_waits_for_kafkas_word_on_every_line() -> None:
    producer, _ = published(*[b'{"id":"a"}'] * 100)
    assert len(producer.futures) == 100
    assert all(future.asked for future in producer.futures)


def test_memory_is_bounded_while_kafka_is_silent() -> None:
    producer = FakeProducer()
    publication = Publication(producer, "news.items")
    megabyte = b"x" * 1024 * 1024
    publication.send([megabyte] * 40)
    assert sum(not future.asked for future in producer.futures) == 16


def test_an_outage_is_raised_and_not_counted_as_a_refusal() -> None:
    producer = FakeProducer()
    publication = Publication(producer, "news.items")
    publication.send([b'{"id":"a"}'])
    producer.futures[0]._error = KafkaTimeoutError()
    with pytest.raises(KafkaTimeoutError):
        publication.finish()


def test_the_size_of_each_line_is_told_before_it_is_sent() -> None:
    producer = FakeProducer()
    told: list[tuple[int, int]] = []
    publication = Publication(
        producer, "news.items", lambda size: told.append((size, len(producer.sent)))
    )
    publication.send([b"one", b"three"])
    assert told == [(3, 0), (5, 1)]
