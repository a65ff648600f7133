"""Report to incident to alert: which event a report tells of, and what is said about it.

Two reports are one incident when category, country and day agree. A report without a country
is an incident of its own: joining unrelated events would swallow an alert, and a second alert
for one event is the smaller harm. Ids follow from the reports, so that every retry and every
notifier makes the same ones.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from schemas.alert import MAX_EVIDENCE, Alert, Freshness, Kind, Severity, Source
from schemas.common import Purpose
from schemas.report import Category, Report, Status

_NAMESPACE: Final = UUID("b7a2c7a6-4a54-5d61-8f0b-0d0c6f3e9d11")
STAYS_OPEN: Final = timedelta(hours=48)  # after its last report
_HEADLINE: Final = 1000  # code points; these four keep an alert well within what Kafka takes,
_SPAN: Final = 2000  # whoever wrote the report
_ACTORS: Final = 20
_LINK: Final = 2000
DEFAULT_TTL: Final = timedelta(hours=2)  # of an alert on `news.alerts`, which no subscription sets

_SEVERITY: Final[Mapping[tuple[str, str], Severity]] = {
    (Category.MISSILE_LAUNCH, Status.OCCURRED): Severity.CRITICAL,
    (Category.MISSILE_LAUNCH, Status.PLANNED): Severity.WARNING,
    (Category.BALLOON_LAUNCH, Status.OCCURRED): Severity.WARNING,
    (Category.EXERCISE, Status.OCCURRED): Severity.WARNING,
}


class Opening(StrEnum):
    """Why an alert says that an incident is open."""

    FIRST_REPORT = "first_report"
    FIRST_MATCH = "first_match"  # the incident is older, and now concerns more channels


@dataclass(frozen=True, slots=True)
class IncidentKey:
    """What makes reports one incident, in words."""

    text: str
    category: str
    country: str | None
    day: date

    @property
    def id(self) -> UUID:
        """The incident's id."""
        return uuid5(_NAMESPACE, self.text)


def incident_key(report: Report, *, alone: bool) -> IncidentKey:
    """Return the incident that a report tells of; `alone`: one of its own."""
    day, country = event_day(report), report.country
    if alone or country is None:
        text = f"report:{report.id}"
    else:
        text = f"{report.purpose}:{report.category}:{country}:{day.isoformat()}"
    return IncidentKey(text, report.category, country, day)


def event_day(report: Report) -> date:
    """Return the day of the event: as told, else of the publication, else of the arrival.

    A day is of the place's calendar where the item tells it, and never moved to UTC.
    """
    told = report.event_time
    if told is not None and told.precision in {"minute", "hour", "day"}:
        return _day(told.start)
    return _day(report.item.published_at or report.ingested_at)


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def alert_id(incident: UUID, revision: int) -> UUID:
    """Return the id of an incident's alert of that revision."""
    return uuid5(incident, str(revision))


def delivery_id(alert: UUID, channel: str) -> UUID:
    """Return the id of an alert's delivery to a channel: the receiver's idempotency key."""
    return uuid5(alert, channel)


def content_hash(report: Report) -> bytes:
    """Return what tells one revision of a report from another: 32 bytes.

    When and from where it came does not count, so a record delivered twice is the same.
    """
    told = report.model_dump_json(exclude={"ingested_at", "classified_at", "origin"})
    return hashlib.sha256(told.encode()).digest()


def default_severity(category: str, status: str) -> Severity:
    """Return how much of a hurry there is where no subscription says so."""
    return _SEVERITY.get((category, status), Severity.INFO)


def source_of(report: Report) -> Source:
    """Return the item of a report as an alert's source."""
    item = report.item
    url = item.url if item.url and len(item.url) <= _LINK else None
    return Source(item_id=item.id, url=url, source=item.source and _cut(item.source))


def _cut(text: str) -> str:
    return text if len(text) <= _HEADLINE else text[: _HEADLINE - 1] + "…"


def opening(
    report: Report,
    incident: UUID,
    *,
    revision: int,
    sources: Sequence[Source],
    source_count: int,
    now: datetime,
) -> Alert:
    """Return the alert that tells of an incident by one of its reports."""
    first = revision == 1
    return Alert(
        id=alert_id(incident, revision),
        incident_id=incident,
        revision=revision,
        kind=Kind.OPENED if first else Kind.UPDATED,
        reason=Opening.FIRST_REPORT if first else Opening.FIRST_MATCH,
        category=report.category,
        status=report.status,
        severity=default_severity(report.category, report.status),
        headline=_cut(report.item.title or report.evidence[0].text),
        evidence=tuple(span for span in report.evidence if len(span.text) <= _SPAN)[:MAX_EVIDENCE],
        actors=tuple(actor for actor in report.actors if len(actor.name) <= _HEADLINE)[:_ACTORS],
        event_time=report.event_time,
        sources=tuple(sources),
        source_count=source_count,
        freshness=Freshness(
            published=report.item.published_at,
            ingested=report.ingested_at,
            classified=report.classified_at,
            correlated=now,
        ),
        expires_at=now + DEFAULT_TTL,
        purpose=Purpose(report.purpose),
    )
