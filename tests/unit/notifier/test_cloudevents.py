"""The CloudEvents format: the attributes that Kafka's record has, and a whole alert in 20 kB."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import ALERT_TYPE, Alert, Source
from schemas.report import Actor, Role, Span
from services.notifier import channels
from services.notifier.channels import cloudevents
from services.notifier.outbox import alert_headers
from services.runtime.cloudevents import unwrap

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
LIMIT = 20_000


def rendered(alert: Alert) -> dict[str, Any]:
    request = cloudevents.render(alert, now=NOW)
    assert len(request.body) <= LIMIT
    event: dict[str, Any] = json.loads(request.body)
    return event


def from_item(item_id: str) -> Alert:
    return ALERT.model_copy(update={"sources": (Source(item_id=item_id),)})


def test_the_event_is_the_golden_one() -> None:
    assert rendered(ALERT) == json.loads((GOLDEN / "alert.cloudevents.json").read_text())


def test_an_event_is_signed() -> None:
    assert channels.has_secret("cloudevents")


def test_the_attributes_are_those_of_the_record_on_kafka() -> None:
    headers = {name: value.decode() for name, value in alert_headers(ALERT)}
    event = rendered(ALERT)
    del event["data"]
    assert event.pop("datacontenttype") == headers.pop("content-type")
    assert {f"ce_{name}": value for name, value in event.items()} == headers


def test_a_reader_of_structured_events_finds_the_alert() -> None:
    request = cloudevents.render(ALERT, now=NOW)
    content_type = request.headers["content-type"]
    value, purpose = unwrap(request.body, [("content-type", content_type.encode())])
    assert value is not None
    assert Alert.model_validate_json(value) == ALERT
    assert purpose == "live"


@pytest.mark.parametrize(
    ("item_id", "told"),
    [
        ("n-1", True),
        ("\N{ROCKET}", True),
        ("x" * 1024, True),
        ("x" * 1025, False),
        ("", False),
        ("a\nb", False),
        ("\x1f", False),
        ("\x20", True),
        ("\x7e", True),
        ("\x7f", False),
        ("\x9f", False),
        ("\xa0", True),
        ("\ufdcf", True),
        ("\ufdd0", False),
        ("\ufdef", False),
        ("\ufdf0", True),
        ("\ufffd", True),
        ("\ufffe", False),
        ("\U0001ffff", False),
        ("\U0010fffd", True),
    ],
    ids=lambda value: ascii(value)[:12],
)
def test_an_attribute_holds_no_more_than_it_may(item_id: str, told: bool) -> None:
    event = rendered(from_item(item_id))
    assert event.get("correlationid") == (item_id if told else None)
    assert event["data"]["sources"] == [{"item_id": item_id}]


def test_an_alert_without_sources_correlates_with_nothing() -> None:
    assert "correlationid" not in rendered(ALERT.model_copy(update={"sources": ()}))


@pytest.mark.parametrize("excess", [0, 1], ids=["at the limit", "one byte over"])
def test_the_limit_is_exact(excess: int) -> None:
    bare = ALERT.model_copy(update={"evidence": ALERT.evidence[:1]})
    room = LIMIT - len(cloudevents.render(bare, now=NOW).body)
    span = bare.evidence[0].model_copy(
        update={"text": bare.evidence[0].text + "x" * (room + excess)}
    )
    told = rendered(bare.model_copy(update={"evidence": (span,)}))
    assert bool(told["data"]["evidence"]) is not bool(excess)


texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\x00" * 9_000, "\N{ROCKET}" * 6_000, "\N{ROCKET}" * 1_024, '"' * 11_000, "<!channel>"]
)


@given(
    headline=texts,
    evidence=st.lists(texts, max_size=5),
    items=st.lists(texts, max_size=10),
    actors=st.lists(texts, max_size=40),
)
def test_every_alert_fits_stays_an_alert_and_moves_no_attribute(
    headline: str, evidence: list[str], items: list[str], actors: list[str]
) -> None:
    alert = ALERT.model_copy(
        update={
            "headline": headline,
            "evidence": tuple(Span(field="body", start=0, end=len(t), text=t) for t in evidence),
            "sources": tuple(Source(item_id=item, url=item) for item in items),
            "actors": tuple(Actor(name=name, role=Role.HOST) for name in actors),
        }
    )
    event = rendered(alert)
    told = Alert.model_validate(event.pop("data"))
    assert set(told.evidence) <= set(alert.evidence)
    assert (told.id, told.source_count) == (alert.id, alert.source_count)
    assert event.pop("correlationid", None) in {None, *items[:1]}
    assert event == {
        name: value
        for name, value in rendered(ALERT).items()
        if name not in {"data", "correlationid"}
    }
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)
    assert event["type"] == ALERT_TYPE
