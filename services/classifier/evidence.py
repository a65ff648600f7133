"""Sentences of an item, what the lexicon knows of their words, and the spans that prove a report.

Every offset counts Unicode code points of the field exactly as received.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

from schemas.report import Span
from services.classifier.lexicons import Entry, Lexicon, Mention, Tag
from services.classifier.words import Wording

Field: TypeAlias = Literal["title", "body"]
Known: TypeAlias = Sequence[tuple[int, int, Entry]]
"""The phrases that the lexicon knows, in order: first word, word after the last, what it is."""
MAX_SENTENCE: Final = 600  # code points; a longer one is read in pieces
FAR: Final = 1_000_000  # words: farther than any two of a sentence
MAX_SPAN: Final = 300  # code points of one span
# No part repeats without bound, so that finding the breaks takes linear time in any text.
BREAK: Final = re.compile(
    r"[.!?][\"'\u201d\u2019)\]]{0,2}\s|[\u3002\uff01\uff1f\n\r\x85\u2028\u2029]|\s\|\s"
)
# A full stop behind one of them, or behind a single capital, ends no sentence.
_ABBREVIATIONS: Final = frozenset(
    {"Mr", "Mrs", "Ms", "Dr", "Gen", "Lt", "Col", "Sen", "Rep", "Gov", "Sgt", "St", "No"}
    | {"Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec"}
)


class Piece(NamedTuple):
    """A sentence as it stands in its field, with its words in lower case.

    `order` counts the field's sentences from 0; `start` is its offset in the field.
    """

    field: Field
    order: int
    start: int
    text: str
    words: Sequence[str]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its words and what the lexicon knows of them.

    `hits` gives, for each tag, where its words begin, ascending.
    """

    piece: Piece
    wording: Wording
    known: Known
    hits: Mapping[Tag, Sequence[int]]

    @property
    def field(self) -> Field:
        """The field that it stands in."""
        return self.piece.field

    @property
    def index(self) -> int:
        """How many sentences of the field stand before it."""
        return self.piece.order

    @property
    def start(self) -> int:
        """Its offset in the field."""
        return self.piece.start

    @property
    def text(self) -> str:
        """The sentence as received."""
        return self.piece.text

    @property
    def words(self) -> Sequence[str]:
        """Its words in lower case."""
        return self.piece.words

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where its words begin in the field."""
        return [self.start + start for start, _ in self.wording.spans(self.text)]

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where its words end in the field."""
        return [self.start + end for _, end in self.wording.spans(self.text)]

    @cached_property
    def mentions(self) -> Sequence[tuple[int, int, Mention]]:
        """The states and leaders it names: first word, word after the last, who."""
        return [(start, end, entry.mention) for start, end, entry in self.known if entry.mention]

    @cached_property
    def names(self) -> Sequence[tuple[int, int, str]]:
        """The names of weapons, exercises and forums, likewise."""
        return [(start, end, entry.name) for start, end, entry in self.known if entry.name]


def pieces(field: Field, text: str, wording: Wording) -> Iterator[Piece]:
    """Yield the sentences of a field, each at most MAX_SENTENCE code points long."""
    order = 0
    for start, end in _bounds(text):
        piece = text[start:end]
        words = wording.lower(piece)
        if words:
            yield Piece(field, order, start, piece, words)
            order += 1


def triggered(piece: Piece, lexicon: Lexicon) -> bool:
    """Return whether the words are in the sentence without which no category is reported."""
    if lexicon.wording.spaced:
        words = piece.words
        if not lexicon.strong.isdisjoint(words):
            return True
        people = len(lexicon.people.intersection(words))
        return people > 1 or (people == 1 and not lexicon.meetings.isdisjoint(words))
    text = piece.text
    if any(phrase in text for phrase in lexicon.strong):
        return True
    people = sum(phrase in text for phrase in lexicon.people)
    return people > 1 or (people == 1 and any(phrase in text for phrase in lexicon.meetings))


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in BREAK.finditer(text):
        at, end = match.span()
        if text[at] == "." and _abbreviated(text[max(start, at - 5) : at]):
            continue
        yield from _pieces(start, end)
        start = end
    if start < len(text):
        yield from _pieces(start, len(text))


def _abbreviated(before: str) -> bool:
    """Return whether a full stop behind a text belongs to its last word."""
    if before[-1:].isupper() and not before[-2:-1].isalnum():
        return True
    return before.rpartition(" ")[2] in _ABBREVIATIONS


def _pieces(start: int, end: int) -> Sequence[tuple[int, int]]:
    if end - start <= MAX_SENTENCE:
        return [(start, end)]
    return [(at, min(at + MAX_SENTENCE, end)) for at in range(start, end, MAX_SENTENCE)]


def read(piece: Piece, lexicon: Lexicon) -> Sentence:
    """Return the sentence with what the lexicon knows of it."""
    known = _known(piece, lexicon)
    hits: dict[Tag, list[int]] = {}
    for position, _, entry in known:
        for tag in entry.tags:
            if tag in hits:
                hits[tag].append(position)
            else:
                hits[tag] = [position]
    return Sentence(piece, lexicon.wording, known, hits)


def _known(piece: Piece, lexicon: Lexicon) -> Known:
    words, single, phrases = piece.words, lexicon.words, lexicon.phrases
    found: list[tuple[int, int, Entry]] = []
    spelt: Sequence[str] | None = None
    after = 0
    for position in [at for at, word in enumerate(words) if word in single or word in phrases]:
        if position < after:
            continue
        entry = _phrase(words, position, phrases)
        if entry is None:
            for one in single.get(words[position], ()):
                if one.exact is not None:
                    spelt = spelt or _spelt(piece, lexicon.wording)
                    if one.exact != spelt[position] and spelt is not words:
                        continue
                entry = one
                break
        if entry:
            after = position + len(entry.words)
            found.append((position, after, entry))
    return found


def _phrase(
    words: Sequence[str], position: int, phrases: Mapping[str, Mapping[str, Sequence[Entry]]]
) -> Entry | None:
    """Return the longest phrase that begins at a position; None where none does."""
    seconds = phrases.get(words[position])
    if seconds and position + 1 < len(words):
        for entry in seconds.get(words[position + 1], ()):
            length = len(entry.words)
            if length == 2 or tuple(words[position : position + length]) == entry.words:
                return entry
    return None


def _spelt(piece: Piece, wording: Wording) -> Sequence[str]:
    """Return the words as written; those in lower case where capitals say nothing."""
    said = piece.text.isupper() or piece.text.islower()
    return piece.words if said else wording.words(piece.text)


def own_names(sentence: Sentence, triggers: Sequence[int]) -> dict[str, list[int]]:
    """Return the names that are triggers themselves, "Freedom Edge", "G7", and where they stand."""
    found: dict[str, list[int]] = {}
    for start, _, name in sentence.names:
        if start in triggers:
            found.setdefault(name, []).append(start)
    return found


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
