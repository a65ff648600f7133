"""Sentences of an item, what the lexicon knows of their words, and the spans that prove a report.

Every offset counts Unicode code points of the field exactly as received.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from schemas.report import Span
from services.classifier.lexicons import Entry, Lexicon, Mention, Tag

Field: TypeAlias = Literal["title", "body"]
Meanings: TypeAlias = tuple[
    Mapping[Tag, Sequence[int]],
    Sequence[tuple[int, int, Mention]],
    Sequence[tuple[int, int, str]],
]
"""A sentence's hits, mentions and names."""
LEAD: Final = 2  # sentences of a field that set the scene for the others
MAX_SENTENCE: Final = 600  # code points; a longer one is read in pieces
FAR: Final = 1_000_000  # words: farther than any two of a sentence
MAX_SPAN: Final = 300  # code points of one span
# No part repeats without bound, so that finding the breaks takes linear time in any text.
BREAK: Final = re.compile(r"[.!?][\"'\u201d\u2019)\]]{0,2}\s|[\n\r\x85\u2028\u2029]|\s\|\s")
_ABBREVIATION: Final = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sen|Rep|Gov|Sgt|St|No|Jan|Feb|Aug|Sept|Oct|Nov|Dec)$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words (as the lexicon spells them) and what they mean.

    `index` counts the field's sentences from 0. `starts` and `ends` are the words' offsets in
    the field. `hits` gives, for each tag, where its words begin, ascending; `mentions` and
    `names` are (first word, word after the last, what it is).
    """

    field: Field
    index: int
    start: int
    text: str
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    hits: Mapping[Tag, Sequence[int]]
    mentions: Sequence[tuple[int, int, Mention]]
    names: Sequence[tuple[int, int, str]]


def sentences(field: Field, text: str, lexicon: Lexicon) -> Iterator[Sentence]:
    """Yield the sentences that may report something, and the first LEAD of them in any case.

    Each is at most MAX_SENTENCE code points long.
    """
    placed = ((start, text[start:end]) for start, end in _bounds(text))
    for index, (start, sentence) in enumerate(p for p in placed if not p[1].isspace()):
        if index < LEAD or triggered(sentence, lexicon):
            yield read(field, index, (start, sentence), lexicon)


def triggered(text: str, lexicon: Lexicon) -> bool:
    """Return whether a word is in the text without which no category is reported."""
    return not lexicon.triggers.isdisjoint(lexicon.word.findall(text.lower()))


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in BREAK.finditer(text):
        if text[match.start()] == "." and _ABBREVIATION.search(
            text, max(start, match.start() - 5), match.start()
        ):
            continue
        yield from _pieces(start, match.end())
        start = match.end()
    yield from _pieces(start, len(text))


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece in range(start, end, MAX_SENTENCE):
        yield piece, min(piece + MAX_SENTENCE, end)


def read(field: Field, index: int, placed: tuple[int, str], lexicon: Lexicon) -> Sentence:
    """Return one sentence, read. `placed` is its offset in the field and its text."""
    offset, text = placed
    matches = list(lexicon.word.finditer(text))
    raw = [match[0].replace(".", "") for match in matches]
    words = [word.lower() for word in raw]
    starts = [offset + match.start() for match in matches]
    ends = [offset + match.end() for match in matches]
    known = _meanings(words, raw, lexicon)
    return Sentence(field, index, offset, text, words, starts, ends, *known)


def _meanings(words: Sequence[str], raw: Sequence[str], lexicon: Lexicon) -> Meanings:
    hits: dict[Tag, list[int]] = {}
    mentions: list[tuple[int, int, Mention]] = []
    names: list[tuple[int, int, str]] = []
    entries = lexicon.entries
    after = 0
    for position, word in enumerate(words):
        known = entries.get(word) if position >= after else None
        entry = longest(known, words, raw, position) if known else None
        if entry is None:
            continue
        after = position + len(entry.words)
        for tag in entry.tags:
            hits.setdefault(tag, []).append(position)
        if entry.mention:
            mentions.append((position, after, entry.mention))
        if entry.name:
            names.append((position, after, entry.name))
    return hits, mentions, names


def longest(
    known: Sequence[Entry], words: Sequence[str], raw: Sequence[str], position: int
) -> Entry | None:
    """Return the longest of the entries, given longest first, that stands at `position`."""
    for entry in known:
        length = len(entry.words)
        if length == 1:
            if entry.exact is None or entry.exact == raw[position]:
                return entry
        elif tuple(words[position : position + length]) == entry.words:
            return entry
    return None


def distance(some: Sequence[int], others: Sequence[int]) -> int:
    """Return how many words the nearest two of the lists are apart; FAR where one is empty.

    Both ascend, and each is walked once.
    """
    nearest = FAR
    i = j = 0
    while i < len(some) and j < len(others):
        gap = some[i] - others[j]
        nearest = min(nearest, abs(gap))
        if gap < 0:
            i += 1
        else:
            j += 1
    return nearest


def span(sentence: Sentence, trigger: int) -> Span:
    """Return the sentence as evidence, or the MAX_SPAN code points of it around a word."""
    start, end = sentence.starts[0], sentence.start + len(sentence.text.rstrip())
    if end - start > MAX_SPAN:
        start = max(start, sentence.starts[trigger] - MAX_SPAN // 2)
        end = min(end, start + MAX_SPAN)
    inner = start - sentence.start
    text = sentence.text[inner : inner + end - start]
    return Span.model_construct(field=sentence.field, start=start, end=end, text=text)
