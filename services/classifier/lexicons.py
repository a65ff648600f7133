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
from importlib.resources.abc import Traversable
from sys import intern
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StrictBool, ValidationError, model_validator

from services.classifier import boilerplate, calendars, gazetteers, lexicon_file, roles
from services.classifier.boilerplate import Boilerplate
from services.classifier.calendars import Calendar, CalendarSection
from services.classifier.gates import Gate, SpacedGate, UnspacedGate, Watched
from services.classifier.gazetteers import Gazetteer, PlacesSection
from services.classifier.lexicon_file import ByCountry, Named, Part, Phrase, Phrases
from services.classifier.packaged import PackagedError
from services.classifier.roles import Roles, RolesSection
from services.classifier.words import SPACED, UNSPACED, Wording

FOLDER: Final = files("services.classifier") / "lexicon"
NONE: Final[Mapping[str, Any]] = {}  # one for all words that begin no phrase
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


def _every_tag(words: dict[Tag, list[str]]) -> dict[Tag, list[str]]:
    if missing := [str(tag) for tag in Tag if tag not in words]:
        raise ValueError(f"is missing {', '.join(missing)} ([] says that there are none)")
    return words


class CountrySection(Part):
    """A country. Its capitals stand for its government, and are places."""

    name: Phrase = Field(description="As it is reported, and a way to write it.")
    also: Phrases = Field(description="Other ways to write it, and its people.")
    capital: Phrases


class LexiconFile(Part):
    """A language's words: `lexicon/<language>.yaml`. The guide stands in the README beside it."""

    language: str = Field(description="The primary language subtag (BCP 47): the file's name.")
    spaced: StrictBool = Field(
        description="Whether words are set apart by spaces; else every character is a word."
    )
    abbreviations: Phrases = Field(
        description="Behind which a full stop ends no sentence, as they are spelt."
    )
    boilerplate: Phrases = Field(
        description="How sentences of a body begin that tell no news; a mark at the end is needed."
    )
    words: Annotated[
        dict[Tag, Phrases],
        AfterValidator(_every_tag),
        Field(json_schema_extra={"required": [str(tag) for tag in Tag]}),
    ] = Field(description="Words and phrases by tag; the README tells what each tag means.")
    names: dict[Tag, dict[Phrase, Phrases]] = Field(
        description="Names by tag, with ways of writing each; [] for the name alone."
    )
    countries: ByCountry[CountrySection] = Field(description="States by ISO 3166-1 alpha-2 code.")
    groups: Named = Field(description="Armed groups that are no state, with ways of writing each.")
    leaders: ByCountry[Named] = Field(
        description="Heads of state or government by country, with ways of writing each."
    )
    roles: RolesSection
    calendar: CalendarSection
    places: PlacesSection

    @model_validator(mode="after")
    def _leaders_lead_a_country(self) -> Self:
        if unknown := self.leaders.keys() - self.countries.keys():
            raise ValueError(f"leaders: {', '.join(sorted(unknown))} is none of the countries")
        return self


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
    `kind` is what it is to a sentence: its first mention's, "@" and the tag of a name, else its
    first tag. A pair of states has several mentions.
    """

    words: tuple[str, ...]
    exact: str | None = None
    tags: tuple[Tag, ...] = ()
    mentions: tuple[Mention, ...] = ()
    name: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's entries.

    `begins` has for each word the entries of it alone, those that match only as written first,
    and the phrases that begin with it, by their second word, longest first. `gate` says
    which sentences may tell of an event, `boilerplate` which are no news.
    """

    language: str
    wording: Wording
    begins: Mapping[str, tuple[Sequence[Entry], Mapping[str, Sequence[Entry]]]]
    boilerplate: Boilerplate
    gate: Gate
    roles: Roles
    calendar: Calendar
    places: Gazetteer


class LexiconError(PackagedError):
    """A lexicon breaks the schema: a line for each fault, with the file and the path in it."""


def load(language: str) -> Lexicon:
    """Return the packaged lexicon of a language.

    Raises FileNotFoundError where there is none, LexiconError.
    """
    return read(FOLDER / f"{language}.yaml")


def read(source: Traversable) -> Lexicon:
    """Return the lexicon of a file. Raises LexiconError."""
    try:
        return _of(
            source.name.removesuffix(".yaml"), build(lexicon_file.parse(source.read_bytes()))
        )
    except ValueError as error:
        lines = str(error).splitlines()
        raise LexiconError("\n".join(f"{source.name}: {line}" for line in lines)) from error


def _of(language: str, lexicon: Lexicon) -> Lexicon:
    if lexicon.language != language:
        raise ValueError(f"language: expected the file's name, not {lexicon.language!r}")
    return lexicon


@cache
def languages() -> frozenset[str]:
    """Return the languages that have a packaged lexicon: a YAML file of `lexicon/` is one."""
    names = [path.name for path in FOLDER.iterdir()]
    return frozenset(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def packaged(language: str) -> Lexicon | None:
    """Return a language's packaged lexicon, loaded when it is first asked for; None without one.

    Raises LexiconError.
    """
    return _once(language) if language in languages() else None


_once: Final = cache(load)  # only of languages that there are: an item may say it is in any


def build(document: Any) -> Lexicon:
    """Return the lexicon that a parsed file holds. Raises ValueError with a line for each fault."""
    try:
        file = LexiconFile.model_validate(document)
    except ValidationError as error:
        raise ValueError("\n".join(lexicon_file.faults(error))) from None
    collected: dict[tuple[tuple[str, ...], str | None], Entry] = {}
    wording = replace(
        SPACED if file.spaced else UNSPACED, abbreviations=frozenset(file.abbreviations)
    )
    for entry in _entries(file, wording.pattern):
        key = (entry.words, entry.exact)
        known = collected.get(key)
        collected[key] = _merged(known, entry) if known else entry
    return _indexed(file, wording, list(collected.values()))


def _entries(file: LexiconFile, word: re.Pattern[str]) -> Iterator[Entry]:
    for tag, phrases in file.words.items():
        tags = (tag,)
        yield from (_entry(word, phrase, tags=tags) for phrase in phrases)
    for tag, names in file.names.items():
        for name, phrases in names.items():
            known = phrases or [name.lower()]
            yield from (_entry(word, phrase, tags=(tag,), name=name) for phrase in known)
    for code, country in file.countries.items():
        known = [country.name.lower(), *country.also]
        yield from _mentioned(word, known, Mention(country.name, code))
        yield from _mentioned(word, country.capital, Mention(country.name, code, place=True))
    for name, phrases in file.groups.items():
        yield from _mentioned(word, phrases, Mention(name, None))
    for code, leaders in file.leaders.items():
        for name, phrases in leaders.items():
            yield from _mentioned(word, phrases, Mention(name, code, leader=True))


def _mentioned(word: re.Pattern[str], phrases: Iterable[str], mention: Mention) -> Iterator[Entry]:
    for phrase in phrases:
        yield (entry := _entry(word, phrase, mentions=(mention,)))
        if entry.exact and entry.exact.isupper():  # "US" is also written "U.S."
            yield _entry(word, " ".join(entry.exact.lower()), mentions=(mention,))


def _entry(word: re.Pattern[str], phrase: str, **meaning: Any) -> Entry:
    words = word.findall(phrase)
    exact = words[0] if len(words) == 1 and words[0] != words[0].lower() else None
    # Interned: a language of few characters or words says each of them a thousand times.
    return Entry(tuple(intern(found.lower()) for found in words), exact, **meaning)


def _merged(known: Entry, entry: Entry) -> Entry:
    if not entry.mentions and entry.tags[0] in known.tags and (known.name or not entry.name):
        section = "names" if entry.name else "words"
        raise ValueError(f"{section}.{entry.tags[0]}: {' '.join(entry.words)!r} stands twice")
    return Entry(
        known.words,
        known.exact,
        tags=tuple(dict.fromkeys(known.tags + entry.tags)),
        mentions=known.mentions + entry.mentions,
        name=known.name or entry.name,
    )


def _indexed(file: LexiconFile, wording: Wording, entries: list[Entry]) -> Lexicon:
    begins: defaultdict[str, tuple[list[Entry], defaultdict[str, list[Entry]]]]
    begins = defaultdict(lambda: ([], defaultdict(list)))
    for entry in sorted(entries, key=lambda entry: (-len(entry.words), entry.exact is None)):
        first, *others = entry.words
        alone, longer = begins[first]
        (longer[others[0]] if others else alone).append(replace(entry, kind=_kind(entry)))

    def phrases(tags: Set[Tag], *, leaders: bool = False) -> list[tuple[str, ...]]:
        return [
            entry.words
            for entry in entries
            if not tags.isdisjoint(entry.tags)
            or (leaders and any(mention.leader for mention in entry.mentions))
        ]

    watched = Watched(phrases(STRONG), phrases(MEETINGS), phrases(PEOPLE, leaders=True))
    return Lexicon(
        language=file.language,
        wording=wording,
        begins={
            word: (tuple(alone), {second: tuple(found) for second, found in longer.items()} or NONE)
            for word, (alone, longer) in begins.items()
        },
        boilerplate=boilerplate.build(file.boilerplate, wording),
        gate=SpacedGate(watched) if wording.spaced else UnspacedGate(watched),
        roles=roles.build(file.roles, wording.pattern, spaced=wording.spaced),
        calendar=calendars.build(file.calendar, wording.pattern),
        places=gazetteers.build(file.places, wording.pattern),
    )


def _kind(entry: Entry) -> str:
    if entry.mentions:
        return entry.mentions[0].kind
    tag = entry.tags[0]
    return LEADER if tag is Tag.TITLE else intern(f"@{tag}") if entry.name else str(tag)
