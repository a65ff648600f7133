"""Alert: what is said about an incident."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, Field

from schemas.common import Code, Moment, Purpose, Record
from schemas.report import Actor, EventTime, Span

ALERT_TYPE: Final = "news.alert.v1"
MAX_EVIDENCE: Final = 5
MAX_SOURCES: Final = 10


class Kind(StrEnum):
    """What an alert does. Open to readers."""

    OPENED = "opened"
    UPDATED = "updated"
    CORRECTED = "corrected"
    CLOSED = "closed"


class Severity(StrEnum):
    """How much of a hurry there is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Source(Record):
    """An item that told of the incident."""

    item_id: str
    url: str | None = None
    source: str | None = None


class Freshness(Record):
    """When each step had the item that this alert follows from."""

    published: Moment | None = None
    ingested: AwareDatetime
    classified: AwareDatetime
    correlated: AwareDatetime


class Alert(Record):
    """One statement about an incident; `revision` counts them from 1."""

    id: UUID
    incident_id: UUID
    revision: Annotated[int, Field(ge=1)]
    kind: Code
    reason: Annotated[Code, Field(description="why it was said, in one word")]
    category: Code
    status: Code
    severity: Severity
    headline: str
    evidence: Annotated[tuple[Span, ...], Field(max_length=MAX_EVIDENCE)]
    actors: tuple[Actor, ...] = ()
    event_time: EventTime | None = None
    sources: Annotated[tuple[Source, ...], Field(max_length=MAX_SOURCES)]
    source_count: Annotated[int, Field(ge=1, description="independent sources, each once")]
    freshness: Freshness
    expires_at: AwareDatetime
    purpose: Purpose = Purpose.LIVE
