"""Sentences of an item, what the lexicon knows of their words, and the spans that prove a report.

Every offset counts Unicode code points of the field exactly as received.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, Final, Literal, NamedTuple, ParamSpec, TypeAlias, TypeVar

from schemas.report import Span
from services.classifier.lexicons import Entry, Lexicon, Mention, Tag
from services.classifier.markup import blanked
from services.classifier.roles import Roles
from services.classifier.words import Wording

P = ParamSpec("P")
T = TypeVar("T")
Field: TypeAlias = Literal["title", "body"]
Known: TypeAlias = Sequence[tuple[int, int, Entry]]
"""The phrases that the lexicon knows, in order: first word, word after the last, what it is."""
MAX_SENTENCE: Final = 600  # code points; a longer one is read in pieces
FAR: Final = 1_000_000  # words: farther than any two of a sentence
MAX_SPAN: Final = 300  # code points of one span
# One character may end a sentence; what stands beside it decides (`_end`). A pattern that decides
# takes five times as long.
_ENDS: Final = re.compile("[.!?\u3002\uff01\uff1f\n\r\x85\u2028\u2029|]")
TWO: Final = 2  # words that are known to match
_CLOSERS: Final = "\"'\u201d\u2019)]"  # at most two stand between a full stop and the space
_LAST_WORD: Final = re.compile(r"[^\W_]*\Z")
_ABBREVIATED: Final = 16  # code points before a full stop that hold an abbreviation


class Piece(NamedTuple):
    """A sentence as it stands in its field, with its words in lower case.

    `order` counts the field's sentences from 0; `start` is its offset in the field. `plain` is the
    text with spaces in the place of markup.
    """

    field: Field
    order: int
    start: int
    text: str
    plain: str
    words: Sequence[str]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its words and what the lexicon knows of them.

    `hits` gives, for each tag, where its words begin, ascending.
    """

    piece: Piece
    wording: Wording
    roles: Roles
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
    def plain(self) -> str:
        """The sentence without markup, as long."""
        return self.piece.plain

    @property
    def words(self) -> Sequence[str]:
        """Its words in lower case."""
        return self.piece.words

    @cached_property
    def _spans(self) -> Sequence[tuple[int, int]]:
        return self.wording.spans(self.plain)

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where its words begin in the field."""
        return [self.start + start for start, _ in self._spans]

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where its words end in the field."""
        return [self.start + end for _, end in self._spans]

    @cached_property
    def mentions(self) -> Sequence[tuple[int, int, Mention]]:
        """The states and leaders it names: first word, word after the last, who.

        A pair ("한미") is one phrase that names two.
        """
        return [(start, end, who) for start, end, entry in self.known for who in entry.mentions]

    @cached_property
    def names(self) -> Sequence[tuple[int, int, str]]:
        """The names of weapons, exercises and forums, likewise."""
        return [(start, end, entry.name) for start, end, entry in self.known if entry.name]


def once(function: Callable[Concatenate[Sentence, P], T]) -> Callable[Concatenate[Sentence, P], T]:
    """Return a function of a sentence that is computed once for each.

    Its other arguments belong to the sentence's language: they do not differ.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def remembered(sentence: Sentence, /, *args: P.args, **kwargs: P.kwargs) -> T:
        known = sentence.__dict__
        if name not in known:
            known[name] = function(sentence, *args, **kwargs)
        found: T = known[name]
        return found

    return remembered


def pieces(field: Field, text: str, wording: Wording) -> Iterator[Piece]:
    """Yield the sentences of a field, each at most MAX_SENTENCE code points long."""
    plain = blanked(text)
    bounds = list(_bounds(plain, wording.abbreviations))
    order = 0
    for (start, end), words in zip(bounds, wording.lower(plain, bounds), strict=True):
        if words:
            told = text[start:end]
            same = told if plain is text else plain[start:end]
            yield Piece(field, order, start, told, same, words)
            order += 1


def _bounds(text: str, abbreviations: Set[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _ENDS.finditer(text):
        end = _end(text, start, match.start(), abbreviations)
        if end:
            yield from _pieces(text, start, end)
            start = end
    if start < len(text):
        yield from _pieces(text, start, len(text))


def _end(text: str, start: int, at: int, abbreviations: Set[str]) -> int:
    """Return where the sentence from `start` ends if the character there ends it; else 0."""
    mark, after = text[at], at + 1
    if mark == "|":
        return after + 1 if text[at - 1 : at].isspace() and text[after : after + 1].isspace() else 0
    if mark not in ".!?":
        return after
    closed = len(text[after : after + 2]) - len(text[after : after + 2].lstrip(_CLOSERS))
    if not text[after + closed : after + closed + 1].isspace():
        return 0
    if mark == "." and _abbreviated(text, max(start, at - _ABBREVIATED), at, abbreviations):
        return 0
    return after + closed + 1


def _abbreviated(text: str, start: int, at: int, abbreviations: Set[str]) -> bool:
    """Return whether a full stop belongs to the last word that stands from `start` up to it."""
    word = text[max(start, text.rfind(" ", start, at) + 1) : at]
    if not word.isalpha():  # as few are: "(Gen", "Maj.-Gen", "U.S"
        word = _LAST_WORD.findall(word)[0]
    return word in abbreviations or (len(word) == 1 and word.isascii() and word.isalpha())


def _pieces(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    if end - start <= MAX_SENTENCE:
        return [(start, end)]
    found = []
    while end - start > MAX_SENTENCE:  # between words, where there are any
        cut = text.rfind(" ", start, start + MAX_SENTENCE) + 1 or start + MAX_SENTENCE
        found.append((start, cut))
        start = cut
    return [*found, (start, end)]


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
    return Sentence(piece, lexicon.wording, lexicon.roles, known, hits)


def _known(piece: Piece, lexicon: Lexicon) -> Known:
    words, begins = piece.words, lexicon.begins
    found: list[tuple[int, int, Entry]] = []
    spelt: Sequence[str] | None = None
    after, end = 0, len(words)
    for position in [at for at, word in enumerate(words) if word in begins]:
        if position < after:
            continue
        single, seconds = begins[words[position]]
        entry = None
        if seconds and position + 1 < end and words[position + 1] in seconds:
            entry = _phrase(words, position, seconds[words[position + 1]])
        if entry is None:
            for one in single:
                if one.exact:
                    spelt = spelt or _spelt(piece, lexicon.wording)
                    if spelt is not words and one.exact != spelt[position]:
                        continue
                entry = one
                break
        if entry:
            after = position + len(entry.words)
            found.append((position, after, entry))
    return found


def _phrase(words: Sequence[str], position: int, phrases: Iterable[Entry]) -> Entry | None:
    """Return the first of the phrases, whose first two words match, that stands at a position."""
    for entry in phrases:
        length = len(entry.words)
        if length == TWO or tuple(words[position : position + length]) == entry.words:
            return entry
    return None


def _spelt(piece: Piece, wording: Wording) -> Sequence[str]:
    """Return the words as written; those in lower case where capitals say nothing."""
    said = piece.plain.isupper() or piece.plain.islower()
    return piece.words if said else wording.words(piece.plain)


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
    start, end = sentence.starts[0], sentence.start + len(sentence.plain.rstrip())
    if end - start > MAX_SPAN:
        start = max(start, sentence.starts[trigger] - MAX_SPAN // 2)
        end = min(end, start + MAX_SPAN)
    inner = start - sentence.start
    text = sentence.text[inner : inner + end - start]
    return Span.model_construct(field=sentence.field, start=start, end=end, text=text)
