"""Headlines and articles of our own, the same at every run: one in ten tells of an event.

Among the others are near misses (a trial balloon, a rocket to a space station), because
turning those down is what a classifier of real news does all day.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import orjson

ONE_IN: Final = 10  # headlines, of which the last tells of an event
_SEED: Final = 20240627

_ORDINARY: Final = (
    ("The council", "A museum", "The harbour", "Our university", "A bakery", "The theatre"),
    ("opens", "closes", "plans", "repairs", "sells", "celebrates", "votes on", "paints"),
    ("a new tram line", "its oldest hall", "a night market", "the bridge", "forty flats"),
    ("after a long winter", "before the holidays", "for the third time", "in spite of rain"),
)
_NEAR_MISSES: Final = (
    ("Airline", "Bank", "Carmaker", "Landlord"),
    ("will exercise its option on", "floats a trial balloon over", "sees rocketing prices for"),
    ("ten more jets", "its head office", "small parcels", "a chain of cinemas"),
    ("this spring", "next year", "after the audit", "without a word"),
)
_EVENTS: Final = (
    (
        ("North Korea", "Iran", "Russia", "China"),
        ("fires", "launches", "test-fires"),
        ("a ballistic missile", "two ballistic missiles", "a long-range missile"),
        ("into the sea", "off its east coast", "at dawn", "from a mobile launcher"),
    ),
    (
        ("North Korea",),
        ("sends", "floats", "launches"),
        ("trash balloons", "balloons carrying trash", "more balloons"),
        ("across the border", "toward South Korea", "into South Korea"),
    ),
    (
        ("Putin and Kim", "Biden and Kishida", "Xi and Macron"),
        ("hold",),
        ("a summit", "summit talks"),
        ("in Hanoi", "in Geneva", "in Seoul", "in Lima"),
    ),
    (
        ("South Korea and the United States", "Japan and the Philippines", "China and Russia"),
        ("begin", "start", "launch"),
        ("a joint military exercise", "joint naval drills", "large military drills"),
        ("near the border", "in the East China Sea", "off the coast"),
    ),
)
_ORDINARY_SENTENCES: Final = (
    "Residents who had waited since the morning were given tea, and {who} promised answers soon.",
    "The costs are shared by the town and a foundation that a retired engineer left behind.",
    "Children painted the fence in nine colours while their parents argued about parking.",
    "According to a report that {who} ordered last year, the roof is sound and the cellar is not.",
    "Visitors arrived by ferry, since the road along the coast has been narrow for a generation.",
    "What comes next depends on the weather, said a gardener with mud up to his elbows.",
)
_EVENT_SENTENCE: Final = "The defence ministry said on Thursday that {event}."


@dataclass(frozen=True, slots=True)
class Item:
    """A news item as a producer sends it."""

    id: str
    payload: bytes  # JSON
    tells: bool  # whether it tells of an event


def headlines(run: str, *, one_in: int = ONE_IN) -> Iterator[Item]:
    """Yield items that are headlines, without end; ids are numbered: `bench-RUN-7`."""
    chance = random.Random(_SEED)
    for place in count():
        tells = place % one_in == one_in - 1
        id_ = f"bench-{run}-{place}"
        yield Item(id_, _payload(id_, title(chance, tells=tells)), tells)


def title(chance: random.Random, *, tells: bool) -> str:
    """Return a headline that tells of an event, or does not."""
    if tells:
        return _sentence(chance, chance.choice(_EVENTS))
    return _sentence(chance, _NEAR_MISSES if chance.random() < 0.1 else _ORDINARY)


def article(*, tells: bool, size: int = 2500) -> str:
    """Return a body of about `size` code points, a sentence in three telling of an event or not."""
    chance = random.Random(_SEED)
    sentences: list[str] = []
    while sum(map(len, sentences)) < size:
        if tells and len(sentences) % 3 == 0:
            sentences.append(_EVENT_SENTENCE.format(event=title(chance, tells=True)))
        else:
            who = chance.choice(_ORDINARY[0])
            sentences.append(chance.choice(_ORDINARY_SENTENCES).format(who=who.lower()))
    return " ".join(sentences)


def _sentence(chance: random.Random, parts: Sequence[Sequence[str]]) -> str:
    return " ".join(chance.choice(part) for part in parts)


def _payload(id_: str, headline: str) -> bytes:
    return orjson.dumps(
        {
            "id": id_,
            "title": headline,
            "body": "",
            "url": f"https://news.example/{id_}",
            "source": "Bench Gazette",
            "language": "en",
            "published_at": "2024-06-27T08:00:00+09:00",
        }
    )
