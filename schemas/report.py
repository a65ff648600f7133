"""Report: a classifier's statement that one item tells of one event of one category."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field, TypeAdapter

from schemas.common import Code, Country, Moment, Purpose, Record
from schemas.news import NewsItem

REPORT_TYPE: Final = "news.classified.v1"
MAX_REPORT_BYTES: Final = 2 * 1024 * 1024  # of JSON, uncompressed
MAX_TITLE: Final = 4096  # code points of its item's title that a report carries
MAX_BODY_BYTES: Final = 16 * 1024  # of UTF-8: what a report carries of its item's body
_NAMESPACE: Final = UUID("6f0e7c1e-6f5b-5d0c-9a3e-2f1d7a94c5b1")


class Category(StrEnum):
    """The kinds of event that the classifier knows. Readers take any other word as well."""

    MISSILE_LAUNCH = "missile_launch"
    BALLOON_LAUNCH = "balloon_launch"
    SUMMIT = "summit"
    EXERCISE = "exercise"


class Status(StrEnum):
    """Whether the event happened, is to come, or was called off. Open to readers likewise."""

    OCCURRED = "occurred"
    PLANNED = "planned"
    CALLED_OFF = "called_off"


class Prominence(StrEnum):
    """Whether the item is about the event, or only mentions it."""

    MAIN = "main"
    MENTION = "mention"


class Role(StrEnum):
    """What an actor does in the event."""

    LAUNCHER = "launcher"
    TARGET = "target"
    PARTICIPANT = "participant"
    HOST = "host"


class Precision(StrEnum):
    """How finely a time is known."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Span(Record):
    """Words of the item that made the classifier say so: `item[field][start:end] == text`.

    Offsets count Unicode code points of the field exactly as received.
    """

    field: Literal["title", "body"]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str


class Actor(Record):
    """Who takes part. `country` is absent for who is no state."""

    name: str
    country: Country | None = None
    role: Role


class EventTime(Record):
    """When the event is: from `start` to `end`, inclusive.

    At `day` or coarser both are dates of the place's own calendar, never instants in UTC.
    """

    start: Moment
    end: Moment
    precision: Precision


class ReportedItem(NewsItem):
    """The item as a report carries it: with the heads of its title and body."""

    body_truncated: bool = False


class Origin(Record):
    """The Kafka record that the item was."""

    topic: str
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]


class Report(Record):
    """One event that one item tells."""

    id: UUID
    item: ReportedItem
    category: Code
    status: Code
    prominence: Prominence
    confidence: Annotated[float, Field(ge=0, le=1)]
    evidence: Annotated[tuple[Span, ...], Field(min_length=1)]
    actors: tuple[Actor, ...] = ()
    event_time: EventTime | None = None
    place: str | None = None
    names: tuple[str, ...] = ()
    classifier_version: str
    ingested_at: AwareDatetime
    classified_at: AwareDatetime
    origin: Origin | None = None
    purpose: Purpose = Purpose.LIVE

    @property
    def country(self) -> str | None:
        """The first actor's country; None where there is no actor or it is no state."""
        return self.actors[0].country if self.actors else None


_REPORT: Final = TypeAdapter(Report)


def parse_report(raw: bytes | None) -> Report:
    """Return the report that `raw` JSON holds. Raises ValueError where it holds none."""
    if raw is None:
        raise ValueError("the record has no value")
    if len(raw) > MAX_REPORT_BYTES:
        raise ValueError(f"{len(raw)} bytes: a report has at most {MAX_REPORT_BYTES}")
    return _REPORT.validate_json(raw)


def report_id(item: NewsItem, category: str, ordinal: int) -> UUID:
    """Return the id of an item's report: the same for every run of every classifier.

    `ordinal` counts the item's events of that category from 0, the main one first.
    """
    return uuid5(_NAMESPACE, json.dumps([item.source, item.id, category, ordinal]))


def report_key(report: Report) -> bytes:
    """Return the Kafka key: category and first country, so that likely neighbours share one."""
    return f"{report.category}:{report.country or ''}".encode()


def body_head(body: str) -> str:
    """Return the first 16 KiB (of UTF-8) of a body, cut between code points."""
    if len(body) * 4 <= MAX_BODY_BYTES:
        return body
    return body.encode()[:MAX_BODY_BYTES].decode(errors="ignore")


def carried(item: NewsItem) -> ReportedItem:
    """Return the item as its reports carry it."""
    head = body_head(item.body)
    fields = {name: getattr(item, name) for name in NewsItem.model_fields}
    fields |= {
        "title": item.title[:MAX_TITLE],
        "body": head,
        "body_truncated": len(head) < len(item.body),
    }
    return ReportedItem.model_construct(**fields)


def published_instant(item: NewsItem) -> datetime | None:
    """Return when the item was published, if that is known to better than a day."""
    return item.published_at if isinstance(item.published_at, datetime) else None
