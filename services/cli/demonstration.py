"""The demonstration: a small feed, and the alerts that it must raise.

Each run publishes the feed under ids of its own (`demo-013-<run>`), to an inbox with a name of
its own. So the demonstration shows its alerts any number of times, also on a ledger that is
kept: the ledger refuses a report that it has, and tells no channel twice of one incident; both
promises stay in force, and incidents join as ever.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final
from uuid import UUID

import orjson

from schemas.news import parse_item
from schemas.report import Category
from services.classifier.classify import load
from services.notifier.correlate import incident_key
from services.notifier.subscriptions import Subscription, suppressed

FEED: Final = "demo/feed.jsonl"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is published, and what must come of it."""

    lines: tuple[bytes, ...]
    expected: Mapping[UUID, str]
    """What each alert says, by its incident's id."""


def prepare(run: str, subscription: Subscription) -> Demonstration:
    """Return the demonstration of a run.

    The expected alerts are the classifier's own reports, joined and filtered as the notifier
    does. Raises ValueError where they do not show every category.
    """
    lines, classifier, now = tuple(_named(run)), load(), datetime.now(UTC)
    expected: dict[UUID, str] = {}
    shown: set[str] = set()
    for line in lines:
        for report in classifier.reports(parse_item(line), ingested_at=now, classified_at=now):
            if suppressed(subscription, report) is None:
                key = incident_key(report, alone=False)
                expected.setdefault(key.id, f"{report.category} {report.status} on {key.day}")
                shown.add(report.category)
    if missing := set(Category) - shown:
        raise ValueError(f"the demonstration's feed shows no {', '.join(sorted(missing))}")
    return Demonstration(lines, expected)


def _named(run: str) -> Iterator[bytes]:
    for line in files("services.cli").joinpath(FEED).read_bytes().splitlines():
        item = orjson.loads(line)
        yield orjson.dumps({**item, "id": f"{item['id']}-{run}"})
