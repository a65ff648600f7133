"""Alertmanager's webhook: the message that Alertmanager would send of the same alert."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import Alert, Source
from schemas.report import Actor, Role, Span
from services.notifier.channels import alertmanager, alertmanager_webhook
from services.notifier.channels.alertmanager_webhook import fingerprint

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["<!channel> @here", "[a](https://evil.example)", "\N{ROCKET}" * 9_000, "\x00" * 9_000]
)


def rendered(**changes: Any) -> dict[str, Any]:
    request = alertmanager_webhook.render(ALERT.model_copy(update=changes), now=NOW)
    message: dict[str, Any] = json.loads(request.body)
    return message


def test_the_message_is_the_golden_one() -> None:
    assert rendered() == json.loads((GOLDEN / "alert.alertmanager_webhook.json").read_text())


def test_an_alert_that_fires_has_no_end_yet() -> None:
    message = rendered()
    assert message["status"] == message["alerts"][0]["status"] == "firing"
    assert message["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"


def test_a_closed_incident_is_resolved_in_the_group_that_fired() -> None:
    fired, message = rendered(kind="opened"), rendered(kind="closed")
    assert message["status"] == message["alerts"][0]["status"] == "resolved"
    ended = datetime.fromisoformat(message["alerts"][0]["endsAt"])
    assert ended == ALERT.freshness.correlated
    assert message["groupKey"] == fired["groupKey"]
    assert message["alerts"][0]["fingerprint"] == fired["alerts"][0]["fingerprint"]


def test_an_incident_is_one_group_whatever_becomes_of_its_status() -> None:
    planned, occurred = rendered(status="planned"), rendered(status="occurred")
    assert planned["groupKey"] == occurred["groupKey"]
    assert planned["groupKey"] != rendered(incident_id=ALERT.id)["groupKey"]


def test_an_alert_without_a_link_has_an_empty_one() -> None:
    assert rendered(sources=())["alerts"][0]["generatorURL"] == ""


@pytest.mark.parametrize(
    ("labels", "value"),
    [
        ({}, "cbf29ce484222325"),
        # Alertmanager 0.25 answered these with these fingerprints.
        ({"alertname": "A"}, "d2c6efc389df0927"),
        ({"b": "ä", "alertname": "A"}, "2707c195f123aa88"),
    ],
)
def test_a_fingerprint_is_the_one_that_alertmanager_makes(
    labels: dict[str, str], value: str
) -> None:
    assert fingerprint(labels) == value


@given(headline=texts, evidence=st.lists(texts, max_size=5), names=st.lists(texts, max_size=10))
def test_what_a_stranger_wrote_is_in_the_inert_annotations_alone(
    headline: str, evidence: list[str], names: list[str]
) -> None:
    alert = ALERT.model_copy(
        update={
            "headline": headline,
            "evidence": tuple(Span(field="body", start=0, end=len(t), text=t) for t in evidence),
            "actors": tuple(Actor(name=name, role=Role.HOST) for name in names),
            "sources": tuple(Source(item_id="n", url=name, source=name) for name in names),
        }
    )
    message = json.loads(alertmanager_webhook.render(alert, now=NOW).body)
    inert = json.loads(alertmanager.render(alert, now=NOW).body)[0]["annotations"]
    assert message["alerts"][0].pop("annotations") == message.pop("commonAnnotations") == inert
    bare = rendered(headline="", evidence=(), actors=(), sources=())
    del bare["alerts"][0]["annotations"], bare["commonAnnotations"]
    assert message == bare
