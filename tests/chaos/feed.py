"""The feed of the chaos tests: its items, and what must come of them, by the pure modules alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from typing import Final
from uuid import UUID

from schemas.news import parse_item
from schemas.report import Category, Report
from services.classifier.classify import load
from services.notifier.correlate import alert_id, delivery_id, incident_key

CHANNEL: Final = "inbox"

_FIRST_DAY: Final = date(2024, 1, 1)
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_COUNTRIES: Final = (
    *("North Korea", "South Korea", "Japan", "China", "Russia", "Ukraine", "Poland", "Germany"),
    *("France", "Turkey", "Israel", "Egypt", "Iran", "India", "Pakistan", "Vietnam"),
)
# Two wordings of each event: one opens its incident, the other reports it once more.
_WORDINGS: Final[Mapping[Category, tuple[str, str]]] = {
    Category.MISSILE_LAUNCH: (
        "{} launches a ballistic missile towards the open sea",
        "{} fires a ballistic missile, its neighbours say",
    ),
    Category.BALLOON_LAUNCH: (
        "{} sends balloons with leaflets across the border",
        "Balloons from {} drop rubbish after crossing the border",
    ),
    Category.SUMMIT: (
        "{} hosts a summit of heads of state",
        "Leaders gather as {} opens a summit",
    ),
    Category.EXERCISE: (
        "{} begins a naval exercise with live ammunition",
        "Troops from {} start a military exercise near the coast",
    ),
}
_ORDINARY: Final = "The night ferry runs every half hour again"
_INVALID: Final = (b"%d is no item", b'{"id": "bad-%d"}', b"[%d]", b"\xff\xfe%d")


@dataclass(frozen=True, slots=True, repr=False)
class Feed:
    """Records for `news.items`, as keys and values, and all that must follow from them."""

    records: Sequence[tuple[bytes, bytes]]
    reports_of: Mapping[bytes, int]  # how many reports the record of a key yields
    reports: frozenset[UUID]
    alerts: frozenset[UUID]
    webhooks: frozenset[str]
    invalid: frozenset[bytes]  # values that must be parked

    def parts(self, count: int) -> Iterator[Sequence[tuple[bytes, bytes]]]:
        """Return the records in `count` parts of like size, in their order."""
        size = -(-len(self.records) // count)
        return (self.records[at : at + size] for at in range(0, len(self.records), size))


def make_feed(name: str, items: int, *, invalid: int = 0) -> Feed:
    """Return a feed of that many items, and as many invalid records as asked for among them.

    Of twenty items fifteen open an incident each, four report one of these again, and one reports
    nothing. `name` tells its items from those of other feeds; the events are the same.
    """
    records = list(_items(name, items))
    classifier = load()
    reports_of: dict[bytes, int] = {}
    reports: list[Report] = []
    for key, value in records:
        found = classifier.reports(parse_item(value), ingested_at=_NOW, classified_at=_NOW)
        reports_of[key] = len(found)
        reports += found
    incidents = {incident_key(report, alone=False).id for report in reports}
    alerts = frozenset(alert_id(incident, 1) for incident in incidents)
    assert 4 * len(alerts) == 3 * items, "three items in four open an incident of their own"
    assert {len(reports), *reports_of.values()} == {items * 19 // 20, 0, 1}
    assert {report.prominence for report in reports} == {"main"}
    bad = [_INVALID[number % len(_INVALID)] % number for number in range(invalid)]
    for number, value in enumerate(bad):
        records.insert((number * items) // invalid, (b"bad-%d" % number, value))
    return Feed(
        records,
        reports_of,
        frozenset(report.id for report in reports),
        alerts,
        frozenset(str(delivery_id(alert, CHANNEL)) for alert in alerts),
        frozenset(bad),
    )


def _items(name: str, count: int) -> Iterator[tuple[bytes, bytes]]:
    events = list(islice(_events(), count))
    opened = 0
    for number in range(count):
        match number % 20:
            case 19:
                title, day = _ORDINARY, _FIRST_DAY
            case 4 | 9 | 14 | 18:
                country, category, day = events[opened - 1 - number % 3]
                title = _WORDINGS[category][1].format(country)
            case _:
                country, category, day = events[opened]
                title = _WORDINGS[category][0].format(country)
                opened += 1
        item = {
            "id": f"{name}-{number}",
            "title": title,
            "source": f"Chaos Wire {number % 7}",
            "language": "en",
            "published_at": day.isoformat(),
        }
        yield str(item["id"]).encode(), json.dumps(item).encode()


def _events() -> Iterator[tuple[str, Category, date]]:
    """Return events without end, no two of one country, category and day."""
    day = _FIRST_DAY
    while True:
        for category, country in product(_WORDINGS, _COUNTRIES):
            yield country, category, day
        day += timedelta(days=1)
