from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.report import Report
from services.notifier.subscriptions import Subscription, Suppressed, parse, suppressed
from tests.support.builders import NOON, item, report

FILE = """
channels:
  desk: {format: generic, url: "https://desk.example/hook", secret: {env: DESK_SECRET}}
  newsroom: {format: slack, url: {file: /run/secrets/newsroom}}
subscriptions:
  missiles:
    channel: desk
    category: missile_launch
    status: [occurred, planned]
    country: [KP, IR]
    confidence: 0.6
    severity: critical
    max_age: none
    ttl: 30m
  everything: {channel: newsroom, prominence: [main, mention]}
"""


def wants(told: Report, **filters: Any) -> Suppressed | None:
    return suppressed(Subscription.model_validate({"channel": "desk"} | filters), told)


def test_a_file_is_read() -> None:
    desk = parse(FILE)
    assert list(desk.channels) == ["desk", "newsroom"]
    missiles = desk.subscriptions["missiles"]
    assert missiles.category == ("missile_launch",)
    assert (missiles.max_age, missiles.ttl) == (None, timedelta(minutes=30))
    everything = desk.subscriptions["everything"]
    assert (everything.max_age, everything.ttl) == (timedelta(hours=24), timedelta(hours=2))


def test_what_the_ledger_keeps_reads_as_what_the_file_said() -> None:
    for subscription in parse(FILE).subscriptions.values():
        kept = subscription.model_dump(mode="json")
        assert Subscription.model_validate(kept) == subscription


def test_an_empty_file_subscribes_nobody() -> None:
    assert parse("").subscriptions == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("channels: {desk: {format: pager, url: 'https://x'}}", "channels.desk.format"),
        ("channels: {desk: {format: slack, url: 'ftp://x'}}", "channels.desk.url"),
        ("channels: {desk: {format: slack}}", "channels.desk.url"),
        ("channels: {desk: {format: generic, url: 'https://x'}}", "channels.desk"),
        ("channels: {Desk: {format: slack, url: 'https://x'}}", "channels.Desk"),
        (
            "channels: {desk: {format: slack, url: {env: A, file: B}}}",
            "channels.desk.url",
        ),
        ("chanels: {}", "chanels"),
        ("subscriptions: {all: {channel: desk}}", ""),
        ("subscriptions: {all: {chanel: desk}}", "subscriptions.all.chanel"),
        ("subscriptions: {all: {channel: desk, ttl: 2}}", "subscriptions.all.ttl"),
        ("subscriptions: {all: {channel: desk, ttl: 0s}}", "subscriptions.all.ttl"),
        ("subscriptions: {all: {channel: desk, ttl: 2 hours}}", "subscriptions.all.ttl"),
        ("subscriptions: {all: {channel: desk, country: [kp]}}", "subscriptions.all.country"),
        ("subscriptions: {all: {channel: desk, prominence: big}}", "subscriptions.all.prominence"),
        ("subscriptions: {all: {channel: desk, confidence: 60}}", "subscriptions.all.confidence"),
    ],
)
def test_a_wrong_file_is_refused_with_its_field(wrong: str, field: str) -> None:
    with pytest.raises(ValidationError) as raised:
        parse(wrong)
    places = [".".join(map(str, fault["loc"])) for fault in raised.value.errors()]
    assert any(place.startswith(field) for place in places)


def test_a_subscription_to_a_channel_that_is_not_there_is_named() -> None:
    with pytest.raises(ValidationError, match=r"subscriptions\.all\.channel: no channel desk"):
        parse("subscriptions: {all: {channel: desk}}")


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({}, None),
        ({"category": "missile_launch"}, None),
        ({"category": ["summit", "exercise"]}, Suppressed.CATEGORY),
        ({"status": "occurred"}, None),
        ({"status": "planned"}, Suppressed.STATUS),
        ({"country": "KP"}, None),
        ({"country": ["IR", "RU"]}, Suppressed.COUNTRY),
        ({"confidence": 0.9}, None),
        ({"confidence": 0.91}, Suppressed.CONFIDENCE),
        ({"purpose": "test"}, Suppressed.PURPOSE),
    ],
)
def test_filters(filters: dict[str, Any], reason: Suppressed | None) -> None:
    assert wants(report(), **filters) == reason


def test_a_mention_is_wanted_only_where_it_is_asked_for() -> None:
    mention = report(prominence="mention")
    assert wants(mention) == Suppressed.PROMINENCE
    assert wants(mention, prominence=["main", "mention"]) is None
    assert wants(mention, prominence=[]) is None


@pytest.mark.parametrize("purpose", ["test", "canary", "backfill"])
def test_only_live_reports_alert_unless_more_is_asked_for(purpose: str) -> None:
    told = report(of=item(purpose=purpose))
    assert wants(told) == Suppressed.PURPOSE
    assert wants(told, purpose=["live", purpose]) is None


DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        pytest.param((NOON - DAY).isoformat(), None, id="a day old"),
        pytest.param((NOON - DAY - SECOND).isoformat(), Suppressed.OLD, id="a second more"),
        pytest.param((NOON + DAY).isoformat(), None, id="of tomorrow"),
        pytest.param("2024-06-18", None, id="of yesterday, at some hour"),
        pytest.param("2024-06-17", Suppressed.OLD, id="of the day before"),
        pytest.param("9999-12-31", None, id="of a year far off"),
        pytest.param("0001-01-01", Suppressed.OLD, id="of the first year"),
        pytest.param(None, None, id="of nobody knows when"),
    ],
)
def test_an_item_that_is_old_on_arrival_is_no_news(
    published: str | None, reason: Suppressed | None
) -> None:
    assert wants(report(of=item(published_at=published))) == reason


def test_any_age_is_news_where_no_limit_is_set_or_to_a_backfill() -> None:
    old = item(published_at="1999-01-01")
    assert wants(report(of=old), max_age="none") is None
    backfill = report(of=item(published_at="1999-01-01", purpose="backfill"))
    assert wants(backfill, purpose=["backfill"]) is None


def test_age_is_judged_on_arrival_so_an_outage_of_ours_makes_nothing_old() -> None:
    fresh = item(published_at=(NOON - timedelta(hours=1)).isoformat())
    late = report(of=fresh, ingested_at=NOON, classified_at=NOON + timedelta(days=3))
    assert wants(late) is None
