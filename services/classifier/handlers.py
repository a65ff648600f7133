"""Items in, reports out: what the classifier does with a batch of records."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.news import NewsItem, parse_item
from schemas.report import REPORT_TYPE, Origin, Report, published_instant, report_key
from schemas.topics import classified
from services.classifier.classify import Classifier
from services.classifier.metrics import ClassifierMetrics
from services.runtime.clock import Clock
from services.runtime.cloudevents import attributes, header, unwrap, with_purpose
from services.runtime.dead_letters import Rejection
from services.runtime.kafka import Record
from services.runtime.producer import Producer

SOURCE: Final = "/watchfloor/classifier"
_BREATH: Final = 64  # items between two turns of the loop, where Kafka's heartbeats live


@dataclass(frozen=True, slots=True)
class Handler:
    """Classifies batches of items and publishes their reports."""

    classifier: Classifier
    producer: Producer
    clock: Clock
    metrics: ClassifierMetrics

    async def __call__(self, records: Sequence[Record]) -> list[Rejection]:
        """Return the records that are no items, once the others' reports are acknowledged."""
        rejections: list[Rejection] = []
        sent: list[Awaitable[object]] = []
        ingested_at = self.clock.now()
        try:
            for count, record in enumerate(records):
                if count % _BREATH == 0:
                    await asyncio.sleep(0)
                try:
                    item = read_item(record)
                except Exception as error:  # noqa: BLE001 (what cannot be read is no fault of ours)
                    rejections.append(Rejection(record, "validate", error))
                    continue
                for report in self._reports(item, record, ingested_at):
                    sent.append(await self._publish(report, record))  # noqa: PERF401 (awaits)
        finally:
            await self.producer.acknowledged(sent)
        self.metrics.items.inc(len(records) - len(rejections))
        return rejections

    def _reports(self, item: NewsItem, record: Record, ingested_at: datetime) -> list[Report]:
        return self.classifier.reports(
            item,
            ingested_at=ingested_at,
            classified_at=self.clock.now(),
            origin=Origin.model_construct(
                topic=record.topic, partition=record.partition, offset=record.offset
            ),
        )

    async def _publish(self, report: Report, record: Record) -> Awaitable[object]:
        self.metrics.reports.labels(category=report.category, status=report.status).inc()
        return await self.producer.send(
            classified(report.category),
            report.model_dump_json().encode(),
            key=report_key(report),
            headers=report_headers(report, record),
        )


def read_item(record: Record) -> NewsItem:
    """Return the item that a record holds. Raises ValueError where it holds none."""
    payload, purpose = unwrap(record.value, record.headers)
    return with_purpose(parse_item(payload), purpose)


def report_headers(report: Report, record: Record) -> list[tuple[str, bytes | None]]:
    """Return a report's CloudEvents attributes; the item's trace goes on with it."""
    headers: list[tuple[str, bytes | None]] = [
        *attributes(
            REPORT_TYPE,
            str(report.id),
            source=SOURCE,
            time=published_instant(report.item) or report.ingested_at,
            subject=report.item.id,
            recordedtime=report.classified_at.isoformat(),
            correlationid=report.item.id,
            purpose=report.purpose,
        )
    ]
    if trace := header(record.headers, "traceparent"):
        headers.append(("traceparent", trace))
    return headers
