"""PagerDuty's format: one alert an incident, within limits, inert, and the key comes last."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import Alert
from schemas.report import Span
from services.notifier import channels
from services.notifier.channels import pagerduty

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
HOSTILE = [
    "@here",
    "https://evil.example/",
    "a.b",
    "http://x",
    "\n",
    " ",
    "x",
    "\U0001f680",
    "\x00",
]
hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(HOSTILE)
).map("".join)


def rendered(**changes: Any) -> dict[str, Any]:
    request = pagerduty.render(ALERT.model_copy(update=changes), now=NOW)
    event: dict[str, Any] = json.loads(request.body)
    return event


def test_the_event_is_the_golden_one() -> None:
    assert rendered() == json.loads((GOLDEN / "alert.pagerduty.json").read_text())


def test_alerts_of_an_incident_are_one_event_that_its_close_resolves() -> None:
    opened, closed = rendered(kind="opened", revision=1), rendered(kind="closed", revision=3)
    assert opened["dedup_key"] == closed["dedup_key"] == str(ALERT.incident_id)
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")


@pytest.mark.parametrize(("length", "ends"), [(1024, "x"), (1025, "…"), (9_000, "…")])
def test_a_summary_has_at_most_1024_characters(length: int, ends: str) -> None:
    summary = rendered(headline="x" * length)["payload"]["summary"]
    assert len(summary) == 1024
    assert summary.endswith(ends)


def test_an_empty_headline_is_a_dash_because_a_summary_is_required() -> None:
    assert rendered(headline=" \n")["payload"]["summary"] == "-"


@given(hostile, hostile)
def test_whatever_a_stranger_wrote_links_and_mentions_nothing(headline: str, words: str) -> None:
    span = Span(field="body", start=0, end=len(words), text=words)
    payload = rendered(headline=headline, evidence=(span,))["payload"]
    for text in (payload["summary"], *payload["custom_details"].values()):
        assert "://" not in text
        assert "a.b" not in text
        assert "@here" not in text
        assert "\n" not in text


def test_only_web_addresses_become_links() -> None:
    assert [link["href"] for link in rendered()["links"]] == [
        "https://news.example/a?b=1&c=2",
        "http://other.example/b",
    ]


@pytest.mark.parametrize("character", ["x", "\x01", "\U0001f680", "a."])
def test_an_event_stays_far_below_512_kilobytes(character: str) -> None:
    text = character * 100_000
    span = Span(field="body", start=0, end=len(text), text=text)
    request = pagerduty.render(
        ALERT.model_copy(update={"headline": text, "evidence": (span,) * 5}), now=NOW
    )
    assert len(request.body) < 100_000


def test_the_routing_key_is_in_the_body_and_nothing_else_changes() -> None:
    request = pagerduty.render(ALERT, now=NOW)
    assert KEY.encode() not in request.body
    put = channels.keyed("pagerduty", request, (KEY,))
    assert json.loads(put.body) == {"routing_key": KEY, **json.loads(request.body)}


def test_a_format_without_a_key_is_left_as_it_is() -> None:
    request = channels.find("slack").render(ALERT, now=NOW)
    assert channels.keyed("slack", request, ()) is request


@pytest.mark.parametrize(("status", "taken"), [(202, True), (200, False), (400, False)])
def test_taken_is_a_202(status: int, taken: bool) -> None:
    assert channels.accepted("pagerduty", status, b"") is taken
