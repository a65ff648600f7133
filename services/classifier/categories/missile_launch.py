"""A missile or rocket that flew, or is about to; a satellite only where it is a weapons matter."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import launchers, launching_states
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, distance
from services.classifier.lexicons import Tag

REACH: Final = 10  # words between what flies and what it does
OWN: Final = 4  # words between what flies and whose it is


def triggers(sentence: Sentence) -> Sequence[int]:
    """Return where a missile is named, or where none is, a satellite or its rocket."""
    return sentence.hits.get(Tag.MISSILE) or sentence.hits.get(Tag.SATELLITE, ())


def cues(sentence: Sentence, flying: Sequence[int]) -> Iterator[str]:
    """Yield what speaks for a launch."""
    hits = sentence.hits
    done = distance(flying, hits.get(Tag.MISSILE_DONE, ())) <= REACH
    act = distance(flying, hits.get(Tag.MISSILE_ACT, ())) <= REACH
    else_told = Tag.MISSILE_NOT in hits or Tag.BACKGROUND in hits
    told = "flew" if done else "flight" if act else "no flight"
    what = "weapon"
    if Tag.SATELLITE in hits:
        power = distance(flying, hits.get(Tag.SPACE_POWER, ()))
        what = "a power's satellite" if power <= OWN else "satellite"
    yield f"={told}, {what}"
    yield f"={told}, {'but also trade, space or sport' if else_told else 'and nothing else'}"


KIND: Final = Kind(
    Category.MISSILE_LAUNCH,
    frozenset({Tag.MISSILE, Tag.SATELLITE}),
    triggers,
    cues,
    launchers,
    launching_states,
)
