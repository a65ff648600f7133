"""A language's words, loaded from `lexicon/<language>.yaml` into one index of words and phrases.

What is a word of a language stands in the file; what a word means to a rule is its tag. The
longest phrase at a place wins and takes all its words: so "trial balloon", listed as a
look-alike, never shows the rules a balloon.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

import yaml

from services.classifier import calendars, gazetteers
from services.classifier.calendars import Calendar
from services.classifier.gazetteers import Gazetteer

SPACED: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+")  # "U.S." is a word, "state-run" are two
# Chinese and Japanese set no words apart and Korean glues endings to them: each character of
# theirs is a word here, and what the lexicon calls a word is a phrase of them.
UNSPACED: Final = re.compile(r"[0-9A-Za-z\u00c0-\u024f\uff10-\uff19\uff21-\uff5a]+|[^\W_]")
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster


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


TRIGGERS: Final = frozenset(
    {Tag.MISSILE, Tag.SATELLITE, Tag.BALLOON, Tag.SUMMIT, Tag.FORUM, Tag.MEET, Tag.VISIT}
    | {Tag.CALL, Tag.EXERCISE, Tag.DRILL}
)
"""The tags without one of which no category is reported."""


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
            return "@leader"
        if self.place:
            return "@capital"
        return "@state" if self.country else "@group"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase with what it means.

    `words` are in lower case. `exact` is a single word with capitals, matched only as written.
    """

    words: tuple[str, ...]
    exact: str | None = None
    tags: tuple[Tag, ...] = ()
    mention: Mention | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's entries.

    `entries`: by first word, longest first. `triggers` are lower-case words without one of which
    a text reports nothing.
    """

    language: str
    word: re.Pattern[str]
    entries: Mapping[str, tuple[Entry, ...]]
    triggers: frozenset[str]
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


def load_all() -> dict[str, Lexicon]:
    """Return the packaged lexicons by language: a file of `lexicon/` is a language."""
    found = files("services.classifier").joinpath("lexicon").iterdir()
    languages = sorted(path.name.removesuffix(".yaml") for path in found)
    return {language: load(language) for language in languages}


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
    word = SPACED if document["spaced"] else UNSPACED
    for entry in _entries(document, word):
        key = (entry.words, entry.exact)
        known = collected.get(key)
        collected[key] = _merged(known, entry) if known else entry
    return _indexed(document, word, list(collected.values()))


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
    return (_entry(word, phrase, mention=mention) for phrase in phrases)


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


def _indexed(document: Mapping[str, Any], word: re.Pattern[str], entries: list[Entry]) -> Lexicon:
    index: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (-len(entry.words), entry.exact is None)):
        index[entry.words[0]].append(entry)
    return Lexicon(
        language=document["language"],
        word=word,
        entries={word: tuple(found) for word, found in index.items()},
        triggers=frozenset(
            entry.words[0] for entry in entries if not TRIGGERS.isdisjoint(entry.tags)
        ),
        calendar=calendars.build(document["calendar"], word),
        places=gazetteers.build(document["places"], word),
    )
