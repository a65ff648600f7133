"""A language's places: the `places` of its lexicon, its schema and its index.

They have an index of their own so that a place hides nothing: "the Sea of Japan" still shows the
rules a Japan, and a town never becomes an actor.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from pydantic import Field

from services.classifier.lexicon_file import ByCountry, Named, Part, Phrases

Words: TypeAlias = tuple[str, ...]
CUES: Final = (
    *("before", "before_plain", "behind", "behind_plain", "behind_town"),
    *("skipped", "elsewhere"),
)


class Sort(StrEnum):
    """What a place is: a capital also stands for its government, waters host no summit."""

    CAPITAL = "capitals"
    TOWN = "towns"
    WATERS = "waters"


class PlacesSection(Part):
    """The `places` of a lexicon."""

    before: Phrases = Field(description="What stands before the place of an event.")
    before_plain: Phrases = Field(
        description="The same, but for a state's capital, which may stand for its government."
    )
    behind: Phrases = Field(description="What stands behind the place of an event.")
    behind_plain: Phrases = Field(description="The same, but for a state's capital.")
    behind_town: Phrases = Field(
        description='What stands behind the town of an event ("the Singapore summit").'
    )
    skipped: Phrases = Field(description="What may stand between such a word and the place.")
    elsewhere: Phrases = Field(description="What stands behind a place where nothing happened.")
    capitals: ByCountry[Named] = Field(
        description="Capitals by country, with ways of writing each."
    )
    towns: ByCountry[Named] = Field(description="Towns and test sites, likewise.")
    waters: Named = Field(description="Seas and straits, where no leaders meet.")


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase that names a place. `words` are in lower case; `capital`: it needs one to match."""

    words: Words
    name: str
    sort: Sort
    capital: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A language's places by first word, longest first, and the phrases that stand beside one.

    What each set of phrases says is told in the lexicon, at its key; here `before_plain` holds
    `before` as well, and `behind_plain` `behind`.
    """

    places: Mapping[str, tuple[Place, ...]]
    before: frozenset[Words]
    before_plain: frozenset[Words]
    behind: frozenset[Words]
    behind_plain: frozenset[Words]
    behind_town: frozenset[Words]
    skipped: frozenset[Words]
    elsewhere: frozenset[Words]


def build(section: PlacesSection, word: re.Pattern[str]) -> Gazetteer:
    """Return the section's gazetteer."""
    index: defaultdict[str, list[Place]] = defaultdict(list)
    for place in sorted(_places(section, word), key=lambda place: -len(place.words)):
        index[place.words[0]].append(place)
    cues = {
        key: frozenset(_words(phrase, word) for phrase in getattr(section, key)) for key in CUES
    }
    for key in ("before", "behind"):
        cues[f"{key}_plain"] |= cues[key]
    return Gazetteer({first: tuple(found) for first, found in index.items()}, **cues)


def _places(section: PlacesSection, word: re.Pattern[str]) -> Iterator[Place]:
    for named, sort in (
        *((named, Sort.CAPITAL) for named in section.capitals.values()),
        *((named, Sort.TOWN) for named in section.towns.values()),
        (section.waters, Sort.WATERS),
    ):
        for name, phrases in named.items():
            for phrase in phrases:
                yield Place(_words(phrase, word), name, sort, capital=phrase[0].isupper())


def _words(phrase: str, word: re.Pattern[str]) -> Words:
    return tuple(found.lower() for found in word.findall(phrase))
