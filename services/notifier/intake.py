"""Reports in: one transaction a batch, in which reports become incidents, alerts, deliveries.

A channel hears of an incident once, from the first of its reports that one of the channel's
subscriptions wants. So a report that only mentions an event, or comes too late, silences
nobody: the next one that matters still alerts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from schemas.alert import Alert
from schemas.report import Report, parse_report
from services.notifier.correlate import (
    content_hash,
    default_severity,
    delivery_id,
    incident_key,
    opening,
    source_of,
)
from services.notifier.ledger import reports as ledger
from services.notifier.ledger.channels import Subscribed
from services.notifier.ledger.reports import Entered, Entry, NewDelivery
from services.notifier.metrics import NotifierMetrics
from services.notifier.subscriptions import suppressed
from services.runtime.clock import Clock
from services.runtime.cloudevents import unwrap, with_purpose
from services.runtime.dead_letters import Rejection
from services.runtime.kafka import Record


@dataclass(slots=True)
class _Told:
    """What one transaction says, and about which incidents and channels it has been said."""

    revisions: dict[UUID, int]  # of each incident's last alert; 0: none yet
    channels: set[tuple[UUID, str]]
    alerts: list[Alert] = field(default_factory=list)
    deliveries: list[NewDelivery] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes batches of reports into the ledger."""

    engine: AsyncEngine
    subscriptions: Sequence[Subscribed]
    alone: bool  # correlation: none
    clock: Clock
    metrics: NotifierMetrics
    wake: Callable[[], None]  # called after the commit of a batch that brought alerts

    async def __call__(self, records: Sequence[Record]) -> list[Rejection]:
        """Return the records that are no reports, once the others' transaction is committed."""
        rejections: list[Rejection] = []
        rounds: list[dict[UUID, Entry]] = [{}]
        for record in records:
            try:
                entry = self._entry(record)
            except Exception as error:  # noqa: BLE001 (what cannot be read is no fault of ours)
                rejections.append(Rejection(record, "validate", error))
                continue
            # Two revisions of one report in a batch are entered one after the other.
            if entry.report.id in rounds[-1]:
                rounds.append({})
            rounds[-1][entry.report.id] = entry
        if any(rounds):
            await self._enter(rounds)
        return rejections

    def _entry(self, record: Record) -> Entry:
        payload, purpose = unwrap(record.value, record.headers)
        told = parse_report(payload)
        assert payload is not None, "parse_report refuses it"
        report = with_purpose(told, purpose)
        # Kept as it came, with what a newer version may say; but with the purpose that was meant.
        body = payload if report is told else report.model_dump_json().encode()
        return Entry(report, body, content_hash(report), incident_key(report, alone=self.alone))

    async def _enter(self, rounds: Sequence[dict[UUID, Entry]]) -> None:
        now, alerts, repeated = self.clock.now(), 0, 0
        async with self.engine.begin() as connection:
            for entries in rounds:
                entered = await ledger.enter(connection, list(entries.values()), now)
                repeated += len(entries) - len(entered)
                if entered:
                    alerts += await self._tell(connection, entries, entered, now)
        self.metrics.repeated.inc(repeated)
        self.metrics.alerts.inc(alerts)
        if alerts:
            self.wake()

    async def _tell(
        self,
        connection: AsyncConnection,
        entries: dict[UUID, Entry],
        entered: dict[UUID, Entered],
        now: datetime,
    ) -> int:
        opened = {row.incident_id for row in entered.values() if row.opened}
        joined = {row.incident_id for row in entered.values()} - opened
        revisions = dict.fromkeys(opened, 0)
        channels: set[tuple[UUID, str]] = set()
        if joined:
            revisions |= await ledger.join(connection, joined, now)
            channels = await ledger.told(connection, joined)
        said = _Told(revisions, channels)
        for report_id, entry in entries.items():
            row = entered.get(report_id)
            if row is not None and row.revision == 1:  # a later revision opens no new alert
                await self._say(connection, said, entry.report, row.incident_id, now)
        if said.alerts:
            await ledger.tell(connection, said.alerts, said.deliveries)
        return len(said.alerts)

    async def _say(
        self,
        connection: AsyncConnection,
        said: _Told,
        report: Report,
        incident: UUID,
        now: datetime,
    ) -> None:
        wanted = self._wanted(said, report, incident)
        first = said.revisions[incident] == 0
        if not wanted and not first:
            return
        sources, count = (
            ([source_of(report)], 1) if first else await ledger.sources(connection, incident)
        )
        said.revisions[incident] += 1
        alert = opening(
            report,
            incident,
            revision=said.revisions[incident],
            sources=sources,
            source_count=count,
            now=now,
        )
        said.alerts.append(alert)
        for subscribed in wanted:
            said.channels.add((incident, subscribed.subscription.channel))
            said.deliveries.append(_delivery(alert, subscribed, now))

    def _wanted(self, said: _Told, report: Report, incident: UUID) -> list[Subscribed]:
        """Return the subscriptions that the report alerts: the first of each untold channel."""
        wanted: dict[str, Subscribed] = {}
        for subscribed in self.subscriptions:
            channel = subscribed.subscription.channel
            if (incident, channel) in said.channels or channel in wanted:
                continue
            reason = suppressed(subscribed.subscription, report)
            if reason is None:
                wanted[channel] = subscribed
            else:
                self.metrics.suppressed.labels(reason=reason).inc()
        return list(wanted.values())


def _delivery(alert: Alert, subscribed: Subscribed, now: datetime) -> NewDelivery:
    subscription = subscribed.subscription
    severity = subscription.severity or default_severity(alert.category, alert.status)
    return NewDelivery(
        id=delivery_id(alert.id, subscription.channel),
        alert_id=alert.id,
        incident_id=alert.incident_id,
        channel=subscription.channel,
        subscription=subscribed.name,
        subscription_version=subscribed.version,
        severity=severity,
        expires_at=now + subscription.ttl,
    )
