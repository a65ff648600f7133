"""A language's words, loaded from `lexicon/<language>.yaml` into one index of words and phrases.

What is a word of a language stands in the file; what a word means to a rule is its tag. The
longest phrase at a place wins and takes all its words: so "trial balloon", listed as a
look-alike, never shows the rules a balloon.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.classifier import calendars, gazetteers
from services.classifier.calendars import Calendar
from services.classifier.gazetteers import Gazetteer
from services.classifier.words import SPACED, UNSPACED, Wording

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster


LEADER: Final = "@leader"  # the kind of who leads a state, by name or by title


class Tag(StrEnum):
    """What a word means to the rules. The lexicon's `words` has exactly these keys."""

    LOOKALIKE = "lookalike"
    MISSILE = "missile"
    SATELLITE = "satellite"
    SPACE_POWER = "space_power"
    MISSILE_DONE = "missile_done"
    MISSILE_ACT = "missile_act"
    INTERCEPTION = "interception"
    MISSILE_NOT = "missile_not"
    BALLOON = "balloon"
    BALLOON_CUE = "balloon_cue"
    BALLOON_NOT = "balloon_not"
    SUMMIT = "summit"
    FORUM = "forum"
    LEADERS = "leaders"
    MEET = "meet"
    VISIT = "visit"
    CALL = "call"
    TITLE = "title"
    ENVOY = "envoy"
    SUMMIT_NOT = "summit_not"
    EXERCISE = "exercise"
    DRILL = "drill"
    MILITARY = "military"
    EXERCISE_NOT = "exercise_not"
    PLAN = "plan"
    THREAT = "threat"
    DONE = "done"
    CANCEL = "cancel"
    DEMAND = "demand"
    DATING = "dating"
    BACKGROUND = "background"
    BASE = "base"
    TO = "to"
    TOWARDS = "towards"
    FROM = "from"


STRONG: Final = frozenset(
    {Tag.MISSILE, Tag.SATELLITE, Tag.BALLOON, Tag.SUMMIT, Tag.FORUM, Tag.EXERCISE, Tag.DRILL}
)
"""The tags that may tell of a category by themselves."""
MEETINGS: Final = frozenset({Tag.MEET, Tag.VISIT, Tag.CALL})
"""The tags that may where they are said of people in office."""
PEOPLE: Final = frozenset({Tag.TITLE, Tag.LEADERS})


@dataclass(frozen=True, slots=True)
class Mention:
    """A state, or its leader, as the lexicon knows it.

    `country` is ISO 3166-1 alpha-2; None for who is no state (an armed group).
    """

    name: str
    country: str | None
    leader: bool = False
    place: bool = False  # a capital: it stands for its government, and is also where things happen

    @property
    def kind(self) -> str:
        """What it is to a sentence: "@leader", "@capital", "@state" or "@group"."""
        if self.leader:
            return LEADER
        if self.place:
            return "@capital"
        return "@state" if self.country else "@group"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase with what it means.

    `words` are in lower case. `exact` is a single word with capitals, matched only as written.
    `kind` is what it is to a sentence: a mention's, "@" and the tag of a name, else its first tag.
    """

    words: tuple[str, ...]
    exact: str | None = None
    tags: tuple[Tag, ...] = ()
    mention: Mention | None = None
    name: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's entries.

    `begins` has for each word the entries of it alone, those that match only as written first,
    and the phrases that begin with it, by their second word, longest first. Without a word of
    `strong`, or one of `meetings` beside one of `people`, or two of `people`, a sentence tells
    nothing. They are words of entries, or whole phrases where words are not set apart.
    """

    language: str
    wording: Wording
    begins: Mapping[str, tuple[Sequence[Entry], Mapping[str, Sequence[Entry]]]]
    strong: frozenset[str]
    meetings: frozenset[str]
    people: frozenset[str]
    calendar: Calendar
    places: Gazetteer


def load(language: str) -> Lexicon:
    """Return the packaged lexicon of a language.

    Raises FileNotFoundError where there is none, ValueError where it breaks the schema.
    """
    source = files("services.classifier").joinpath("lexicon", f"{language}.yaml")
    try:
        return build(yaml.load(source.read_bytes(), LOADER))  # noqa: S506 (a safe loader, in C)
    except ValueError as error:
        raise ValueError(f"{language}.yaml: {error}") from error


def languages() -> list[str]:
    """Return the languages that have a packaged lexicon: a file of `lexicon/` is one."""
    found = files("services.classifier").joinpath("lexicon").iterdir()
    return sorted(path.name.removesuffix(".yaml") for path in found)


@cache
def packaged(language: str) -> Lexicon | None:
    """Return a language's packaged lexicon, loaded when it is first asked for; None without one.

    Raises ValueError where it breaks the schema.
    """
    return load(language) if language in languages() else None


def build(document: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon that a parsed file holds. Raises ValueError naming what is wrong."""
    expected = {
        "language",
        "spaced",
        "words",
        "names",
        "countries",
        "groups",
        "leaders",
        "calendar",
        "places",
    }
    _same_keys("the lexicon", document, expected)
    _same_keys("words", document["words"], set(Tag))
    collected: dict[tuple[tuple[str, ...], str | None], Entry] = {}
    wording = SPACED if document["spaced"] else UNSPACED
    word = wording.pattern
    for entry in _entries(document, word):
        key = (entry.words, entry.exact)
        known = collected.get(key)
        collected[key] = _merged(known, entry) if known else entry
    return _indexed(document, wording, list(collected.values()))


def _same_keys(where: str, mapping: Mapping[str, Any], expected: set[Any]) -> None:
    wrong = set(mapping) ^ {str(key) for key in expected}
    if wrong:
        raise ValueError(f"{where}: unknown or missing {sorted(map(str, wrong))}")


def _entries(document: Mapping[str, Any], word: re.Pattern[str]) -> Iterator[Entry]:
    for tag, phrases in document["words"].items():
        yield from (_entry(word, phrase, tags=(Tag(tag),)) for phrase in phrases)
    for tag, names in document["names"].items():
        for name, phrases in names.items():
            known = phrases or [name.lower()]
            yield from (_entry(word, phrase, tags=(Tag(tag),), name=name) for phrase in known)
    yield from _states(word, document["countries"])
    for name, phrases in document["groups"].items():
        yield from _mentioned(word, phrases, Mention(name, None))
    for code, leaders in document["leaders"].items():
        for name, phrases in leaders.items():
            yield from _mentioned(word, phrases, Mention(name, code, leader=True))


def _states(word: re.Pattern[str], countries: Mapping[str, Any]) -> Iterator[Entry]:
    for code, country in countries.items():
        _same_keys(f"countries: {code}", country, {"name", "also", "capital"})
        name = country["name"]
        yield from _mentioned(word, [name.lower(), *country["also"]], Mention(name, code))
        yield from _mentioned(word, country["capital"], Mention(name, code, place=True))


def _mentioned(word: re.Pattern[str], phrases: Iterable[Any], mention: Mention) -> Iterator[Entry]:
    for phrase in phrases:
        yield (entry := _entry(word, phrase, mention=mention))
        if entry.exact and entry.exact.isupper():  # "US" is also written "U.S."
            yield _entry(word, " ".join(entry.exact.lower()), mention=mention)


def _entry(word: re.Pattern[str], phrase: Any, **meaning: Any) -> Entry:
    words = word.findall(phrase) if isinstance(phrase, str) else []
    if not words:
        raise ValueError(f"{phrase!r} is no word: quote it")  # YAML reads `no` as false
    exact = words[0] if len(words) == 1 and words[0] != words[0].lower() else None
    return Entry(tuple(found.lower() for found in words), exact, **meaning)


def _merged(known: Entry, entry: Entry) -> Entry:
    return Entry(
        known.words,
        known.exact,
        tags=tuple(dict.fromkeys(known.tags + entry.tags)),
        mention=known.mention or entry.mention,
        name=known.name or entry.name,
    )


def _indexed(document: Mapping[str, Any], wording: Wording, entries: list[Entry]) -> Lexicon:
    begins: defaultdict[str, tuple[list[Entry], defaultdict[str, list[Entry]]]]
    begins = defaultdict(lambda: ([], defaultdict(list)))
    for entry in sorted(entries, key=lambda entry: (-len(entry.words), entry.exact is None)):
        first, *others = entry.words
        alone, longer = begins[first]
        (longer[others[0]] if others else alone).append(replace(entry, kind=_kind(entry)))

    def keys(tags: Set[Tag], *, leaders: bool = False) -> frozenset[str]:
        found = [
            entry.words
            for entry in entries
            if not tags.isdisjoint(entry.tags)
            or (leaders and entry.mention is not None and entry.mention.leader)
        ]
        return _key_words(found) if wording.spaced else frozenset(map("".join, found))

    return Lexicon(
        language=document["language"],
        wording=wording,
        begins={word: (alone, dict(longer)) for word, (alone, longer) in begins.items()},
        strong=keys(STRONG),
        meetings=keys(MEETINGS),
        people=keys(PEOPLE, leaders=True),
        calendar=calendars.build(document["calendar"], wording.pattern),
        places=gazetteers.build(document["places"], wording.pattern),
    )


def _kind(entry: Entry) -> str:
    if entry.mention:
        return entry.mention.kind
    tag = entry.tags[0]
    return LEADER if tag is Tag.TITLE else f"@{tag}" if entry.name else str(tag)


def _key_words(phrases: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """Return words of which each phrase has one: its only word, else its longest, the last such."""
    phrases = list(phrases)
    keys = {words[0] for words in phrases if len(words) == 1}
    longest = {max(reversed(words), key=len) for words in phrases if keys.isdisjoint(words)}
    return frozenset(keys | longest)
