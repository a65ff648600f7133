"""Kafka as every service uses it: the broker, the producer, what is an outage, waiting for it."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
)
from faststream.kafka import KafkaBroker
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from prometheus_client import CollectorRegistry

from schemas.topics import MAX_MESSAGE_BYTES
from services.runtime.producer import RenewedProducer
from services.runtime.settings import KafkaSettings

Record = ConsumerRecord[bytes | None, bytes | None]

log = structlog.get_logger(__name__)

# What Kafka says of one record, not of itself. Every other error of its client is an outage:
# trying again later is right, and parking the record would lose the order of blame.
_OF_THE_RECORD: Final = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
    InvalidTopicError,
)
_ANSWER: Final = 5.0  # seconds that Kafka has to answer, and between two questions
_HEADROOM: Final = 64 * 1024  # bytes: a full record and its headers fit one request


def is_outage(error: BaseException) -> bool:
    """Return whether Kafka or the network failed, rather than a record or our code."""
    if isinstance(error, KafkaError):
        return not isinstance(error, _OF_THE_RECORD)
    return isinstance(error, OSError | TimeoutError)


def make_broker(settings: KafkaSettings, service: str, registry: CollectorRegistry) -> KafkaBroker:
    """Return FastStream's broker, not yet connected, with its own metrics in `registry`."""
    return KafkaBroker(
        settings.bootstrap_servers,
        client_id=f"watchfloor-{service}",
        allow_auto_create_topics=False,
        # BatchConsumer.stop has waited for the batch in work. Not 0: that cancels at once.
        graceful_timeout=1.0,
        logger=logging.getLogger("watchfloor.faststream"),
        log_level=logging.DEBUG,  # of its two lines a message; its errors stay errors
        middlewares=[
            KafkaPrometheusMiddleware(
                registry=registry, app_name=service, metrics_prefix="watchfloor_faststream"
            )
        ],
    )


def make_producer(settings: KafkaSettings, service: str) -> RenewedProducer:
    """Return an idempotent producer that waits for all replicas, not yet connected.

    linger_ms is 0 because 5 adds 5 ms to every record; what arrives together still travels
    together. Batches of 256 KiB carry what one batch of items yields.
    """
    return RenewedProducer(
        lambda: AIOKafkaProducer(
            bootstrap_servers=settings.bootstrap_servers,
            client_id=f"watchfloor-{service}",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=256 * 1024,
            max_request_size=max(MAX_MESSAGE_BYTES.values()) + _HEADROOM,
        )
    )


async def wait_for(
    what: str,
    attempt: Callable[[], Awaitable[Any]],
    is_outage: Callable[[BaseException], bool] = is_outage,
) -> None:
    """Call `attempt` until it raises no outage, waiting half a second to ten between the calls.

    A service may be started before what it needs. Anything but an outage is raised.
    """
    wait = 0.5
    while True:
        try:
            await attempt()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("waiting for an outage to end", of=what, error=repr(error), seconds=wait)
        else:
            return
        await asyncio.sleep(wait)
        wait = min(wait * 2, 10.0)


async def wait_for_topics(producer: RenewedProducer, topics: Iterable[str]) -> None:
    """Return once Kafka knows every one of the topics: nothing here makes them."""
    for topic in topics:
        await wait_for(f"topic {topic}", functools.partial(producer.partitions_for, topic))


class Reachability:
    """Whether Kafka answers, asked every five seconds, so that a probe need not wait for it."""

    def __init__(self, producer: RenewedProducer) -> None:
        self._producer = producer
        self.up = False

    async def watch(self) -> None:
        """Ask until cancelled, and log when the answer changes."""
        while True:
            up = await self._asked()
            if up != self.up:
                log.warning("Kafka answers" if up else "Kafka does not answer")
            self.up = up
            await asyncio.sleep(_ANSWER)

    async def _asked(self) -> bool:
        try:
            return await asyncio.wait_for(self._producer.answers(), _ANSWER)
        except (KafkaError, OSError):  # a TimeoutError is an OSError
            return False
