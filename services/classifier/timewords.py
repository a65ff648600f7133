"""Where a sentence tells a time: its words as words of time, and the expressions they make."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from services.classifier.calendars import UNITS, Calendar, Term
from services.classifier.evidence import Sentence, once

_NUMBER: Final = re.compile(r"(\d{1,4})(?!\d)(.*)", re.DOTALL)
_YEARS: Final = range(1900, 2100)
_MONTHS: Final = range(1, 13)
_DAYS: Final = range(1, 32)
MANY_AGO: Final = 10  # days: more are no date but a distance
_JOINED: Final = frozenset("mdhnw")  # the kinds that a dash joins
_SPACE: Final = " \t\u3000\u00a0-"
_PERIODS: Final = list(UNITS.values())


class Word(NamedTuple):
    """A word of time at the words from `start` to before `end`.

    A tuple, because it is made for most words of a sentence.
    """

    kind: str
    start: int
    end: int
    value: int | None = None
    other: int | None = None


OTHER: Final = Word(".", 0, 0)


def expressions(
    sentence: Sentence, calendar: Calendar, trigger: int
) -> Iterator[tuple[str, Sequence[Word], bool]]:
    """Yield the expressions of time that may belong to a trigger.

    For each: the rule that reads it, its words, whether a word of telling may govern it as well.
    """
    words = timewords(sentence, calendar)
    kinds = "".join(word.kind for word in words)
    for match in _forms(calendar.day_first, calendar.on, calendar.within).finditer(kinds):
        if not _elsewhere(words, match, calendar, trigger):
            reported = calendar.time_first and "q" in kinds[match.end() :]
            yield match.lastgroup or "", words[match.start() : match.end()], reported


@cache
def _forms(day_first: bool, on: bool, within: bool) -> re.Pattern[str]:
    """Return what a time looks like as kinds; each group's name is its rule's.

    Nothing in it repeats without bound, so that finding takes linear time.
    """
    year, days, pre = "(?:f?[yA])?", "(?:[dhn]je?)?[dh]", "(?:[oi]e?)?"
    dates = [rf"{pre}(?:[yA]f?)?s?m{days}(?:je?y?m[dh])?{year}"]
    in_month = [rf"{pre}Mf?{days}"]
    if day_first:
        dates.append(rf"{pre}e?{days}f?m(?:j[oi]?e?[dh]f?m)?{year}")
        in_month = [rf"{pre}e?{days}f?M"]
    bare = r"s?(?:[dhn]j(?=d))?+d"
    if on:  # "on the 26th", and "the 26th" where no noun follows that it could count
        ordinal = r"(?:dje?(?=d))?+d"
        bare = rf"oe{ordinal}(?![fmM])|e{ordinal}(?=[oi]|$)"
    month = r"(?:[yA]f?)?s?m(?:f?p)?"
    if within:
        month = rf"(?:i|i?e?pf?e?|s)m{year}"
    return re.compile(
        rf"(?P<dated>{'|'.join(dates)})|(?P<in_month>{'|'.join(in_month)})|(?P<bare>{bare})"
        rf"|(?P<weekday>[oi]?(?:Kf?w|s?w(?:jo?w)?))|(?P<part>pf?e?M|Mf?p|pfeu)"
        rf"|(?P<month>{month})|(?P<period>[KEMA])|(?P<day>t)|(?P<year>{'i' if within else ''}y)"
    )


def _elsewhere(
    words: Sequence[Word], match: re.Match[str], calendar: Calendar, trigger: int
) -> bool:
    """Return whether a time dates something else: the telling, or what came before or after."""
    kinds = match.string
    before, after = match.start() - 1, match.end()
    skipped = "oi" if match.lastgroup == "dated" else "oie"  # "after the June 18 launch"
    if before >= 0 and kinds[before] in skipped:
        before -= 1
    governs = "x" if calendar.time_first else "xq"
    if before >= 0 and kinds[before] in governs and kinds[after : after + 1] != "g":
        return True
    if after < len(kinds) and kinds[after] in "zq" and "j" not in match[0]:  # "18일부터 19일까지"
        return True
    reports = kinds.find("q", after)
    if reports < 0:
        return False
    topical = before >= 0 and kinds[before] == "k"
    return topical or words[reports].start < trigger


@once
def timewords(sentence: Sentence, calendar: Calendar) -> list[Word]:
    """Return the sentence's words of time; what stands between two of them is one OTHER."""
    found: list[Word] = []
    words, terms = sentence.words, calendar.terms
    position = 0
    while position < len(words):
        word = None
        if words[position] in terms:
            word = _named(sentence, terms, position)
        elif words[position][:1].isdecimal():
            word = _number(sentence, calendar, position)
        if word is not None:
            _take_in(sentence, calendar, found, word)
            position = word.end
            continue
        last = found[-1] if found else OTHER
        # "26日(水)" goes on behind its bracket.
        if last is not OTHER and not (last.kind == "d" and _in_brackets(sentence, position)):
            found.append(OTHER)
        position += 1
    return found


def _take_in(sentence: Sentence, calendar: Calendar, found: list[Word], word: Word) -> None:
    """Add a word of time: a shift and its unit become one, a dash between two becomes a word."""
    before = found[-1] if found else OTHER
    if word.kind == "u" and before.kind == "s" and before.value is not None:
        assert word.value is not None
        found[-1] = Word(_PERIODS[word.value], before.start, word.end, before.value)
        return
    if word.kind in _JOINED and before.kind in _JOINED:
        gap = _text(sentence, sentence.ends[before.end - 1], sentence.starts[word.start])
        if not calendar.dashes.isdisjoint(gap):
            found.append(Word("j", word.start, word.start))
    found.append(word)


def _in_brackets(sentence: Sentence, position: int) -> bool:
    start, end = sentence.starts[position], sentence.ends[position]
    around = _text(sentence, max(start - 1, sentence.start), end + 1)
    return end - start == 1 and around[0] in "(\uff08" and around[-1] in ")\uff09"


def _text(sentence: Sentence, start: int, end: int) -> str:
    return sentence.plain[start - sentence.start : end - sentence.start]


def _named(sentence: Sentence, index: Mapping[str, tuple[Term, ...]], at: int) -> Word | None:
    term = _longest(sentence, index, at)
    if term is None:
        return None
    return Word(term.kind, at, at + len(term.words), term.value, term.other)


def _longest(sentence: Sentence, index: Mapping[str, tuple[Term, ...]], at: int) -> Term | None:
    words = sentence.words
    for term in index.get(words[at], ()):
        end = at + len(term.words)
        if len(term.words) > 1 and (
            tuple(words[at:end]) != term.words or not _unbroken(sentence, at, end)
        ):
            continue
        if term.capital and not sentence.text[sentence.starts[at] - sentence.start].isupper():
            continue
        return term
    return None


def _unbroken(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether nothing but space stands between the words."""
    ends, starts = sentence.ends, sentence.starts
    gaps = (_text(sentence, ends[at], starts[at + 1]) for at in range(start, end - 1))
    return not any(gap.strip(_SPACE) for gap in gaps)


def _number(sentence: Sentence, calendar: Calendar, at: int) -> Word:
    """Return the number there, of the kind that its ending gives it."""
    match = _NUMBER.match(sentence.words[at])
    if match is None:
        return Word(".", at, at + 1)
    value, kind, end = int(match[1]), "", at + 1
    if match[2]:
        kind = next((t.kind for t in calendar.endings.get(match[2], ()) if len(t.words) == 1), ".")
    elif end < len(sentence.words) and _unbroken(sentence, at, at + 2):
        ending = _longest(sentence, calendar.endings, end)
        if ending:
            kind, end = ending.kind, end + len(ending.words)
    if not kind:
        kind = next((k for k in sorted(calendar.alone) if _right(k, value)), "n")
    if not _right(kind, value):
        kind = "."
    return Word(kind, at, end, -value if kind == "t" else value)


def _right(kind: str, value: int) -> bool:
    """Return whether a number is one that the kind may have."""
    if kind == "y":
        return value in _YEARS
    if kind == "t":
        return value <= MANY_AGO
    return value in (_MONTHS if kind == "m" else _DAYS)
