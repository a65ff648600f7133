"""Alertmanager's format: who an alert is stays small, when it ends is told, and texts are inert."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.alert import Alert, Source
from schemas.report import Actor, Role, Span
from services.notifier import channels
from services.notifier.channels import alertmanager

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
TOLD = ALERT.freshness.correlated
PIECES = [
    "<!channel>",
    "<@U1>",
    "<https://evil.example|bank>",
    "[bank](https://evil.example/)",
    "[bank](/a)",
    "@everyone",
    "https://evil.example/",
    "HTTP://x",
    "a.b",
    "# ",
    "*",
    "_",
    "~",
    "`",
    "|",
    "\N{ROCKET}",
    " ",
    "\n",
    "\x00",
]
hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(PIECES), max_size=60
).map("".join)
long = st.builds(lambda text, times: text * times, hostile, st.integers(1, 200))


def rendered(**changes: Any) -> dict[str, Any]:
    request = alertmanager.render(ALERT.model_copy(update=changes), now=NOW)
    posted: list[dict[str, Any]] = json.loads(request.body)
    assert len(posted) == 1
    return posted[0]


def span(text: str) -> Span:
    return Span(field="body", start=0, end=len(text), text=text)


def at(url: str | None) -> tuple[Source, ...]:
    return (Source(item_id="n", url=url, source="N"),)


def test_the_alert_is_the_golden_one() -> None:
    assert [rendered()] == json.loads((GOLDEN / "alert.alertmanager.json").read_text())


def test_an_alert_ends_when_it_is_no_news_any_more() -> None:
    posted = rendered()
    assert datetime.fromisoformat(posted["startsAt"]) == TOLD
    assert datetime.fromisoformat(posted["endsAt"]) == ALERT.expires_at


def test_a_closed_incident_ends_at_once_and_is_still_the_same_alert() -> None:
    opened, closed = rendered(kind="opened"), rendered(kind="closed", revision=3)
    assert datetime.fromisoformat(closed["endsAt"]) == TOLD
    assert closed["labels"] == opened["labels"]


@pytest.mark.parametrize(
    ("left", "begins"),
    [(1, 0), (0, 0), (-1, -1)],
    ids=["ends after it was told", "ends as it was told", "had ended before"],
)
def test_no_alert_ends_before_it_starts(left: int, begins: int) -> None:
    posted = rendered(expires_at=TOLD + timedelta(seconds=left))
    assert datetime.fromisoformat(posted["startsAt"]) == TOLD + timedelta(seconds=begins)
    assert datetime.fromisoformat(posted["endsAt"]) == TOLD + timedelta(seconds=left)


def test_new_words_in_an_alert_do_not_make_it_another_one() -> None:
    again = rendered(
        id=ALERT.incident_id,
        revision=7,
        kind="updated",
        reason="first_match",
        headline="Other words",
        evidence=(span("Other words"),),
        sources=at("https://other.example/"),
        source_count=9,
        expires_at=ALERT.expires_at + timedelta(hours=1),
    )
    assert again["labels"] == rendered()["labels"]
    assert again["annotations"]["summary"] == "Other words"


@pytest.mark.parametrize(
    "actors",
    [(), (Actor(name="Rebels", role=Role.LAUNCHER), Actor(name="J", country="JP", role="target"))],
    ids=["nobody", "first one is no state"],
)
def test_an_alert_without_a_country_has_no_such_label(actors: tuple[Actor, ...]) -> None:
    assert "country" not in rendered(actors=actors)["labels"]


@given(
    headline=hostile | long,
    evidence=st.lists(hostile | long, max_size=5),
    names=st.lists(hostile, max_size=10),
    urls=st.lists(hostile.map("https://news.example/".__add__) | hostile, max_size=10),
)
@example(headline="<!channel>", evidence=["[a](b)"], names=["@here"], urls=["https://a/@everyone"])
@example(headline="\N{ROCKET}" * 1100, evidence=["@" * 2000] * 5, names=["# a"] * 10, urls=[])
def test_no_words_of_a_stranger_act_or_break_a_limit(
    headline: str, evidence: list[str], names: list[str], urls: list[str]
) -> None:
    posted = rendered(
        headline=headline,
        evidence=tuple(map(span, evidence)),
        actors=tuple(Actor(name=name, role=Role.HOST) for name in names),
        sources=tuple(
            Source(item_id="n", url=url, source=name)
            for url, name in zip(urls, [*names, *urls], strict=False)
        ),
    )
    texts = posted["annotations"]
    assert 1 <= len(texts["summary"]) <= 1024
    assert "\n" not in texts["summary"]
    assert len(texts["description"]) <= 4096
    for text in (texts["summary"], texts["description"]):
        assert not re.search(r"[<>*_~`|]|@\w|://|\w\.\w|\][(\[:]|# ", text), text
    for link in texts.get("links", "").split():
        assert re.fullmatch(r"https?://[^\s<>|@]+", link, re.IGNORECASE)
    assert set(posted["labels"].values()) <= {*rendered()["labels"].values()}


@pytest.mark.parametrize(
    ("length", "shown"),
    [(1023, "x" * 1023), (1024, "x" * 1024), (1025, "x" * 1023 + "…"), (9000, "x" * 1023 + "…")],
)
def test_a_headline_is_cut_to_1024_characters(length: int, shown: str) -> None:
    assert rendered(headline="x" * length)["annotations"]["summary"] == shown


@pytest.mark.parametrize("excess", [0, 1], ids=["at the limit", "one character over"])
def test_a_description_is_cut_to_4096_characters(excess: int) -> None:
    full = tuple(map(span, ["x" * 998] * 3))
    room = 4096 - len(rendered(evidence=full)["annotations"]["description"]) - len("\n“”")
    text = rendered(evidence=(*full, span("y" * (room + excess))))["annotations"]["description"]
    assert len(text) == 4096
    assert text.endswith("yy…" if excess else "y”")


def test_an_empty_headline_is_a_dash() -> None:
    assert rendered(headline=" \n")["annotations"]["summary"] == "-"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://news.example/a?b=1&c=2#d", "https://news.example/a?b=1&c=2#d"),
        ("HTTP://news.example:8080", "HTTP://news.example:8080"),
        ("https://news.example?q", "https://news.example?q"),
        ("https://日本.example/日本", "https://%E6%97%A5%E6%9C%AC.example/%E6%97%A5%E6%9C%AC"),
        ("https://news.example/a b|c", "https://news.example/a%20b%7Cc"),
        ("https://news.example/@everyone", "https://news.example/%40everyone"),
        ("https://news.example/%41", "https://news.example/%41"),
        ("https://news.example/%zz", None),
        ("https://news.example/%4", None),
        ("https://news%41.example/", None),
        ("https://news.example:x/", None),
        ("https://news.example#a", None),
        ("https://user:word@news.example/", None),
        ("https://[::1]/", None),
        ("https://news .example/", None),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_a_link_is_one_that_alertmanager_takes(url: str | None, link: str | None) -> None:
    posted = rendered(sources=at(url))
    assert posted.get("generatorURL") == posted["annotations"].get("links") == link


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, b"", True),
        (200, b'{"status":"success"}', True),
        (200, b"\n<!DOCTYPE html>", False),
        (204, b"", False),
        (202, b"", False),
        (400, b"", False),
    ],
)
def test_taken_is_a_200_that_is_no_page(status: int, body: bytes, taken: bool) -> None:
    assert channels.accepted("alertmanager", status, body) is taken
