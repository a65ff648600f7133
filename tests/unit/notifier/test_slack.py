"""Slack's format: readable, within limits, and inert whatever a stranger wrote."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.alert import Alert, Source
from schemas.report import Actor, EventTime, Precision, Role, Span
from services.notifier import channels

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)


def rendered(**changes: Any) -> dict[str, Any]:
    alert = ALERT.model_copy(update=changes)
    message: dict[str, Any] = json.loads(channels.find("slack").render(alert, now=NOW).body)
    return message


def texts_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every text object of a message, the fallback as mrkdwn among them."""
    found = [{"type": "mrkdwn", "text": message["text"]}]
    for block in message["blocks"]:
        found += block.get("fields", [block["text"]] if "text" in block else [])
    return found


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def span(text: str) -> Span:
    return Span(field="body", start=0, end=len(text), text=text)


def test_the_message_is_the_golden_one() -> None:
    assert rendered() == json.loads((GOLDEN / "alert.slack.json").read_text())


hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(
        [
            "<!channel>",
            "<@U1>",
            "<#C1>",
            "<https://evil.example|bank>",
            "@here",
            "@channel",
            "https://evil.example/",
            "a.b",
            "*",
            "_",
            "~",
            "`",
            "|",
            "&",
            ">",
            "🚀",
            " ",
            "\n",
        ]
    ),
    max_size=60,
).map("".join)
long = st.builds(lambda text, times: text * times, hostile, st.integers(1, 200))


@given(
    headline=hostile | long,
    evidence=st.lists(hostile | long, max_size=5),
    names=st.lists(hostile, max_size=10),
    urls=st.lists(hostile.map("https://news.example/".__add__) | hostile, max_size=10),
)
@example(
    headline="<!channel>", evidence=["<!here>"], names=["<!everyone>"], urls=["https://a/<!b>"]
)
@example(headline="&" * 200, evidence=["<" * 3000], names=["_*~`|@here"] * 10, urls=[])
def test_no_words_of_a_stranger_act_or_break_a_limit(
    headline: str, evidence: list[str], names: list[str], urls: list[str]
) -> None:
    message = rendered(
        headline=headline,
        evidence=tuple(map(span, evidence)),
        actors=tuple(Actor(name=name, role=Role.HOST) for name in names),
        sources=tuple(
            Source(item_id="n", url=url, source=name)
            for url, name in zip(urls, [*names, *urls], strict=False)
        ),
    )
    assert len(message["blocks"]) <= 50
    header = message["blocks"][0]["text"]
    assert 1 <= units(header["text"]) <= 150
    for text in texts_of(message):
        assert 1 <= units(text["text"]) <= 3000
        words = text["text"]
        if text["type"] == "mrkdwn":
            words = re.sub(r"<https?://[^<>|\s]+\|([^<>|]*)>", r"\1", words)
            assert not re.search(r"[*_~`|]|@\w|://|\w\.\w", words), words
        assert "<" not in words
        assert ">" not in words
        assert not re.search(r"&(?!amp;|lt;|gt;)", words)


def test_what_a_stranger_wrote_is_shown_without_markup() -> None:
    message = rendered()
    shown = [text for text in texts_of(message)[1:] if text["type"] == "mrkdwn"]
    assert [text["text"].split(" ")[0] for text in shown] == ["Sources"]
    assert all(text["verbatim"] for text in shown)
    assert all(text["emoji"] is False for text in texts_of(message) if text["type"] == "plain_text")


def test_sources_that_do_not_fit_are_left_out_whole() -> None:
    url = "https://news.example/" + "x" * 900
    sources = tuple(Source(item_id="n", url=url, source="N") for _ in range(10))
    text = rendered(sources=sources, source_count=10)["blocks"][-1]["text"]["text"]
    assert text == "Sources (10): " + ", ".join([f"<{url}|N>"] * 3)


def test_a_source_without_a_name_is_called_by_its_host() -> None:
    source = Source(item_id="n", url="https://news.example/a", source=" ")
    message = rendered(sources=(source,), source_count=1)
    text = message["blocks"][-1]["text"]["text"]
    assert text == "Sources (1): <https://news.example/a|news\N{WORD JOINER}.example>"


@pytest.mark.parametrize(
    ("length", "shown"),
    [(149, "x" * 149), (150, "x" * 150), (151, "x" * 149 + "…")],
)
def test_a_headline_is_cut_to_the_header(length: int, shown: str) -> None:
    assert rendered(headline="x" * length)["blocks"][0]["text"]["text"] == shown


def test_the_fallback_says_that_it_was_cut() -> None:
    assert rendered(headline="x" * 3000)["text"].endswith("x…")


def test_a_cut_never_splits_an_escape() -> None:
    header = rendered(headline="&" * 31)["blocks"][0]["text"]["text"]
    assert header == "&amp;" * 29 + "…"


def test_a_pair_of_utf_16_units_counts_twice() -> None:
    header = rendered(headline="\N{ROCKET}" * 76)["blocks"][0]["text"]["text"]
    assert header == "\N{ROCKET}" * 74 + "…"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://news.example/a", "<https://news.example/a|N>"),
        ("HTTP://news.example/a", "<HTTP://news.example/a|N>"),
        ("https://news.example/?a=1&b=2", "<https://news.example/?a=1&amp;b=2|N>"),
        ("https://news.example/a|b>c<d e", "<https://news.example/a%7Cb%3Ec%3Cd%20e|N>"),
        ("https://news.example/" + "x" * 979, "<https://news.example/" + "x" * 979 + "|N>"),
        ("https://news.example/" + "x" * 980, "N"),
        ("javascript:alert(1)", "N"),
        ("data:text/html,x", "N"),
        ("//news.example/a", "N"),
        ("https://", "N"),
        ("https://[::1", "N"),
        ("slack://open", "N"),
        ("", "N"),
        (None, "N"),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None, link: str) -> None:
    message = rendered(sources=(Source(item_id="n", url=url, source="N"),), source_count=1)
    assert message["blocks"][-1]["text"]["text"] == f"Sources (1): {link}"


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (("2024-06-26", "2024-06-26", "day"), "26 June 2024"),
        (("2024-06-24", "2024-06-25", "day"), "24 June 2024 to 25 June 2024"),
        (("2024-08-01", "2024-08-31", "month"), "August 2024"),
        (("2025-01-01", "2025-12-31", "year"), "2025"),
        (("2024-06-26T05:30:00+09:00",) * 2 + ("minute",), "26 June 2024, 05:30 UTC+09:00"),
    ],
)
def test_when_is_told_as_finely_as_it_is_known(time: tuple[str, str, str], words: str) -> None:
    start, end, precision = time
    moment = EventTime.model_validate({"start": start, "end": end, "precision": precision})
    fields = rendered(event_time=moment)["blocks"][1]["fields"]
    assert f"When: {words}" in [field["text"] for field in fields]
    assert moment.precision is Precision(precision)


def test_an_alert_that_knows_nothing_more_is_still_a_message() -> None:
    message = rendered(headline=" ", evidence=(), actors=(), event_time=None, sources=())
    assert [block["type"] for block in message["blocks"]] == ["header", "section"]
    assert message["blocks"][0]["text"]["text"] == "-"
