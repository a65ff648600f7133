"""Discord's format: one embed within every limit, that calls nobody and marks nothing."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.alert import Alert, Severity, Source
from schemas.report import Actor, Role, Span
from services.notifier import channels
from services.notifier.channels import discord

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ALERT = Alert.model_validate_json((GOLDEN / "alert.json").read_text())
NOW = datetime(2024, 6, 25, 21, 10, 6, tzinfo=UTC)
URL = "https://news.example/" + "x" * 900

# Discord's own marks, in the order of its page "Message formatting", then those of its Markdown.
LIVE = re.compile(
    r"<@|<#|</|<a?:|<t:|<id:|@everyone|@here|://|\]\(|[*_~`|\\]|:\w+:|(?m:^(?:#|-#|>|-|\d+\.))"
)
LINK = re.compile(r"\[[^\[\]]*\]\(https?://[^()\s]+\)")
HOSTILE = [
    "<@1>",
    "<@&1>",
    "<#1>",
    "</kick:1>",
    "<:x:1>",
    "<t:1:R>",
    "<id:browse>",
    "@everyone",
    "@here",
    "[bank](https://evil.example)",
    "https://evil.example/",
    ":fire:",
    *r"\<>[]()#-*_~`|1.",
    " ",
    "\n",
    "\U0001f680",
]
hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from(HOSTILE), max_size=60
).map("".join)
long = st.builds(lambda text, times: text * times, hostile, st.integers(1, 200))


def rendered(**changes: Any) -> dict[str, Any]:
    request = discord.render(ALERT.model_copy(update=changes), now=NOW)
    message: dict[str, Any] = json.loads(request.body)
    return message


def embed(**changes: Any) -> dict[str, Any]:
    (found,) = rendered(**changes)["embeds"]
    assert isinstance(found, dict)
    return found


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def span(text: str) -> Span:
    return Span(field="body", start=0, end=len(text), text=text)


def texts_of(found: dict[str, Any]) -> list[str]:
    fields = [text for field in found["fields"] for text in (field["name"], field["value"])]
    return [found["title"], found["description"], *fields]


def test_the_message_is_the_golden_one() -> None:
    assert rendered() == json.loads((GOLDEN / "alert.discord.json").read_text())


@given(
    headline=hostile | long,
    evidence=st.lists(hostile | long, max_size=5),
    names=st.lists(hostile | long, max_size=10),
    urls=st.lists(hostile.map("https://news.example/".__add__) | hostile, max_size=10),
)
@example(headline="@everyone", evidence=["<@1>"] * 5, names=["</x:1>"], urls=["https://a/](b"])
@example(headline="\U0001f680" * 999, evidence=["*" * 9999] * 5, names=["_" * 999] * 10, urls=[URL])
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
    assert message["content"] == "Missile launch, occurred"
    assert message["allowed_mentions"] == {"parse": []}
    (found,) = message["embeds"]
    assert 1 <= units(found["title"]) <= 256
    assert 1 <= units(found["description"]) <= 4096
    assert all(1 <= units(field["value"]) <= 1024 for field in found["fields"])
    assert sum(map(units, texts_of(found))) <= 6000
    for text in texts_of(found):
        assert not LIVE.search(LINK.sub("", text)), text


@pytest.mark.parametrize("text", HOSTILE[:12])
def test_what_is_looked_for_is_live_before_it_is_rendered(text: str) -> None:
    assert LIVE.search(text)


@pytest.mark.parametrize(
    ("length", "shown"), [(255, "x" * 255), (256, "x" * 256), (257, "x" * 255 + "…")]
)
def test_a_title_has_at_most_256_characters(length: int, shown: str) -> None:
    assert embed(headline="x" * length)["title"] == shown


def test_a_pair_of_utf_16_units_counts_twice() -> None:
    assert embed(headline="\N{ROCKET}" * 128)["title"] == "\N{ROCKET}" * 128
    assert embed(headline="\N{ROCKET}" * 129)["title"] == "\N{ROCKET}" * 127 + "…"


@pytest.mark.parametrize(("excess", "end"), [(-1, "x”"), (0, "x”"), (1, "x…")])
def test_a_description_has_at_most_4096_characters_and_ends_with_the_sources(
    excess: int, end: str
) -> None:
    last = "\nSources (1): N"
    text = "x" * (4096 - len(last) - len("“”") + excess)
    source = Source(item_id="n", source="N")
    found = embed(evidence=(span(text),), sources=(source,), source_count=1)["description"]
    assert found.endswith(end + last)
    assert len(found) == 4096 + min(excess, 0)


@pytest.mark.parametrize(("length", "end"), [(1017, "(host)"), (1018, "(hos…")])
def test_a_field_has_at_most_1024_characters(length: int, end: str) -> None:
    who = embed(actors=(Actor(name="x" * length, role=Role.HOST),))["fields"][-1]
    assert who["name"] == "Who"
    assert who["value"].endswith(end)
    assert len(who["value"]) == 1024


def test_sources_leave_half_of_the_description_to_the_evidence() -> None:
    sources = tuple(Source(item_id="n", url=URL, source="N") for _ in range(10))
    found = embed(evidence=(span("x" * 9000),), sources=sources)["description"]
    evidence, last = found.split("\n")
    assert last == "Sources (3): " + ", ".join([f"[N]({URL})"] * 2)
    assert units(evidence) > 2000


def test_the_largest_message_has_less_than_6000_characters() -> None:
    found = embed(
        headline="x" * 999,
        evidence=(span("x" * 9000),) * 5,
        actors=(Actor(name="x" * 9000, role=Role.PARTICIPANT),),
        kind="x" * 64,
    )
    assert 5000 < sum(map(units, texts_of(found))) <= 6000


def test_an_alert_that_knows_nothing_more_is_still_a_message() -> None:
    found = embed(headline=" ", evidence=(), actors=(), event_time=None, sources=())
    assert (found["title"], found["description"]) == ("…", "Sources (3)")
    assert [field["name"] for field in found["fields"]] == ["Alert"]


def test_each_severity_has_its_color() -> None:
    assert len({embed(severity=severity)["color"] for severity in Severity}) == len(Severity)


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (400, False)])
def test_taken_is_any_2xx(status: int, taken: bool) -> None:
    assert channels.accepted("discord", status, b"") is taken
