"""The notifier, put together: reports in, the ledger, webhooks out, alerts back to Kafka."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final

import asyncpg
import structlog
from prometheus_client import CollectorRegistry

from schemas.topics import ALERTS, CLASSIFIED, CLASSIFIED_DEAD_LETTER
from services.notifier.dispatch import Dispatcher
from services.notifier.intake import Intake
from services.notifier.ledger import channels, deliveries, outbox
from services.notifier.ledger.channels import Subscribed
from services.notifier.ledger.connection import connector, is_outage, make_engine
from services.notifier.ledger.listener import Listener
from services.notifier.ledger.migrate import migrate
from services.notifier.metrics import NotifierMetrics
from services.notifier.outbox import AlertPublisher
from services.notifier.routes import load_file, make_egress, make_routes
from services.notifier.subscriptions import ChannelsFile
from services.runtime.clock import SystemClock
from services.runtime.consumer import BatchConsumer
from services.runtime.dead_letters import DeadLetters
from services.runtime.kafka import (
    Reachability,
    make_broker,
    make_producer,
    wait_for,
    wait_for_topics,
)
from services.runtime.metrics import ConsumerMetrics
from services.runtime.policy import FailurePolicy
from services.runtime.probes import Check
from services.runtime.service import SERVICE_VERSION, background, serve
from services.runtime.settings import ConfigurationError, Correlation, Settings

log = structlog.get_logger(__name__)

_POLL: Final = 1.0  # seconds between two looks into the outbox that nothing hurried
_OFF_THE_PATH: Final = 0.05  # seconds: the webhook goes first, Kafka hears right after
_SWEEP: Final = 60.0  # seconds between two looks for incidents to close
_LONGEST_WAIT: Final = 5.0  # seconds between two tries while the ledger is away


class NotifierService:
    """The notifier as `serve` runs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._egress = make_egress(settings.notifier)
        path = settings.notifier.channels_file
        self._desk: ChannelsFile | None = load_file(path) if path else None
        if self._desk is not None:
            make_routes(
                self._desk.channels, self._egress
            )  # a wrong reference stops the start, not the night
        self._engine = make_engine(settings.ledger)
        self.registry = CollectorRegistry()
        self._metrics = NotifierMetrics(self.registry)
        self._producer = make_producer(settings.kafka, "notifier")
        self._consumer: BatchConsumer | None = None
        self._kafka = Reachability(self._producer)
        self._ledger_up = False
        self._to_publish = asyncio.Event()
        self.live: dict[str, Check] = {
            "consumer": lambda: self._consumer is None or self._consumer.alive
        }
        self.ready: dict[str, Check] = {
            "kafka": lambda: self._kafka.up,
            "ledger": lambda: self._ledger_up,
            "reading": lambda: self._consumer is None or self._consumer.reads,
            "no_outage": lambda: self._consumer is None or not self._consumer.in_outage,
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Awaitable[None]]:
        """Send what waits in the ledger at once, and take in reports when Kafka is there."""
        await wait_for("the ledger", self._migrate, is_outage)
        subscriptions, dispatcher, listener = await self._prepare()
        loops = (
            dispatcher.claim,
            dispatcher.write,
            dispatcher.renew,
            self._publish,
            self._sweep,
            lambda: _listen(listener, dispatcher),
        )
        try:
            async with background(*(self._forever(step) for step in loops)):
                await wait_for("Kafka", self._producer.start)
                async with self._consuming(subscriptions, dispatcher) as failure:
                    yield failure
        finally:
            await self._stop(dispatcher, listener)

    async def _migrate(self) -> None:
        try:
            await migrate(self._engine, self._settings.ledger)
        except (
            asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError,
        ) as e:
            raise ConfigurationError(f"ledger.url: {e}") from None

    async def _stop(self, dispatcher: Dispatcher, listener: Listener) -> None:
        try:
            await dispatcher.stop()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the ledger is away: leases run out by themselves", error=repr(error))
        finally:
            await listener.close()
            await self._producer.stop()
            await self._engine.dispose()

    async def _prepare(self) -> tuple[list[Subscribed], Dispatcher, Listener]:
        if self._desk is not None:
            await channels.apply_file(self._engine, self._desk)
        enabled, subscriptions = await channels.read(self._engine)
        routes = make_routes(enabled, self._egress)
        self._metrics.add_channels(routes)
        listener = Listener(
            connector(self._settings.ledger),
            self._settings.notifier.instance,
            lambda: dispatcher.wake(),  # noqa: PLW0108 (made below)
        )
        dispatcher = Dispatcher(
            # Each of its steps is one statement: BEGIN and COMMIT would be two more round trips.
            self._engine.execution_options(isolation_level="AUTOCOMMIT"),
            routes,
            owner=await listener.connect(),
            egress=self._egress,
            clock=SystemClock(),
            metrics=self._metrics,
        )
        await deliveries.release(self._engine, [dispatcher.owner])  # what our predecessor held
        self._ledger_up = True
        return subscriptions, dispatcher, listener

    @contextlib.asynccontextmanager
    async def _consuming(
        self, subscriptions: list[Subscribed], dispatcher: Dispatcher
    ) -> AsyncIterator[Awaitable[None]]:
        await wait_for_topics(self._producer, [*CLASSIFIED, CLASSIFIED_DEAD_LETTER, ALERTS])

        def wake() -> None:
            dispatcher.wake()
            self._to_publish.set()

        intake = Intake(
            self._engine,
            subscriptions,
            alone=self._settings.notifier.correlation == Correlation.NONE,
            clock=SystemClock(),
            metrics=self._metrics,
            wake=wake,
        )
        dead_letters = DeadLetters(
            self._producer, CLASSIFIED_DEAD_LETTER, self._settings.notifier.group, SERVICE_VERSION
        )
        consumer = BatchConsumer(
            make_broker(self._settings.kafka, "notifier", self.registry),
            CLASSIFIED,
            FailurePolicy(intake, dead_letters, ConsumerMetrics(self.registry), is_outage),
            settings=self._settings.kafka,
        )
        await wait_for("Kafka", consumer.start)
        self._consumer = consumer
        try:
            async with background(consumer.commit_forever, self._kafka.watch):
                yield consumer.failure
        finally:
            await consumer.stop()

    async def _publish(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._to_publish.wait(), _POLL)
        self._to_publish.clear()
        await asyncio.sleep(_OFF_THE_PATH)
        if await outbox.publish(self._engine, AlertPublisher(self._producer)):
            self._to_publish.set()

    async def _sweep(self) -> None:
        await deliveries.close_incidents(self._engine)
        await asyncio.sleep(_SWEEP)

    def _forever(
        self, step: Callable[[], Coroutine[Any, Any, None]]
    ) -> Callable[[], Coroutine[Any, Any, None]]:
        """Return a loop that repeats the step, waiting longer each time that it fails."""

        async def loop() -> None:
            wait = 0.0
            while True:
                try:
                    await step()
                    wait = 0.0
                    self._ledger_answers(True)
                except Exception as error:
                    wait = min(max(wait * 2, 0.5), _LONGEST_WAIT)
                    if is_outage(error):
                        self._ledger_answers(False)
                        log.warning("an outage: tried again", error=repr(error), seconds=wait)
                    else:
                        log.exception("a loop failed and goes on", seconds=wait)
                    await asyncio.sleep(wait)

        return loop

    def _ledger_answers(self, answers: bool) -> None:
        self._ledger_up = answers
        self._metrics.ledger_up.set(answers)


async def _listen(listener: Listener, dispatcher: Dispatcher) -> None:
    await listener.lost()
    dispatcher.rename(await listener.connect())
    dispatcher.wake()


def run(settings: Settings) -> int:
    """Run the notifier until a signal; return its exit code. Raises ConfigurationError."""

    async def main() -> int:
        service = NotifierService(settings)
        return await serve(service, settings.notifier.host, settings.notifier.port)

    return asyncio.run(main())
