"""A language's words of time: the `calendar` of its lexicon, checked and put into an index.

What a word of time is to a rule is its kind, one letter, so that a sentence's times are found by
one regular expression over its kinds:

    y 2024    m June     d the 26th, 26일    h 18, a day only beside its month    n another number
    w Friday  t today    s next    u month   p early    A next year    M next month    K next week
    E this weekend       j and, a dash       o on       e the          f of            i in
    x since   z 以来      q said    g 's    k a topic's ending   . anything else
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

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
_FLAGS: Final = ("day_first", "time_first")
_VALUED: Final = (
    *("months", "weekdays", "days", "shifts", "towards"),
    *("units", "periods", "parts"),
)
KEYS: Final = frozenset({*_FLAGS, "dashes", *_LISTS, *_NUMBERED, *_VALUED})


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


def build(section: Any, word: re.Pattern[str]) -> Calendar:
    """Return the calendar that a lexicon's section holds. Raises ValueError naming its key."""
    if not isinstance(section, Mapping) or set(section) != KEYS:
        wrong = set(section) ^ KEYS if isinstance(section, Mapping) else KEYS
        raise ValueError(f"calendar: unknown or missing {sorted(map(str, wrong))}")
    for key in _FLAGS:
        _expect(isinstance(section[key], bool), key, section[key])
    _expect(isinstance(section["dashes"], str), "dashes", section["dashes"])
    for key in (*_LISTS, *_NUMBERED):
        _expect(isinstance(section[key], list), key, section[key])
    for key in _VALUED:
        _expect(isinstance(section[key], dict), key, section[key])
    endings = [
        _term(key, word, ending, kind=kind)
        for key, kind in _NUMBERED.items()
        for ending in section[key]
        if ending != ""
    ]
    return Calendar(
        terms=_indexed(_terms(section, word)),
        endings=_indexed(endings),
        alone=frozenset(kind for key, kind in _NUMBERED.items() if "" in section[key]),
        dashes=frozenset(section["dashes"]),
        day_first=section["day_first"],
        time_first=section["time_first"],
        on=bool(section["on"]),
        within=bool(section["within"]),
    )


def _terms(section: Mapping[str, Any], word: re.Pattern[str]) -> Iterator[Term]:
    for key, kind in _LISTS.items():
        yield from (_term(key, word, phrase, kind=kind) for phrase in section[key])
    for key, kind, values in (("months", "m", range(1, 13)), ("weekdays", "w", range(7))):
        for phrase, value in section[key].items():
            _expect(_whole(value) and value in values, key, value)
            yield _term(key, word, phrase, kind=kind, value=value)
    for phrase, value in section["days"].items():
        _expect(_whole(value), "days", value)
        yield _term("days", word, phrase, kind="t", value=value)
    shifts, towards = section["shifts"], section["towards"]
    for phrase in dict.fromkeys((*shifts, *towards)):
        shift, side = shifts.get(phrase), towards.get(phrase)
        _expect(shift is None or _whole(shift), "shifts", shift)
        _expect(side in (None, -1, 1), "towards", side)
        yield _term("shifts", word, phrase, kind="s", value=shift, other=side)
    for phrase, unit in section["units"].items():
        _expect(unit in UNITS, "units", unit)
        yield _term("units", word, phrase, kind="u", value=list(UNITS).index(unit))
    for phrase, (shift, unit) in _pairs(section, "periods"):
        _expect(_whole(shift) and unit in UNITS, "periods", [shift, unit])
        yield _term("periods", word, phrase, kind=UNITS[unit], value=shift)
    for phrase, (first, last) in _pairs(section, "parts"):
        days = _whole(first) and _whole(last) and 1 <= first <= last <= 31
        _expect(days, "parts", [first, last])
        yield _term("parts", word, phrase, kind="p", value=first, other=last)


def _pairs(section: Mapping[str, Any], key: str) -> Iterator[tuple[str, Sequence[Any]]]:
    for phrase, pair in section[key].items():
        _expect(isinstance(pair, list) and len(pair) == 2, key, pair)
        yield phrase, pair


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _expect(right: bool, key: str, value: object) -> None:
    if not right:
        raise ValueError(f"calendar: {key}: {value!r} is not what belongs there")


def _term(key: str, word: re.Pattern[str], phrase: Any, **meaning: Any) -> Term:
    words = word.findall(phrase) if isinstance(phrase, str) else []
    _expect(bool(words), key, phrase)
    capital = words[0][0].isupper()
    return Term(tuple(found.lower() for found in words), **meaning, capital=capital)


def _indexed(terms: Iterator[Term] | Sequence[Term]) -> Mapping[str, tuple[Term, ...]]:
    index: defaultdict[str, list[Term]] = defaultdict(list)
    longest: Callable[[Term], int] = lambda term: -len(term.words)  # noqa: E731
    for term in sorted(terms, key=longest):
        same = [known for known in index[term.words[0]] if known.words == term.words]
        if any(known.kind != term.kind for known in same):
            raise ValueError(f"calendar: {' '.join(term.words)!r} stands in two of its keys")
        index[term.words[0]] += [] if same else [term]
    return {first: tuple(found) for first, found in index.items()}
