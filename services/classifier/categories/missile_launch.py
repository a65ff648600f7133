"""A missile or rocket that flew, or is about to; a satellite only where it is a weapons matter."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import launchers, launching_states
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, distance
from services.classifier.lexicons import Tag

REACH: Final = 10  # words between what flies and what it does


def triggers(sentence: Sentence) -> Sequence[int]:
    """Return where a missile is named, or where none is, a satellite or its rocket."""
    return sentence.hits.get(Tag.MISSILE) or sentence.hits.get(Tag.SATELLITE, ())


def cues(sentence: Sentence, flying: Sequence[int]) -> Iterator[str]:
    """Yield what speaks for a launch."""
    done = distance(flying, sentence.hits.get(Tag.MISSILE_DONE, ())) <= REACH
    act = distance(flying, sentence.hits.get(Tag.MISSILE_ACT, ())) <= REACH
    weapon = Tag.MISSILE in sentence.hits or Tag.SPACE_POWER in sentence.hits
    else_told = Tag.MISSILE_NOT in sentence.hits or Tag.BACKGROUND in sentence.hits
    told = "flew" if done else "flight" if act else "no flight"
    yield f"={told}{' of a weapon' if weapon else ''}"
    yield f"={told}, {'but also trade, space or sport' if else_told else 'and nothing else'}"


KIND: Final = Kind(
    Category.MISSILE_LAUNCH,
    frozenset({Tag.MISSILE, Tag.SATELLITE}),
    triggers,
    cues,
    launchers,
    launching_states,
)
