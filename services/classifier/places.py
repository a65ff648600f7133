"""Where an event takes place: from the places that its sentence names, and what stands beside them.

A place counts only where a word of place says that something happens there: a capital alone
stands for its government ("Pyongyang fires"), and a town may be in anybody's title.
"""

from collections.abc import Iterator, Sequence, Set
from typing import Final, TypeAlias

from services.classifier.evidence import Sentence
from services.classifier.gazetteers import Gazetteer, Place, Sort, Words
from services.classifier.lexicons import Lexicon

REACH: Final = 30  # words (characters, where no spaces set them apart) from a trigger to its place
LONGEST: Final = 5  # words of a phrase beside a place
SKIPS: Final = 3  # phrases that may stand between a word of place and its place

Named: TypeAlias = tuple[int, int, Place]
"""A place that is named: its first word, the word after its last, which place."""


def place(sentence: Sentence, triggers: Sequence[int], lexicon: Lexicon) -> str | None:
    """Return the English name of the event's place, if the sentence tells one.

    It is the nearest to a trigger (word positions, not empty) that is said to be a place.
    """
    gazetteer = lexicon.places
    if gazetteer.places.keys().isdisjoint(sentence.words):
        return None
    named = list(_named(sentence, gazetteer))
    away = [
        (min(max(start - at, at - end + 1) for at in triggers), found)
        for start, end, found in named
        if _told(sentence, gazetteer, (start, end, found), named)
    ]
    apart, nearest = min(away, key=lambda told: told[0], default=(0, None))
    return nearest.name if nearest and apart <= REACH else None


def _named(sentence: Sentence, gazetteer: Gazetteer) -> Iterator[Named]:
    words, after = sentence.words, 0
    for at, word in enumerate(words):
        for found in gazetteer.places.get(word, ()) if at >= after else ():
            end = at + len(found.words)
            written = (
                not found.capital or sentence.text[sentence.starts[at] - sentence.start].isupper()
            )
            if written and tuple(words[at:end]) == found.words:
                after = end
                yield at, end, found
                break


def _told(sentence: Sentence, gazetteer: Gazetteer, named: Named, others: Sequence[Named]) -> bool:
    """Return whether what stands beside a place says that something happens there."""
    start, end, found = named
    words = sentence.words
    capital = found.sort is Sort.CAPITAL
    if _begins(words, end, gazetteer.behind if capital else gazetteer.behind_plain):
        return True
    if found.sort is not Sort.WATERS and _begins(words, end, gazetteer.behind_town):
        ends = {other[1] for other in others}
        if capital:  # "the US-Seoul summit" is of two governments
            ends |= {after for _, after, mention in sentence.mentions if not mention.leader}
        if start not in ends:
            return True
    at = start
    for _ in range(SKIPS):
        skipped = _ending(words, at, gazetteer.skipped)
        if not skipped:
            break
        at -= skipped
    length = _ending(words, at, gazetteer.before if capital else gazetteer.before_plain)
    return length > 0 and not _ending(words, at - length, gazetteer.elsewhere)


def _begins(words: Sequence[str], at: int, phrases: Set[Words]) -> bool:
    """Return whether one of the phrases stands at a word."""
    return any(tuple(words[at : at + length]) in phrases for length in range(1, LONGEST + 1))


def _ending(words: Sequence[str], at: int, phrases: Set[Words]) -> int:
    """Return how many words the longest of the phrases has that ends before a word; else 0."""
    lengths = range(min(LONGEST, at), 0, -1)
    return next((n for n in lengths if tuple(words[at - n : at]) in phrases), 0)
