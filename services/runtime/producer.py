"""A producer that outlives its failures.

aiokafka's idempotent producer counts a record as soon as it first leaves, and never counts back:
after one that Kafka refused, or that waited too long for a leader, everything that follows in the
partition is refused for being out of sequence, for ever. So a producer that has failed once
is replaced before the next record; what was not acknowledged is sent again by whoever sent it.
"""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

log = structlog.get_logger(__name__)

_LAST_FLUSH: Final = 10.0  # seconds for a producer to close whose Kafka may be away
_LONGEST: Final = 60.0  # seconds for an acknowledgement: the client itself gives up after 40


class Producer(Protocol):
    """Sends records."""

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        *,
        headers: Sequence[tuple[str, bytes | None]] | None = None,
    ) -> Awaitable[object]:
        """Hand a record over; what is returned resolves when Kafka has acknowledged it."""
        ...

    async def acknowledged(self, sent: Sequence[Awaitable[object]]) -> None:
        """Return when all of them are acknowledged; else raise the first failure, after the last.

        Waiting for all of them leaves nothing in flight when the caller starts over.
        """
        ...


class RenewedProducer:
    """An aiokafka producer, and after a failure another one."""

    def __init__(self, make: Callable[[], AIOKafkaProducer]) -> None:
        self._make = make
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Raises what Kafka's client raises."""
        await self._ready()

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        *,
        headers: Sequence[tuple[str, bytes | None]] | None = None,
    ) -> Awaitable[object]:
        """Hand a record over, to a new producer where the last one failed."""
        producer = self._producer or await self._ready()
        try:
            sent: asyncio.Future[object] = await producer.send(topic, value, key, headers=headers)
        except Exception:
            self._give_up(producer)
            raise
        sent.add_done_callback(functools.partial(self._judge, producer))
        return sent

    async def acknowledged(self, sent: Sequence[Awaitable[object]]) -> None:
        """Return when all are acknowledged; else raise the first failure. See `Producer`."""
        try:
            async with asyncio.timeout(_LONGEST):
                await gather_all(sent)
        except TimeoutError:
            self._give_up(self._producer)
            raise
        finally:
            # What has failed is noted by a callback of its own: it has run from here on.
            await asyncio.sleep(0)

    async def partitions_for(self, topic: str) -> object:
        """Return a topic's partitions. Raises what Kafka's client raises where there is none."""
        return await (await self._ready()).partitions_for(topic)

    async def answers(self) -> bool:
        """Return whether Kafka answers now."""
        producer = await self._ready()
        return bool(await producer.client.force_metadata_update())

    async def stop(self) -> None:
        """Send what is left and close, in ten seconds at most."""
        self._give_up(self._producer)
        await asyncio.gather(*self._closing)

    async def _ready(self) -> AIOKafkaProducer:
        async with self._renewing:
            if self._producer is None:
                producer = self._make()
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    def _judge(self, producer: AIOKafkaProducer, sent: "asyncio.Future[object]") -> None:
        if not sent.cancelled() and sent.exception() is not None:
            self._give_up(producer)

    def _give_up(self, producer: AIOKafkaProducer | None) -> None:
        if producer is None or producer is not self._producer:
            return
        self._producer = None
        closing = asyncio.create_task(_close(producer))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def gather_all(sent: Sequence[Awaitable[object]]) -> None:
    """Wait until each has resolved or failed, then raise the first failure."""
    for result in await asyncio.gather(*sent, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _close(producer: AIOKafkaProducer) -> None:
    with contextlib.suppress(KafkaError):
        try:
            await asyncio.wait_for(producer.stop(), _LAST_FLUSH)
        except TimeoutError:
            # Cut short in its flush, it would stay connected, and send old batches later on.
            await producer._sender.close()  # noqa: SLF001 (stop() does no more once begun)
            await producer.client.close()
