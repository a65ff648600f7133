"""A language's places: the `places` of its lexicon, checked and put into an index of their own.

They have an index of their own so that a place hides nothing: "the Sea of Japan" still shows the
rules a Japan, and a town never becomes an actor.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

Phrase: TypeAlias = tuple[str, ...]
CUES: Final = (
    *("before", "before_plain", "behind", "behind_plain", "behind_town"),
    *("skipped", "elsewhere"),
)
_KEYS: Final = frozenset({*CUES, "capitals", "towns", "waters"})
_CODE: Final = re.compile(r"[A-Z]{2}")


class Sort(StrEnum):
    """What a place is: a capital also stands for its government, waters host no summit."""

    CAPITAL = "capitals"
    TOWN = "towns"
    WATERS = "waters"


@dataclass(frozen=True, slots=True)
class Place:
    """A phrase that names a place. `words` are in lower case; `capital`: it needs one to match."""

    words: Phrase
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
    before: frozenset[Phrase]
    before_plain: frozenset[Phrase]
    behind: frozenset[Phrase]
    behind_plain: frozenset[Phrase]
    behind_town: frozenset[Phrase]
    skipped: frozenset[Phrase]
    elsewhere: frozenset[Phrase]


def build(section: Any, word: re.Pattern[str]) -> Gazetteer:
    """Return the gazetteer that a lexicon's section holds. Raises ValueError naming its key."""
    if not isinstance(section, Mapping) or set(section) != _KEYS:
        wrong = set(section) ^ _KEYS if isinstance(section, Mapping) else _KEYS
        raise ValueError(f"places: unknown or missing {sorted(map(str, wrong))}")
    index: defaultdict[str, list[Place]] = defaultdict(list)
    for place in sorted(_places(section, word), key=lambda place: -len(place.words)):
        index[place.words[0]].append(place)
    cues = {key: frozenset(_phrases(key, section[key], word)) for key in CUES}
    for key in ("before", "behind"):
        cues[f"{key}_plain"] |= cues[key]
    return Gazetteer({first: tuple(found) for first, found in index.items()}, **cues)


def _places(section: Mapping[str, Any], word: re.Pattern[str]) -> Iterator[Place]:
    for sort in (Sort.CAPITAL, Sort.TOWN):
        for code, named in _mapping(sort, section[sort]).items():
            if not (isinstance(code, str) and _CODE.fullmatch(code)):
                raise ValueError(f"places: {sort}: {code!r} is no country's code: quote it")
            yield from _named(sort, f"{sort}: {code}", named, word)
    yield from _named(Sort.WATERS, Sort.WATERS, section[Sort.WATERS], word)


def _named(sort: Sort, where: str, named: Any, word: re.Pattern[str]) -> Iterator[Place]:
    for name, phrases in _mapping(where, named).items():
        for phrase in phrases or ():
            words = _words(where, phrase, word)
            yield Place(words, str(name), sort, capital=phrase[0].isupper())


def _mapping(where: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"places: {where}: {value!r} is no mapping")  # noqa: TRY004
    return value


def _phrases(where: str, phrases: Any, word: re.Pattern[str]) -> Iterator[Phrase]:
    if not isinstance(phrases, list):
        raise ValueError(f"places: {where}: {phrases!r} is no list")  # noqa: TRY004
    return (_words(where, phrase, word) for phrase in phrases)


def _words(where: str, phrase: Any, word: re.Pattern[str]) -> Phrase:
    words = word.findall(phrase) if isinstance(phrase, str) else []
    if not words:
        raise ValueError(f"places: {where}: {phrase!r} is no word: quote it")
    return tuple(found.lower() for found in words)
