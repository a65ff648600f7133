"""Deliveries out: leased from the ledger, posted, and their outcomes written back.

Each channel has its own room, concurrency and pace, so one slow receiver slows no other. What
is due is found by a poll each second; waking after an intake, or by NOTIFY, only saves the wait.
"""

import asyncio
import contextlib
import random
import ssl
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from schemas.alert import Alert, Severity
from services.notifier import channels, retry
from services.notifier.egress import Egress
from services.notifier.lanes import Lane
from services.notifier.ledger import channels as channel_rows
from services.notifier.ledger import deliveries as ledger
from services.notifier.ledger.deliveries import Ended, Leased
from services.notifier.ledger.states import State
from services.notifier.metrics import NotifierMetrics
from services.notifier.retry import Outcome, Reason, Verdict
from services.notifier.routes import Route
from services.notifier.signing import sign
from services.notifier.webhook import Sender
from services.runtime.clock import Clock

log = structlog.get_logger(__name__)

POLL: Final = 1.0  # seconds
RENEWAL: Final = 10.0  # seconds: a third of the lease; and as often a failing channel is probed
_GATHER: Final = 0.005  # seconds in which outcomes gather: one write for all of them
_DETAIL: Final = 200  # characters of a reply that a log line carries
_LAST: Final = 20.0  # seconds for what is under way when the service stops


class Dispatcher:
    """Sends what the ledger holds for the channels it knows."""

    def __init__(
        self,
        engine: AsyncEngine,
        routes: Mapping[str, Route],
        *,
        owner: str,
        egress: Egress,
        clock: Clock,
        metrics: NotifierMetrics,
    ) -> None:
        self._owners = [owner]  # the last one leases; the others' leases are ours as well
        self._engine = engine
        self._clock = clock
        self._metrics = metrics
        self._new_sender = partial(Sender, egress, ssl.create_default_context(), clock=clock)
        self._lanes = {
            name: Lane(route, asyncio.Semaphore(route.format.CONCURRENCY))
            for name, route in routes.items()
        }
        self._gone: set[str] = set()  # channels found gone, not yet written
        self._under_way: set[asyncio.Task[None]] = set()
        self._held: dict[int, str] = {}  # leased, the outcome not yet written: seq and channel
        self._ended: list[Ended] = []
        self._recovered: set[str] = set()
        self._to_claim = asyncio.Event()
        self._to_write = asyncio.Event()
        self._stopping = False

    @property
    def owner(self) -> str:
        """In whose name deliveries are leased."""
        return self._owners[-1]

    def rename(self, owner: str) -> None:
        """Lease in another name from here on."""
        if owner != self.owner:
            self._owners.append(owner)

    def wake(self) -> None:
        """Look for due deliveries now instead of within a second."""
        self._to_claim.set()

    async def refresh(self) -> None:
        """Learn which channels are disabled: an operator or another notifier may have said so."""
        names = {*await channel_rows.disabled(self._engine), *self._gone}
        for name, lane in self._lanes.items():
            lane.disabled = name in names
            self._metrics.disabled.labels(channel=name).set(lane.disabled)
        self.wake()

    async def claim(self) -> None:
        """Lease what is due and begin to send it; then wait for more, a second at most."""
        self._to_claim.clear()  # before the look, or a wake between look and wait is lost
        room = {
            name: lane.room for name, lane in self._lanes.items() if lane.room and not lane.disabled
        }
        held = [seq for seq, name in self._held.items() if name in room]
        claimed = await ledger.claim(self._engine, self.owner, room, held=held) if room else []
        self._held.update((leased.seq, leased.channel) for leased in claimed)
        taken = Counter(leased.channel for leased in claimed)
        for name, lane in self._lanes.items():
            # There may be more where the claim filled what it asked for, or asked for nothing.
            lane.more = taken[name] == room.get(name, 0)
        for leased in claimed:
            lane = self._lanes[leased.channel]
            lane.in_hand += 1
            task = asyncio.create_task(self._deliver(lane, leased))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._to_claim.wait(), POLL)

    async def write(self) -> None:
        """Write the outcomes that have gathered, once there are any."""
        await self._to_write.wait()
        await asyncio.sleep(_GATHER)
        await self._flush()

    async def renew(self) -> None:
        """Keep the leases of what is in hand, and probe the channels that fail."""
        await asyncio.sleep(RENEWAL)
        await ledger.renew(self._engine, self._owners, self._held)
        await self.refresh()
        for name in await ledger.probe(self._engine, list(self._lanes)):
            self._lanes[name].failing = True
            self.wake()

    async def stop(self) -> None:
        """Finish the posts under way, write their outcomes, give the rest back."""
        self._stopping = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_LAST)
        for task in self._under_way:
            task.cancel()
        await self._flush()
        await ledger.release(self._engine, self._owners, self._held)
        for lane in self._lanes.values():
            for sender in lane.idle:
                await sender.aclose()

    async def _flush(self) -> None:
        self._to_write.clear()
        ended = list(self._ended)
        try:
            if ended:
                await ledger.end(self._engine, self._owners, ended)
                del self._ended[: len(ended)]
                for outcome in ended:
                    self._held.pop(outcome.seq, None)
            for name in sorted(self._gone):
                await channel_rows.disable(self._engine, name, Reason.GONE)
                self._gone.discard(name)
            for name in sorted(self._recovered):  # the receiver is back: no need to wait longer
                await ledger.make_due(self._engine, name)
                self._recovered.discard(name)
                self.wake()
        except BaseException:
            self._to_write.set()  # the ledger is away: written when it is back
            raise

    async def _deliver(self, lane: Lane, leased: Leased) -> None:
        try:
            async with lane.turns:
                await lane.keep_pace()
                if self._stopping:
                    return  # its lease is given back
                if lane.disabled:
                    ended = Ended(leased.seq, State.WAITING, attempted=0)
                else:
                    ended = await self._attempt(lane, leased)
        except Exception:
            # A fault of ours in rendering or signing: it must cost this delivery alone.
            log.exception("a delivery met a fault of ours", delivery=str(leased.id))
            ended = self._again(leased, Outcome(None, Reason.PROTOCOL_ERROR, None, 0.0, "fault"))
        finally:
            lane.in_hand -= 1
            if lane.more and lane.room:
                self.wake()
        self._ended.append(ended)
        self._to_write.set()

    async def _attempt(self, lane: Lane, leased: Leased) -> Ended:
        now, route = self._clock.now(), lane.route
        if now >= leased.expires_at:
            self._count(leased, State.EXPIRED)
            return Ended(leased.seq, State.EXPIRED, attempted=0, reason=Reason.EXPIRED)
        alert = Alert.model_validate_json(leased.alert).model_copy(
            update={"severity": Severity(leased.severity), "expires_at": leased.expires_at}
        )
        request = route.format.render(alert, now=now)
        request = channels.keyed(route.format_name, request, route.secrets)
        headers = {"webhook-id": str(leased.id)}
        if route.format.SIGNED:
            headers = sign(str(leased.id), int(now.timestamp()), request.body, route.secrets)
        sender = lane.idle.pop() if lane.idle else self._new_sender()
        try:
            outcome = await sender.post(
                route.url,
                request,
                headers,
                deadline=route.format.DEADLINE,
                accepted=partial(channels.accepted, route.format_name),
            )
        finally:
            lane.idle.append(sender)
        outcome = replace(outcome, detail=route.redacted(outcome.detail))
        return self._judge(lane, leased, alert, outcome)

    def _judge(self, lane: Lane, leased: Leased, alert: Alert, outcome: Outcome) -> Ended:
        log.info(
            "attempt",
            delivery=str(leased.id),
            incident=str(alert.incident_id),
            channel=leased.channel,
            attempt=leased.attempts + 1,
            status=outcome.status,
            reason=outcome.reason,
            milliseconds=round(outcome.milliseconds, 1),
            detail=outcome.detail[:_DETAIL] if outcome.reason else None,
        )
        if outcome.reason is not None:
            self._metrics.failures.labels(channel=leased.channel, reason=outcome.reason).inc()
        match retry.verdict(outcome):
            case Verdict.DELIVERED:
                self._count(leased, State.DELIVERED)
                latency = self._clock.now() - alert.freshness.ingested
                self._metrics.latency.observe(max(latency.total_seconds(), 0.0))
                if lane.failing:
                    lane.failing = False
                    self._recovered.add(leased.channel)
                return _ended(leased, State.DELIVERED, outcome)
            case Verdict.DEAD:
                self._count(leased, State.DEAD)
                return _ended(leased, State.DEAD, outcome)
            case Verdict.GONE:
                log.error("the receiver is gone: the channel is disabled", channel=leased.channel)
                self._gone.add(leased.channel)
                lane.disabled = True
                self._metrics.disabled.labels(channel=leased.channel).set(True)
                return self._again(leased, outcome)
            case Verdict.RETRY:
                lane.failing = True
                return self._again(leased, outcome)

    def _again(self, leased: Leased, outcome: Outcome) -> Ended:
        """Return when to try again: by the schedule, and no later than the alert's expiry."""
        wait = retry.wait(
            leased.attempts + 1,
            jitter=random.random(),  # noqa: S311 (no secret)
            retry_after=outcome.retry_after,
        )
        left = (leased.expires_at - self._clock.now()).total_seconds()
        return _ended(leased, State.WAITING, outcome, wait=max(min(wait, left), 0.0))

    def _count(self, leased: Leased, state: State) -> None:
        self._metrics.deliveries.labels(channel=leased.channel, state=state).inc()


def _ended(leased: Leased, state: State, outcome: Outcome, *, wait: float = 0.0) -> Ended:
    """Return what an attempt comes to in the ledger."""
    return Ended(
        leased.seq,
        state,
        attempted=1,
        wait=wait,
        asked=outcome.retry_after,
        status=outcome.status,
        reason=outcome.reason,
        milliseconds=outcome.milliseconds,
        reply=outcome.detail.encode(),
    )
