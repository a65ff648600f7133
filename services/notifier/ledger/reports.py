"""Reports into the ledger: incidents opened and joined, alerts and deliveries born.

Everything here runs inside the caller's transaction, one a batch. Rows are inserted in the
order of their ids, so that two notifiers with overlapping batches wait for each other instead
of deadlocking.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from schemas.alert import MAX_SOURCES, Alert, Source
from schemas.report import Report, parse_report
from services.notifier.correlate import STAYS_OPEN, IncidentKey, source_of

NOTIFIED: Final = "deliveries"  # the channel of LISTEN and NOTIFY


@dataclass(frozen=True, slots=True)
class Entry:
    """A report on its way into the ledger."""

    report: Report
    body: bytes
    content: bytes
    key: IncidentKey


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of an entry that the ledger did not have."""

    incident_id: UUID
    revision: int  # of the report, from 1
    opened: bool  # whether it opened the incident


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """An alert for one channel."""

    id: UUID
    alert_id: UUID
    incident_id: UUID
    channel: str
    subscription: str
    subscription_version: int
    severity: str
    expires_at: datetime


# A report that the ledger has, with the same content, opens nothing: a redelivered batch is
# harmless. With other content it is the next revision and stays with its incident.
_ENTER: Final = text(
    """
with r as (
  select * from unnest(
    cast(:id as uuid[]), cast(:content as bytea[]), cast(:source as bytea[]),
    cast(:body as bytea[]), cast(:key as text[]), cast(:incident_id as uuid[]),
    cast(:category as text[]), cast(:country as text[]), cast(:day as date[]),
    cast(:purpose as text[])
  ) as t(id, content, source, body, key, incident_id, category, country, day, purpose)
), fresh as (
  select r.*, k.incident_id as known_incident, coalesce(k.revision, 0) + 1 as revision
  from r left join lateral (
    select incident_id, revision from report where id = r.id order by revision desc limit 1
  ) k on true
  where not exists (select from report x where x.id = r.id and x.content = r.content)
), opened as (
  insert into incident (id, key, category, country, day, purpose,
                        opened_at, last_report_at, closes_at)
  select distinct on (incident_id) incident_id, key, category, country, day, purpose,
                        :now, :now, :closes
  from fresh where known_incident is null order by incident_id
  on conflict do nothing returning id
), entered as (
  insert into report (id, content, revision, incident_id, source, body)
  select id, content, revision, coalesce(known_incident, incident_id), source, body
  from fresh order by id
  on conflict (id, content) do nothing returning id, revision, incident_id
)
select id, revision, incident_id,
       exists (select from opened where opened.id = entered.incident_id) as opened
from entered
"""
)

# The row lock serialises the notifiers that have reports of one incident. It is not FOR UPDATE:
# each has locked the incident's key by inserting a report of it, and they would deadlock.
_JOIN: Final = text(
    """
with locked as (
  select id from incident where id = any(cast(:ids as uuid[])) order by id
  for no key update
)
update incident i set last_report_at = :now, closes_at = :closes, state = 'open'
from locked where i.id = locked.id returning i.id, i.revision
"""
)

_TOLD: Final = text(
    "select incident_id, channel from delivery where incident_id = any(cast(:ids as uuid[]))"
)

_TELL: Final = text(
    """
with a as (
  insert into alert (id, incident_id, revision, kind, body, correlated_at)
  select * from unnest(
    cast(:alert_id as uuid[]), cast(:incident_id as uuid[]), cast(:revision as int[]),
    cast(:kind as text[]), cast(:body as bytea[]), cast(:correlated_at as timestamptz[])
  ) returning id, incident_id, revision
), o as (
  insert into outbox (alert_id) select id from a order by incident_id, revision
), i as (
  update incident set revision = said.revision
  from (select incident_id, max(revision) as revision from a group by incident_id) said
  where incident.id = said.incident_id and said.revision > 1
), d as (
  insert into delivery (id, alert_id, incident_id, channel, subscription, subscription_version,
                        severity, expires_at)
  select * from unnest(
    cast(:d_id as uuid[]), cast(:d_alert_id as uuid[]), cast(:d_incident_id as uuid[]),
    cast(:d_channel as text[]), cast(:d_subscription as text[]), cast(:d_version as int[]),
    cast(:d_severity as text[]), cast(:d_expires_at as timestamptz[])
  ) returning seq
)
select case when exists (select from d) then pg_notify(:notified, '') end
"""
)


async def enter(
    connection: AsyncConnection, entries: Sequence[Entry], now: datetime
) -> dict[UUID, Entered]:
    """Insert reports, each id once, and open their incidents; return the new ones by report id."""
    columns = {
        "id": [entry.report.id for entry in entries],
        "content": [entry.content for entry in entries],
        "source": [(entry.report.item.source or "").encode() for entry in entries],
        "body": [entry.body for entry in entries],
        "key": [entry.key.text for entry in entries],
        "incident_id": [entry.key.id for entry in entries],
        "category": [entry.key.category for entry in entries],
        "country": [entry.key.country for entry in entries],
        "day": [entry.key.day for entry in entries],
        "purpose": [entry.report.purpose.value for entry in entries],
    }
    rows = await connection.execute(_ENTER, {**columns, "now": now, "closes": now + STAYS_OPEN})
    return {row.id: Entered(row.incident_id, row.revision, row.opened) for row in rows}


async def join(
    connection: AsyncConnection, incidents: Collection[UUID], now: datetime
) -> dict[UUID, int]:
    """Note that incidents were reported again; lock them and return their alerts' revisions."""
    parameters = {"ids": sorted(incidents), "now": now, "closes": now + STAYS_OPEN}
    rows = await connection.execute(_JOIN, parameters)
    return {row.id: row.revision for row in rows}


async def told(connection: AsyncConnection, incidents: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Return the pairs of incident and channel for which there is a delivery."""
    rows = await connection.execute(_TOLD, {"ids": list(incidents)})
    return {(row.incident_id, row.channel) for row in rows}


async def sources(connection: AsyncConnection, incident: UUID) -> tuple[list[Source], int]:
    """Return an incident's newest items, one a source, and how many sources there are."""
    newest = await connection.execute(
        text(
            "select body from (select distinct on (source) body, taken_at from report"
            " where incident_id = :incident order by source, taken_at desc) s"
            " order by taken_at desc limit :limit"
        ),
        {"incident": incident, "limit": MAX_SOURCES},
    )
    count = await connection.scalar(
        text("select count(distinct source) from report where incident_id = :incident"),
        {"incident": incident},
    )
    return [source_of(parse_report(row.body)) for row in newest], int(count or 1)


async def tell(
    connection: AsyncConnection, alerts: Sequence[Alert], deliveries: Sequence[NewDelivery]
) -> None:
    """Insert alerts with their deliveries and outbox rows, and wake the dispatchers, once."""
    await connection.execute(
        _TELL,
        {
            "alert_id": [alert.id for alert in alerts],
            "incident_id": [alert.incident_id for alert in alerts],
            "revision": [alert.revision for alert in alerts],
            "kind": [alert.kind for alert in alerts],
            "body": [alert.model_dump_json().encode() for alert in alerts],
            "correlated_at": [alert.freshness.correlated for alert in alerts],
            "d_id": [delivery.id for delivery in deliveries],
            "d_alert_id": [delivery.alert_id for delivery in deliveries],
            "d_incident_id": [delivery.incident_id for delivery in deliveries],
            "d_channel": [delivery.channel for delivery in deliveries],
            "d_subscription": [delivery.subscription for delivery in deliveries],
            "d_version": [delivery.subscription_version for delivery in deliveries],
            "d_severity": [delivery.severity for delivery in deliveries],
            "d_expires_at": [delivery.expires_at for delivery in deliveries],
            "notified": NOTIFIED,
        },
    )
