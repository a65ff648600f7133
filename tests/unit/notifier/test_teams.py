"""Teams' format: an Adaptive Card below 28 KB, in which a stranger's words mark nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schemas.alert import Alert, Severity, Source
from schemas.report import Actor, Role, Span
from services.notifier import channels
from services.notifier.channels import teams

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
READER = MarkdownIt("commonmark")
URL = "https://news.example/" + "x" * 970
HOSTILE = [
    "<at>Ann</at>",
    "[bank](https://evil.example)",
    "[1]: /evil",
    "**bold**",
    "_italic_",
    "https://evil.example/",
    "&lt;at&gt;",
    "{{DATE(2024-01-01T00:00:00Z)}}",
    *r"\<>[]()#-*_&;1.",
    " ",
    "\n",
    "\r",
    "\U0001f680",
]
hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(HOSTILE), max_size=60
).map("".join)
long = st.builds(lambda text, times: text * times, hostile, st.integers(1, 200))


def body_of(**changes: Any) -> bytes:
    return teams.render(ALERT.model_copy(update=changes), now=NOW).body


def card(**changes: Any) -> dict[str, Any]:
    message = json.loads(body_of(**changes))
    (attachment,) = message["attachments"]
    assert message["type"] == "message"
    assert isinstance(attachment["content"], dict)
    return attachment["content"]


def blocks(**changes: Any) -> list[str]:
    elements = card(**changes)["body"]
    return [element["text"] for element in elements if element["type"] == "TextBlock"]


def facts(**changes: Any) -> dict[str, str]:
    (found,) = (part for part in card(**changes)["body"] if part["type"] == "FactSet")
    return {fact["title"]: fact["value"] for fact in found["facts"]}


def size(body: bytes) -> int:
    """Return the bytes of a body, in the larger of two encodings."""
    return max(len(body), len(body.decode().encode("utf-16-le")))


def span(text: str) -> Span:
    return Span(field="body", start=0, end=len(text), text=text)


def links(text: str) -> list[str]:
    """Return where the links of a text go, after a check that nothing else in it is markup."""
    tokens = READER.parse(text)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "link_open", "link_close"}, text
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]


def test_the_message_is_the_golden_one() -> None:
    assert json.loads(body_of()) == json.loads((GOLDEN / "alert.teams.json").read_text())


@given(
    headline=hostile | long,
    evidence=st.lists(hostile | long, max_size=5),
    names=st.lists(hostile | long, max_size=10),
    urls=st.lists(hostile.map("https://news.example/".__add__) | hostile, max_size=10),
)
@example(headline="<at>Ann</at>", evidence=["[1]: /x"] * 5, names=["# x"], urls=["https://a/](b"])
def test_no_words_of_a_stranger_act_or_break_a_limit(
    headline: str, evidence: list[str], names: list[str], urls: list[str]
) -> None:
    changes = {
        "headline": headline,
        "evidence": tuple(map(span, evidence)),
        "actors": tuple(Actor(name=name, role=Role.HOST) for name in names),
        "sources": tuple(
            Source(item_id="n", url=url, source=name)
            for url, name in zip(urls, [*names, *urls], strict=False)
        ),
    }
    assert size(body_of(**changes)) <= 28_000
    assert "msteams" not in card(**changes)
    *texts, last = blocks(**changes)
    assert links(last) == [] or urls
    for text in [*texts, *facts(**changes).values()]:
        assert links(text) == []
        assert "<at>" not in text
        assert "://" not in text
        assert "{{" not in text


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_what_is_looked_for_is_live_before_it_is_rendered(text: str) -> None:
    with pytest.raises(AssertionError):
        assert links(text) == []


def test_only_the_sources_are_links() -> None:
    *_, last = blocks()
    assert links(last) == ["https://news.example/a?b=1&c=2", "http://other.example/b"]


@pytest.mark.parametrize("character", ["x", '"', "_", "<a", "\u20ac", "\U0001f680", "a.b"])
def test_the_largest_message_is_below_28_kilobytes(character: str) -> None:
    text = character * 10_000
    body = body_of(
        headline=text,
        evidence=(span(text),) * 5,
        actors=tuple(Actor(name=text, role=Role.HOST) for _ in range(10)),
        sources=tuple(Source(item_id="n", url=URL, source=text) for _ in range(10)),
        category="x" * 64,
        status="x" * 64,
        kind="x" * 64,
    )
    assert 10_000 < size(body) <= 28_000


@pytest.mark.parametrize(
    ("length", "shown"), [(499, "x" * 499), (500, "x" * 500), (501, "x" * 499 + "…")]
)
def test_a_headline_is_cut_to_500_characters(length: int, shown: str) -> None:
    assert blocks(headline="x" * length)[0] == shown


@pytest.mark.parametrize(
    ("length", "shown"), [(598, "“" + "x" * 598 + "”"), (599, "“" + "x" * 598 + "…")]
)
def test_a_span_is_cut_to_600_characters(length: int, shown: str) -> None:
    assert blocks(evidence=(span("x" * length),))[1] == shown


@pytest.mark.parametrize(("length", "end"), [(793, "(host)"), (794, "(hos…")])
def test_a_fact_is_cut_to_800_characters(length: int, end: str) -> None:
    who = facts(actors=(Actor(name="x" * length, role=Role.HOST),))["Who"]
    assert who.endswith(end)
    assert len(who) == 800


def test_sources_that_do_not_fit_are_left_out_whole() -> None:
    sources = tuple(Source(item_id="n", url=URL, source="N") for _ in range(10))
    assert blocks(sources=sources)[-1] == "Sources (3): " + ", ".join([f"[N]({URL})"] * 2)


def test_an_alert_that_knows_nothing_more_is_still_a_message() -> None:
    bare: dict[str, Any] = {"headline": " ", "evidence": (), "sources": ()}
    assert blocks(**bare) == ["…", "Sources (3)"]
    assert list(facts(actors=(), event_time=None)) == ["What", "Alert"]


def test_each_severity_has_its_color() -> None:
    colors = {card(severity=severity)["body"][0]["color"] for severity in Severity}
    assert len(colors) == len(Severity)


@pytest.mark.parametrize(("status", "taken"), [(200, True), (202, True), (204, False)])
def test_taken_is_a_200_or_a_202(status: int, taken: bool) -> None:
    assert channels.accepted("teams", status, b"") is taken
