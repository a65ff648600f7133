"""The generic format: the whole alert in the Standard Webhooks envelope, under 20 kB."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import Alert, Source
from schemas.report import Actor, Role, Span
from services.notifier import channels

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
LIMIT = 20_000


def rendered(alert: Alert) -> dict[str, Any]:
    request = channels.find("generic").render(alert, now=NOW)
    assert len(request.body) <= LIMIT
    envelope: dict[str, Any] = json.loads(request.body)
    return envelope


def test_the_message_is_the_golden_one() -> None:
    assert rendered(ALERT) == json.loads((GOLDEN / "alert.generic.json").read_text())


def test_the_content_type_is_json() -> None:
    headers = channels.find("generic").render(ALERT, now=NOW).headers
    assert headers == {"content-type": "application/json"}


def test_an_alert_comes_back_whole() -> None:
    assert Alert.model_validate(rendered(ALERT)["data"]) == ALERT


def test_the_largest_span_goes_first_and_nothing_else() -> None:
    small = ALERT.evidence[0]
    large = Span(field="body", start=0, end=25_000, text="x" * 25_000)
    alert = ALERT.model_copy(update={"evidence": (large, small)})
    told = Alert.model_validate(rendered(alert)["data"])
    assert told == ALERT.model_copy(update={"evidence": (small,)})


def test_a_source_with_a_huge_link_goes_before_the_evidence() -> None:
    sources = (*ALERT.sources, Source(item_id="n-5", url="https://news.example/" + "x" * 25_000))
    told = Alert.model_validate(
        rendered(ALERT.model_copy(update={"sources": sources, "source_count": 4}))["data"]
    )
    assert told == ALERT.model_copy(update={"source_count": 4})


def test_a_headline_is_cut_last_and_says_so() -> None:
    alert = ALERT.model_copy(update={"headline": "\x01" * 30_000})
    told = Alert.model_validate(rendered(alert)["data"])
    assert told.headline == "\x01" * 2_000 + "…"


@pytest.mark.parametrize("excess", [0, 1], ids=["at the limit", "one byte over"])
def test_the_limit_is_exact(excess: int) -> None:
    bare = ALERT.model_copy(update={"evidence": ALERT.evidence[:1]})
    room = LIMIT - len(channels.find("generic").render(bare, now=NOW).body)
    span = bare.evidence[0].model_copy(
        update={"text": bare.evidence[0].text + "x" * (room + excess)}
    )
    told = rendered(bare.model_copy(update={"evidence": (span,)}))
    assert bool(told["data"]["evidence"]) is not bool(excess)


texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\x00" * 9_000, "ä" * 12_000, "\N{ROCKET}" * 6_000, '"' * 11_000]
)


@given(
    headline=texts,
    evidence=st.lists(texts, max_size=5),
    urls=st.lists(texts, max_size=10),
    actors=st.lists(texts, max_size=40),
)
def test_every_alert_fits_and_stays_an_alert(
    headline: str, evidence: list[str], urls: list[str], actors: list[str]
) -> None:
    alert = ALERT.model_copy(
        update={
            "headline": headline,
            "evidence": tuple(Span(field="body", start=0, end=len(t), text=t) for t in evidence),
            "sources": tuple(Source(item_id="n", url=url) for url in urls),
            "actors": tuple(Actor(name=name, role=Role.HOST) for name in actors),
        }
    )
    told = Alert.model_validate(rendered(alert)["data"])
    assert set(told.evidence) <= set(alert.evidence)
    assert (told.id, told.source_count) == (alert.id, alert.source_count)


def test_formats_are_found_beside_each_other() -> None:
    assert {"generic", "pagerduty", "slack"} <= set(channels.formats())
    assert list(channels.formats()) == sorted(channels.formats())


def test_every_format_says_how_it_is_to_be_sent() -> None:
    for name in channels.formats():
        found = channels.find(name)
        assert isinstance(found.SIGNED, bool)
        assert found.CONCURRENCY >= 1
        assert found.RATE is None or found.RATE > 0
        assert found.DEADLINE > 0


@pytest.mark.parametrize("name", ["carrier_pigeon", "", "__init__", "../generic"])
def test_an_unknown_format_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(channels.UnknownFormatError, match=", ".join(channels.formats())):
        channels.find(name).render(ALERT, now=NOW)


@pytest.mark.parametrize(
    ("name", "status", "body", "success"),
    [
        ("generic", 200, b"", True),
        ("generic", 299, b"anything", True),
        ("generic", 199, b"", False),
        ("generic", 300, b"", False),
        ("slack", 200, b"ok", True),
        ("slack", 200, b"ok\n", True),
        ("slack", 200, b"<html>sign in</html>", False),
        ("slack", 200, b"", False),
        ("slack", 204, b"ok", False),
    ],
)
def test_a_format_knows_its_success(name: str, status: int, body: bytes, success: bool) -> None:
    assert channels.accepted(name, status, body) is success
