"""The notifier, put together: reports in, the ledger, webhooks out, alerts back to Kafka."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import DBAPIError

from schemas.topics import ALERTS, CLASSIFIED, CLASSIFIED_DEAD_LETTER
from services.notifier.dispatch import Dispatcher
from services.notifier.intake import Intake
from services.notifier.ledger import channels, deliveries, outbox
from services.notifier.ledger.channels import Subscribed
from services.notifier.ledger.connection import connector, is_outage, is_refusal, make_engine
from services.notifier.ledger.listener import Listener
from services.notifier.ledger.migrate import MigrationError, migrate
from services.notifier.ledger.states import State
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
        self._file: ChannelsFile | None = load_file(path) if path else None
        if self._file is not None:  # a wrong reference stops the start, not the night
            make_routes(self._file.channels, self._egress)
        self._engine = make_engine(settings.ledger)
        self.registry = CollectorRegistry()
        self._metrics = NotifierMetrics(self.registry)
        self._producer = make_producer(settings.kafka, "notifier")
        self._consumer: BatchConsumer | None = None
        self._kafka = Reachability(self._producer)
        self._ledger_up = False
        self._subscriptions: list[Subscribed] = []
        self._dispatcher: Dispatcher | None = None
        self._listener = Listener(
            connector(settings.ledger), settings.notifier.instance, self._wake
        )
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
        await wait_for("the ledger", self._prepare, _may_pass)
        dispatcher = self._dispatcher
        assert dispatcher is not None, "prepared"
        steps = (
            dispatcher.claim,
            dispatcher.write,
            dispatcher.renew,
            self._publish,
            self._sweep,
            self._listen,
        )
        try:
            async with background(*(self._forever(step) for step in steps)):
                await wait_for("Kafka", self._producer.start)
                async with self._consuming(dispatcher) as failure:
                    yield failure
        finally:
            await self._stop(dispatcher)

    async def _stop(self, dispatcher: Dispatcher) -> None:
        try:
            await dispatcher.stop()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the ledger is away: leases run out by themselves", error=repr(error))
        finally:
            await self._listener.close()
            await self._producer.stop()
            await self._engine.dispose()

    async def _prepare(self) -> None:
        try:
            await migrate(self._engine, self._settings.ledger)
        except DBAPIError as error:
            if is_refusal(error):
                raise ConfigurationError(f"ledger.url: {error.orig}") from None
            raise
        if self._file is not None:
            await channels.apply_file(self._engine, self._file)
        enabled, self._subscriptions = await channels.read(self._engine)
        routes = make_routes(enabled, self._egress)
        self._metrics.add_channels(routes)
        owner = await self._listener.connect()
        await deliveries.release(self._engine, [owner])  # what our predecessor held
        self._dispatcher = Dispatcher(
            # Each of its steps is one statement: BEGIN and COMMIT would be two more round trips.
            self._engine.execution_options(isolation_level="AUTOCOMMIT"),
            routes,
            owner=owner,
            egress=self._egress,
            clock=SystemClock(),
            metrics=self._metrics,
        )
        await self._dispatcher.refresh()
        self._ledger_up = True

    def _wake(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.wake()

    async def _listen(self) -> None:
        await self._listener.lost()
        owner = await self._listener.connect()
        assert self._dispatcher is not None, "prepared"
        self._dispatcher.rename(owner)
        self._dispatcher.wake()

    @contextlib.asynccontextmanager
    async def _consuming(self, dispatcher: Dispatcher) -> AsyncIterator[Awaitable[None]]:
        await wait_for_topics(self._producer, [*CLASSIFIED, CLASSIFIED_DEAD_LETTER, ALERTS])

        def wake() -> None:
            dispatcher.wake()
            self._to_publish.set()

        intake = Intake(
            self._engine,
            self._subscriptions,
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
            batch=self._settings.notifier.batch,
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
        for channel in await deliveries.expire(self._engine):
            self._metrics.deliveries.labels(channel=channel, state=State.EXPIRED).inc()
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
                        self._ledger_answers(isinstance(error, KafkaError))
                        log.warning("an outage: tried again", error=repr(error), seconds=wait)
                    else:
                        log.exception("a loop failed and goes on", seconds=wait)
                    await asyncio.sleep(wait)

        return loop

    def _ledger_answers(self, answers: bool) -> None:
        self._ledger_up = answers
        self._metrics.ledger_up.set(answers)


def _may_pass(error: BaseException) -> bool:
    """Return whether starting again may help: the migration's program may have met an outage."""
    return is_outage(error) or isinstance(error, MigrationError)


def run(settings: Settings) -> int:
    """Run the notifier until a signal; return its exit code. Raises ConfigurationError."""

    async def main() -> int:
        service = NotifierService(settings)
        return await serve(service, settings.notifier.host, settings.notifier.port)

    return asyncio.run(main())
