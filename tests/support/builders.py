"""Builders that fill every field, so that a test names only what matters to it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from aiokafka import ConsumerRecord

from schemas.news import NewsItem
from schemas.report import (
    Actor,
    EventTime,
    Precision,
    Report,
    Role,
    Span,
    carried,
    report_id,
)
from services.runtime.kafka import Record

NOON: Final = datetime(2024, 6, 19, 12, 0, tzinfo=UTC)


def item(**fields: Any) -> NewsItem:
    """Return an item."""
    values = {
        "id": "item-1",
        "title": "Northland fires a missile into the sea",
        "body": "",
        "url": "https://news.example/1",
        "source": "Example Wire",
        "language": "en",
        "published_at": "2024-06-19T11:59:00+00:00",
    }
    return NewsItem.model_validate(values | fields)


def report(*, of: NewsItem | None = None, ordinal: int = 0, **fields: Any) -> Report:
    """Return a report of a missile launch by KP on the day of `NOON`."""
    told = of or item()
    category = fields.get("category", "missile_launch")
    values = {
        "id": report_id(told, category, ordinal),
        "item": carried(told),
        "category": category,
        "status": "occurred",
        "prominence": "main",
        "confidence": 0.9,
        "evidence": (Span(field="title", start=0, end=5, text=told.title[:5]),),
        "actors": (Actor(name="North Korea", country="KP", role=Role.LAUNCHER),),
        "event_time": EventTime(
            start=date(2024, 6, 19), end=date(2024, 6, 19), precision=Precision.DAY
        ),
        "classifier_version": "test-1",
        "ingested_at": NOON,
        "classified_at": NOON,
        "purpose": told.purpose,
    }
    return Report.model_validate(values | fields)


def record(
    value: bytes | None = b"{}",
    *,
    offset: int = 0,
    key: bytes | None = b"key",
    headers: Sequence[tuple[str, bytes | None]] = (),
    topic: str = "news.items",
    partition: int = 0,
) -> Record:
    """Return a Kafka record."""
    return ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=1_718_798_400_000,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=len(key or b""),
        serialized_value_size=len(value or b""),
        headers=tuple(headers),
    )


def records(*values: bytes | None, **fields: Any) -> list[Record]:
    """Return records of one partition, one after the other."""
    return [record(value, offset=offset, **fields) for offset, value in enumerate(values)]
