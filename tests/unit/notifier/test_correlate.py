from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.report import Actor, EventTime, Precision, Report, Role, Span
from services.notifier.correlate import (
    alert_id,
    content_hash,
    default_severity,
    delivery_id,
    event_day,
    incident_key,
    opening,
    source_of,
)
from tests.support.builders import NOON, item, report

INCIDENT = UUID(int=1)


def key(**fields: Any) -> str:
    return incident_key(report(**fields), alone=False).text


def at(start: datetime | date, precision: Precision) -> EventTime:
    return EventTime(start=start, end=start, precision=precision)


def by(country: str | None) -> tuple[Actor, ...]:
    return (Actor(name="somebody", country=country, role=Role.LAUNCHER),)


def test_category_country_and_day_make_an_incident() -> None:
    assert key() == key(of=item(id="item-2", source="Other Wire", title="Other words"))
    assert key() == "live:missile_launch:KP:2024-06-19"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"category": "exercise"}, id="another category"),
        pytest.param({"actors": by("IR")}, id="another country"),
        pytest.param({"event_time": at(date(2024, 6, 20), Precision.DAY)}, id="another day"),
        pytest.param({"of": item(purpose="test")}, id="another purpose"),
    ],
)
def test_another_of_these_is_another_incident(fields: dict[str, Any]) -> None:
    assert key(**fields) != key()


@pytest.mark.parametrize("actors", [(), by(None)], ids=["no actor", "an actor that is no state"])
def test_without_a_country_a_report_is_an_incident_of_its_own(actors: tuple[Actor, ...]) -> None:
    assert key(actors=actors) != key(actors=actors, of=item(id="item-2"))
    assert key(actors=actors) == key(actors=actors)


def test_correlation_can_be_left_out() -> None:
    first, second = report(), report(of=item(id="item-2"))
    assert incident_key(first, alone=True).id != incident_key(second, alone=True).id
    assert incident_key(first, alone=True) == incident_key(first, alone=True)


@pytest.mark.parametrize(
    ("event_time", "published", "day"),
    [
        pytest.param(
            at(date(2024, 6, 18), Precision.DAY), "2024-06-19", date(2024, 6, 18), id="as told"
        ),
        pytest.param(
            at(datetime.fromisoformat("2024-06-19T01:00:00+09:00"), Precision.MINUTE),
            "2024-06-20",
            date(2024, 6, 19),
            id="the place's day, not UTC's",
        ),
        pytest.param(
            at(date(2024, 8, 1), Precision.MONTH),
            "2024-06-19T23:30:00-05:00",
            date(2024, 6, 19),
            id="a month is no day: the publication's, in its offset",
        ),
        pytest.param(None, "2024-06-17", date(2024, 6, 17), id="no time told"),
        pytest.param(None, None, NOON.date(), id="nothing told: the arrival's"),
    ],
)
def test_the_day_of_an_event(
    event_time: EventTime | None, published: str | None, day: date
) -> None:
    assert event_day(report(of=item(published_at=published), event_time=event_time)) == day


def test_content_is_what_is_told_and_not_when_or_whence_it_came() -> None:
    later = NOON + timedelta(days=1)
    again = report(
        ingested_at=later,
        classified_at=later,
        origin={"topic": "news.items", "partition": 1, "offset": 2},
    )
    assert content_hash(again) == content_hash(report())
    assert len(content_hash(report())) == 32


@pytest.mark.parametrize(
    "fields",
    [{"of": item(title="Other words")}, {"classifier_version": "test-2"}, {"status": "planned"}],
)
def test_other_content_is_another_revision(fields: dict[str, Any]) -> None:
    assert report(**fields).id == report().id
    assert content_hash(report(**fields)) != content_hash(report())


def test_ids_follow_from_incident_revision_and_channel() -> None:
    first, second = alert_id(INCIDENT, 1), alert_id(INCIDENT, 2)
    ids = {first, second, delivery_id(first, "desk"), delivery_id(first, "ship"), INCIDENT}
    assert len(ids) == 5
    assert alert_id(INCIDENT, 1) == first
    assert "." not in str(delivery_id(first, "desk")), "Standard Webhooks forbid it in an id"


@pytest.mark.parametrize(
    ("category", "status", "severity"),
    [
        ("missile_launch", "occurred", "critical"),
        ("missile_launch", "planned", "warning"),
        ("missile_launch", "called_off", "info"),
        ("summit", "occurred", "info"),
        ("coup", "occurred", "info"),
    ],
)
def test_severity_by_default(category: str, status: str, severity: str) -> None:
    assert default_severity(category, status) == severity


def said(told: Report, revision: int = 1) -> Any:
    return opening(
        told,
        INCIDENT,
        revision=revision,
        sources=[source_of(told)],
        source_count=1,
        now=NOON,
    )


def test_an_alert_tells_of_an_incident_by_its_report() -> None:
    told = report()
    alert = said(told)
    assert (alert.id, alert.incident_id, alert.revision) == (alert_id(INCIDENT, 1), INCIDENT, 1)
    assert (alert.kind, alert.reason) == ("opened", "first_report")
    assert (alert.headline, alert.evidence) == (told.item.title, told.evidence)
    assert alert.sources[0].item_id == told.item.id
    assert alert.freshness.published == told.item.published_at
    assert alert.expires_at == NOON + timedelta(hours=2)


def test_without_a_title_the_headline_is_the_first_evidence() -> None:
    spans = [Span(field="body", start=0, end=4, text=text) for text in ("Head", "Next")]
    told = report(of=item(title="", body="Head. Next."), evidence=spans)
    assert said(told).headline == "Head"


@pytest.mark.parametrize("title", ["x" * 2000, ""], ids=["title", "evidence"])
def test_a_long_headline_is_cut(title: str) -> None:
    (span,) = report().evidence
    told = report(
        of=item(title=title, body="b"), evidence=[span.model_copy(update={"text": "x" * 2000})]
    )
    assert said(told).headline == "x" * 999 + "…"


def test_a_later_alert_of_an_incident_is_an_update() -> None:
    alert = said(report(), revision=2)
    assert (alert.kind, alert.reason) == ("updated", "first_match")


def test_an_alert_carries_five_pieces_of_evidence_at_most() -> None:
    (span,) = report().evidence
    assert len(said(report(evidence=(span,) * 9)).evidence) == 5


def test_a_backfill_s_purpose_goes_on_to_its_alert() -> None:
    assert said(report(of=item(purpose="backfill"))).purpose == "backfill"


def test_an_alert_is_bounded_whoever_wrote_the_report() -> None:
    long = "x" * 500_000
    (span,) = report().evidence
    told = report(
        of=item(title=long, source=long, url=f"https://news.example/{long}"),
        evidence=(span.model_copy(update={"text": long}), span),
        actors=[{"name": long, "role": "target"}, *[{"name": "a", "role": "target"}] * 500],
    )
    alert = said(told)
    assert len(alert.model_dump_json()) < 20_000
    assert alert.headline == "x" * 999 + "…"
    assert alert.evidence == (span,)
    assert alert.sources[0].url is None
