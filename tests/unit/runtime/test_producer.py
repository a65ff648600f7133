import asyncio
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from services.runtime.producer import RenewedProducer


class Client:
    """One aiokafka producer: refuses everything after it has failed once, as the real one does."""

    def __init__(self, made: list["Client"], failures: list[BaseException], away: bool) -> None:
        made.append(self)
        self.failures = failures
        self.away = away
        self.broken = False
        self.sent: list[bytes | None] = []
        self.stopped = False

    async def start(self) -> None:
        if self.away:
            raise KafkaConnectionError("away")

    async def stop(self) -> None:
        self.stopped = True

    async def send(self, topic: str, value: bytes | None, *_: Any, **__: Any) -> Any:
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.broken:
            acknowledged.set_exception(OutOfOrderSequenceNumber())
        elif self.failures:
            self.broken = True
            acknowledged.set_exception(self.failures.pop(0))
        else:
            self.sent.append(value)
            acknowledged.set_result(None)
        return acknowledged


class Making:
    """Makes producers, and keeps them."""

    def __init__(self, *failures: BaseException) -> None:
        self.made: list[Client] = []
        self.failures = list(failures)
        self.away = False
        self.producer = RenewedProducer(
            lambda: cast("AIOKafkaProducer", Client(self.made, self.failures, self.away))
        )

    async def send(self, *values: bytes) -> None:
        await self.producer.acknowledged([await self.producer.send("t", v) for v in values])


async def test_one_producer_sends_as_long_as_nothing_fails() -> None:
    making = Making()
    for value in (b"a", b"b"):
        await making.send(value)
    (only,) = making.made
    assert only.sent == [b"a", b"b"]


async def test_after_a_failure_another_producer_sends() -> None:
    making = Making(MessageSizeTooLargeError())
    with pytest.raises(MessageSizeTooLargeError):
        await making.send(b"large")
    await making.send(b"next")
    first, second = making.made
    assert second.sent == [b"next"]
    await making.producer.stop()
    assert first.stopped
    assert second.stopped


async def test_the_failure_is_raised_after_all_others_are_acknowledged() -> None:
    making = Making(MessageSizeTooLargeError())
    with pytest.raises(MessageSizeTooLargeError):
        await making.send(b"large", b"out of sequence")
    assert making.made[0].sent == []


async def test_while_kafka_is_away_each_send_says_so_and_the_next_tries_again() -> None:
    making = Making()
    making.away = True
    for _ in range(2):
        with pytest.raises(KafkaConnectionError):
            await making.send(b"a")
    making.away = False
    await making.send(b"a")
    assert [client.stopped for client in making.made] == [True, True, False]
    assert making.made[-1].sent == [b"a"]
