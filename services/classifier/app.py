"""The classifier, put together: `news.items` in, one topic a category out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable

from prometheus_client import CollectorRegistry

from schemas.topics import CLASSIFIED, ITEMS, ITEMS_DEAD_LETTER
from services.classifier.classify import load_whole
from services.classifier.handlers import Handler
from services.classifier.metrics import ClassifierMetrics
from services.runtime.clock import SystemClock
from services.runtime.consumer import BatchConsumer
from services.runtime.dead_letters import DeadLetters
from services.runtime.kafka import (
    Reachability,
    is_outage,
    make_broker,
    make_producer,
    wait_for,
    wait_for_topics,
)
from services.runtime.metrics import ConsumerMetrics
from services.runtime.policy import FailurePolicy
from services.runtime.probes import Check
from services.runtime.service import SERVICE_VERSION, background, serve
from services.runtime.settings import Settings


class ClassifierService:
    """The classifier as `serve` runs it."""

    def __init__(self, settings: Settings) -> None:
        self.registry = CollectorRegistry()
        self._producer = make_producer(settings.kafka, "classifier")
        metrics = ClassifierMetrics(self.registry)
        handler = Handler(load_whole(), self._producer, SystemClock(), metrics)
        dead_letters = DeadLetters(
            self._producer, ITEMS_DEAD_LETTER, settings.classifier.group, SERVICE_VERSION
        )
        self._consumer = BatchConsumer(
            make_broker(settings.kafka, "classifier", self.registry),
            [ITEMS],
            FailurePolicy(handler, dead_letters, ConsumerMetrics(self.registry), is_outage),
            batch=settings.classifier.batch,
            settings=settings.kafka,
        )
        self._kafka = Reachability(self._producer)
        self.live: dict[str, Check] = {"consumer": lambda: self._consumer.alive}
        self.ready: dict[str, Check] = {
            "kafka": lambda: self._kafka.up,
            "reading": lambda: self._consumer.reads,
            "no_outage": lambda: not self._consumer.in_outage,
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Awaitable[None]]:
        """Consume until the context ends; then commit what is done."""
        try:
            await wait_for("Kafka", self._producer.start)
            await wait_for_topics(self._producer, [ITEMS, ITEMS_DEAD_LETTER, *CLASSIFIED])
            await wait_for("Kafka", self._consumer.start)
            async with background(self._consumer.commit_forever, self._kafka.watch):
                yield self._consumer.failure
        finally:
            await self._consumer.stop()
            await self._producer.stop()


def run(settings: Settings) -> int:
    """Run the classifier until a signal; return its exit code."""

    async def main() -> int:
        service = ClassifierService(settings)
        return await serve(service, settings.classifier.host, settings.classifier.port)

    return asyncio.run(main())
