import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks import Webhook as Verifier

from services.notifier import dispatch
from services.notifier.dispatch import Dispatcher
from services.notifier.egress import Egress
from services.notifier.ledger import channels, deliveries
from services.notifier.metrics import NotifierMetrics
from services.notifier.routes import Route
from services.runtime.clock import SystemClock
from services.runtime.service import background
from tests.integration.notifier.desks import change, make_desk, rows, value
from tests.integration.notifier.receivers import (
    LOOPBACK,
    SECRET,
    Answer,
    Receiver,
    never,
    receiver,
    says,
)
from tests.support.builders import item, report
from tests.support.fakes import FakeClock

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
GONE = b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"

State = tuple[str, int, int | None, str | None]


class Sending:
    """A ledger with deliveries, and a dispatcher for them."""

    def __init__(self, engine: AsyncEngine, metrics: NotifierMetrics) -> None:
        self.engine = engine
        self.metrics = metrics
        self.clock = FakeClock()

    async def deliver(self, count: int = 1) -> None:
        """Put alerts of so many incidents into the ledger, two channels each."""
        desk = await make_desk(self.engine, self.metrics, alone=True)
        self.clock.instant = desk.clock.instant
        await desk.take(*(report(of=item(id=f"item-{n}")) for n in range(count)))

    @contextlib.asynccontextmanager
    async def dispatching(
        self, ports: Mapping[str, int], egress: Egress = LOOPBACK
    ) -> AsyncIterator[Dispatcher]:
        """Send to receivers by channel name, until the context ends."""
        formats = {"desk": "generic", "newsroom": "slack"}
        routes = {
            name: Route(name, formats[name], f"http://127.0.0.1:{port}/hook", (SECRET,))
            for name, port in ports.items()
        }
        dispatcher = Dispatcher(
            self.engine,
            routes,
            owner="n",
            egress=egress,
            clock=self.clock,
            metrics=self.metrics,
        )
        await dispatcher.refresh()
        async with background(repeat(dispatcher.claim), repeat(dispatcher.write)):
            yield dispatcher
        await dispatcher.stop()

    async def state(self, channel: str = "desk") -> list[State]:
        """Return a channel's deliveries: state, attempts, status, reason."""
        return await rows(
            self.engine,
            "select state, attempts, status, reason from delivery"
            f" where channel = '{channel}' order by seq",
        )

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Return once the condition holds. Raises TimeoutError after ten seconds."""
        async with asyncio.timeout(10):
            while not await condition():  # noqa: ASYNC110 (the ledger tells no event)
                await asyncio.sleep(0.01)

    async def ended(self, channel: str = "desk") -> bool:
        """Whether nothing is open for the channel."""
        return all(state not in ("waiting", "leased") for state, *_ in await self.state(channel))


def repeat(
    step: Callable[[], Coroutine[Any, Any, None]],
) -> Callable[[], Coroutine[Any, Any, None]]:
    async def loop() -> None:
        while True:
            with contextlib.suppress(ConnectionError):  # as the service does
                await step()

    return loop


@pytest.fixture
def sending(engine: AsyncEngine, metrics: NotifierMetrics) -> Sending:
    return Sending(engine, metrics)


def headers(seen: Receiver, number: int = 0) -> dict[str, str]:
    lines = seen.heads[number].decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines if line)


def answers(*replies: bytes) -> Answer:
    """Answer with these, one after the other, and with the last for ever."""
    left = list(replies)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await says(left.pop(0) if len(left) > 1 else left[0])(reader, writer)

    return answer


async def test_an_alert_arrives_signed(sending: Sending) -> None:
    sending.clock = SystemClock()  # type: ignore[assignment] # the library verifies the age
    desk = await make_desk(sending.engine, sending.metrics)
    desk.clock.instant = SystemClock().now()
    await desk.take(report())
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}):
            await sending.until(sending.ended)
    told = Verifier(SECRET).verify(seen.bodies[0].decode(), headers(seen))
    assert told["type"] == "news.alert.v1"
    assert told["data"]["category"] == "missile_launch"
    assert told["data"]["evidence"][0]["text"] == report().evidence[0].text
    assert headers(seen)["webhook-id"] == str(
        await value(sending.engine, "select id from delivery where channel = 'desk'")
    )
    assert await sending.state() == [("delivered", 1, 204, None)]


async def test_each_channel_has_its_format(sending: Sending) -> None:
    await sending.deliver()
    async with receiver(says(OK)) as seen:
        async with sending.dispatching({"newsroom": seen.port}):
            await sending.until(lambda: sending.ended("newsroom"))
    assert set(orjson.loads(seen.bodies[0])) >= {"text", "blocks"}
    assert "webhook-signature" not in headers(seen)


async def test_a_failure_that_passes_is_tried_again_under_the_same_id(sending: Sending) -> None:
    await sending.deliver()
    async with receiver(answers(UNAVAILABLE, NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}) as dispatcher:

            async def failed_once() -> bool:
                return await sending.state() == [("waiting", 1, 503, "server_error")]

            await sending.until(failed_once)
            due = "select due_at > now() and due_at < now() + interval '1.3 s' from delivery"
            assert await value(sending.engine, f"{due} where channel = 'desk'")
            await deliveries.make_due(sending.engine, "desk")
            dispatcher.wake()
            await sending.until(sending.ended)
    assert await sending.state() == [("delivered", 2, 204, None)]
    assert headers(seen, 0)["webhook-id"] == headers(seen, 1)["webhook-id"]


async def test_a_receiver_that_is_back_gets_all_that_waits_at_once(sending: Sending) -> None:
    await sending.deliver(40)
    async with receiver(answers(*[UNAVAILABLE] * 40, NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}) as dispatcher:

            async def all_failed() -> bool:
                return [state[:2] for state in await sending.state()] == [("waiting", 1)] * 40

            await sending.until(all_failed)
            await change(sending.engine, "update delivery set due_at = now() + interval '1 h'")
            assert await deliveries.probe(sending.engine, ["desk"]) == ["desk"]
            dispatcher.wake()
            await sending.until(sending.ended)
    assert len(seen.bodies) == 80


async def test_a_backlog_is_sent_without_waiting_for_the_poll(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that filled its room is followed by the next as soon as there is room again."""
    monkeypatch.setattr(dispatch, "POLL", 3600.0)
    await sending.deliver(1200)
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}):
            await sending.until(sending.ended)
    assert len(seen.bodies) == 1200


async def test_an_outcome_is_written_once_though_the_ledger_fails_after_it(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sending.deliver(2)
    failures = [ConnectionResetError()]

    async def make_due(*_: object) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(deliveries, "make_due", make_due)
    async with receiver(answers(UNAVAILABLE, NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}) as dispatcher:

            async def settled() -> bool:
                states = sorted(state[:2] for state in await sending.state())
                return states == [("delivered", 1), ("waiting", 1)] and not failures

            await sending.until(settled)
            assert dispatcher._ended == []
            assert len(dispatcher._held) == 0


async def test_a_failure_that_stays_is_given_up(sending: Sending) -> None:
    await sending.deliver()
    async with receiver(says(BAD_REQUEST)) as seen:
        async with sending.dispatching({"desk": seen.port}):
            await sending.until(sending.ended)
    assert await sending.state() == [("dead", 1, 400, "client_error")]
    assert sending.metrics.failures.labels("desk", "client_error")._value.get() == 1


@pytest.mark.parametrize(("late", "sent"), [(-1, 1), (0, 0)], ids=["a second before", "then"])
async def test_what_has_expired_is_not_sent_as_news(late: int, sent: int, sending: Sending) -> None:
    await sending.deliver()
    sending.clock.instant += timedelta(hours=2, seconds=late)
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}):
            await sending.until(sending.ended)
    assert len(seen.bodies) == sent
    assert await sending.state() == (
        [("delivered", 1, 204, None)] if sent else [("expired", 0, None, "expired")]
    )


async def test_a_silent_receiver_holds_up_no_other(sending: Sending) -> None:
    await sending.deliver(30)
    await change(sending.engine, "delete from delivery where channel = 'newsroom'")
    await change(
        sending.engine,
        "insert into delivery (id, alert_id, incident_id, channel, subscription,"
        " subscription_version, severity, expires_at)"
        " select gen_random_uuid(), alert_id, incident_id, 'newsroom', subscription, 1, severity,"
        " expires_at from delivery order by seq limit 1",
    )
    async with receiver(never) as silent, receiver(says(OK)) as seen:
        async with sending.dispatching({"desk": silent.port, "newsroom": seen.port}) as dispatcher:
            await sending.until(lambda: sending.ended("newsroom"))
            assert len(seen.bodies) == 1
            assert not await sending.ended("desk")
            dispatcher._stopping = True
            for task in dispatcher._under_way:
                task.cancel()


async def test_what_was_not_begun_when_the_service_stops_is_given_back(sending: Sending) -> None:
    await sending.deliver(60)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.set()
        await go_on.wait()
        await says(NO_CONTENT)(reader, writer)

    async with receiver(slow) as seen:
        async with sending.dispatching({"desk": seen.port}) as dispatcher:
            await asyncio.wait_for(begun.wait(), 5)
            stopping = asyncio.create_task(dispatcher.stop())
            await asyncio.sleep(0)
            go_on.set()
            await stopping
    states = [state for state, *_ in await sending.state()]
    assert states.count("delivered") == len(seen.bodies)
    assert states.count("waiting") == 60 - len(seen.bodies) > 0


async def test_a_fault_of_ours_costs_its_own_delivery_alone(sending: Sending) -> None:
    await sending.deliver(3)
    await change(
        sending.engine,
        "update alert set body = 'broken' where id ="
        " (select alert_id from delivery where channel = 'desk' order by seq limit 1)",
    )
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}):

            async def others_ended() -> bool:
                return [state[0] for state in await sending.state()][1:] == ["delivered"] * 2

            await sending.until(others_ended)
    assert (await sending.state())[0] == ("waiting", 1, None, "protocol_error")


async def test_an_address_that_is_not_allowed_is_never_dialled(sending: Sending) -> None:
    await sending.deliver()
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port}, Egress()):
            await sending.until(sending.ended)
    assert seen.connections == 0
    assert await sending.state() == [("dead", 1, None, "blocked")]


async def test_a_receiver_that_is_gone_disables_its_channel_and_loses_nothing(
    sending: Sending,
) -> None:
    await sending.deliver(3)

    async def disabled() -> bool:
        return bool(await channels.disabled(sending.engine))

    async with receiver(answers(GONE)) as seen:
        async with sending.dispatching({"desk": seen.port}):
            await sending.until(disabled)
    assert await channels.disabled(sending.engine) == {"desk": "gone"}
    states = await sending.state()
    assert {state for state, *_ in states} == {"waiting"}
    assert ("waiting", 1, 410, "gone") in states


async def test_a_disabled_channel_stays_so_over_a_restart_until_an_operator_enables_it(
    sending: Sending,
) -> None:
    await sending.deliver(3)
    await channels.disable(sending.engine, "desk", "gone")
    async with receiver(says(NO_CONTENT)) as seen:
        async with sending.dispatching({"desk": seen.port, "newsroom": seen.port}) as restarted:
            await restarted.refresh()
            assert await channels.enable(sending.engine, "desk")
            assert await sending.state() == [("waiting", 0, None, None)] * 3
            await restarted.refresh()
            await sending.until(sending.ended)
    assert await sending.state() == [("delivered", 1, 204, None)] * 3


async def test_the_first_reason_of_a_disabled_channel_stays(engine: AsyncEngine) -> None:
    await channels.disable(engine, "desk", "gone")
    await channels.disable(engine, "desk", "asked")
    assert await channels.disabled(engine) == {"desk": "gone"}
    assert await channels.enable(engine, "desk")
    assert not await channels.enable(engine, "desk")
