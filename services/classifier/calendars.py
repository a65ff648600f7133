"""A language's words of time: the `calendar` of its lexicon, its schema and its index.

What a word of time is to a rule is its kind, one letter, so that a sentence's times are found by
one regular expression over its kinds:

    y 2024    m June     d the 26th, 26일    h 18, a day only beside its month    n another number
    w Friday  t today    s next    u month   p early    A next year    M next month    K next week
    E this weekend       j and, a dash       o on       e the          f of            i in
    x since   z 以来      q said    g 's    k a topic's ending   . anything else
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from services.classifier.lexicon_file import Ending, Part, Phrase, Phrases

UNITS: Final = {"week": "K", "weekend": "E", "month": "M", "year": "A"}
_LISTS: Final = {
    "joins": "j",
    "on": "o",
    "the": "e",
    "of": "f",
    "within": "i",
    "before": "x",
    "behind": "z",
    "reports": "q",
    "owners": "g",
    "topics": "k",
}
_NUMBERED: Final = {
    "year": "y",
    "month": "m",
    "day": "d",
    "day_by_month": "h",
    "ago": "t",
    "counts": ".",
}
Unit = Literal["week", "weekend", "month", "year"]
Day = Annotated[StrictInt, Field(ge=1, le=31)]


def _ordered(days: tuple[int, int]) -> tuple[int, int]:
    if days[0] > days[1]:
        raise ValueError(f"expected the first day before the last, not {list(days)}")
    return days


class CalendarSection(Part):
    """The `calendar` of a lexicon."""

    day_first: StrictBool = Field(
        description='Whether a day is written before its month too ("18 June").'
    )
    time_first: StrictBool = Field(description="Whether a time mostly stands before what it dates.")
    dashes: str = Field(description="The characters that join two days without a word.")
    year: list[Ending] = Field(description='Endings of a number that make it a year; "" for none.')
    month: list[Ending] = Field(description="Endings that make it a month.")
    day: list[Ending] = Field(description="Endings that make it a day.")
    day_by_month: list[Ending] = Field(
        description="Endings that make it a day, only beside its month."
    )
    ago: list[Ending] = Field(
        description="Endings that make it a day so many before the publication."
    )
    counts: list[Ending] = Field(
        description="Endings that make it no date, though a shorter one would."
    )
    months: dict[Phrase, Annotated[StrictInt, Field(ge=1, le=12)]] = Field(
        description="Months, 1 to 12."
    )
    weekdays: dict[Phrase, Annotated[StrictInt, Field(ge=0, le=6)]] = Field(
        description="Days of the week, 0 (Monday) to 6."
    )
    days: dict[Phrase, StrictInt] = Field(description="Days from the day of publication.")
    shifts: dict[Phrase, StrictInt] = Field(description='Units from the present one ("last": -1).')
    towards: dict[Phrase, Literal[-1, 1]] = Field(
        description="The nearest day or month on that side."
    )
    units: dict[Phrase, Unit] = Field(description="What is counted in.")
    periods: dict[Phrase, tuple[StrictInt, Unit]] = Field(
        description="A shift and its unit in one word."
    )
    parts: dict[Phrase, Annotated[tuple[Day, Day], AfterValidator(_ordered)]] = Field(
        description="First and last day of a part of a month; 31 is its last."
    )
    joins: Phrases = Field(description="What stands between the first and the last of a range.")
    within: Phrases = Field(description="What has to stand before a bare month or year.")
    on: Phrases = Field(description="What has to stand before a bare day.")
    the: Phrases
    of: Phrases
    before: Phrases = Field(description="What makes the time behind it another event's.")
    behind: Phrases = Field(description="What makes the time before it another event's.")
    reports: Phrases = Field(description="Verbs whose time is that of telling.")
    owners: Phrases = Field(description="Behind a time: it is that of the word that follows.")
    topics: Phrases = Field(
        description="An ending that makes the time behind it that of the sentence's last verb."
    )


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of time.

    `value` is what it counts: a month from 1, a weekday from 0 (Monday), days from the day of
    publication, units from the present one; the first day of a part of a month, whose last is
    `other`. Of a shift, `other` is -1 or 1 where it may mean the nearest one on that side, and
    `value` is None where it never counts units. `capital`: it is matched only with one.
    """

    words: tuple[str, ...]
    kind: str
    value: int | None = None
    other: int | None = None
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A language's words of time and the endings of its numbers, by first word, longest first.

    `alone`: the kinds that a number may have without an ending. `on` and `within` say whether a
    word of theirs has to stand before a bare day or month for it to be a time.
    """

    terms: Mapping[str, tuple[Term, ...]]
    endings: Mapping[str, tuple[Term, ...]]
    alone: frozenset[str]
    dashes: frozenset[str]
    day_first: bool
    time_first: bool
    on: bool
    within: bool


def build(section: CalendarSection, word: re.Pattern[str]) -> Calendar:
    """Return the section's calendar. Raises ValueError where a phrase stands in two of its keys."""
    numbered = {key: getattr(section, key) for key in _NUMBERED}
    endings = [
        _term(word, ending, kind=_NUMBERED[key])
        for key, found in numbered.items()
        for ending in found
        if ending
    ]
    return Calendar(
        terms=_indexed(_terms(section, word)),
        endings=_indexed(endings),
        alone=frozenset(_NUMBERED[key] for key, found in numbered.items() if "" in found),
        dashes=frozenset(section.dashes),
        day_first=section.day_first,
        time_first=section.time_first,
        on=bool(section.on),
        within=bool(section.within),
    )


def _terms(section: CalendarSection, word: re.Pattern[str]) -> Iterator[Term]:
    for key, kind in _LISTS.items():
        yield from (_term(word, phrase, kind=kind) for phrase in getattr(section, key))
    for values, kind in ((section.months, "m"), (section.weekdays, "w"), (section.days, "t")):
        yield from (_term(word, phrase, kind=kind, value=value) for phrase, value in values.items())
    shifts, towards = section.shifts, section.towards
    for phrase in dict.fromkeys((*shifts, *towards)):
        shift, side = shifts.get(phrase), towards.get(phrase)
        yield _term(word, phrase, kind="s", value=shift, other=side)
    for phrase, unit in section.units.items():
        yield _term(word, phrase, kind="u", value=list(UNITS).index(unit))
    for phrase, (shift, unit) in section.periods.items():
        yield _term(word, phrase, kind=UNITS[unit], value=shift)
    for phrase, (first, last) in section.parts.items():
        yield _term(word, phrase, kind="p", value=first, other=last)


def _term(word: re.Pattern[str], phrase: str, **meaning: Any) -> Term:
    words = word.findall(phrase)
    capital = words[0][0].isupper()
    return Term(tuple(found.lower() for found in words), **meaning, capital=capital)


def _indexed(terms: Iterator[Term] | Sequence[Term]) -> Mapping[str, tuple[Term, ...]]:
    index: defaultdict[str, list[Term]] = defaultdict(list)
    for term in sorted(terms, key=lambda term: len(term.words), reverse=True):
        same = [known for known in index[term.words[0]] if known.words == term.words]
        if any(known.kind != term.kind for known in same):
            raise ValueError(f"calendar: {' '.join(term.words)!r} stands in two of its keys")
        index[term.words[0]] += [] if same else [term]
    return {first: tuple(found) for first, found in index.items()}
