"""Balloons over somebody's border or territory: leaflets, rubbish, surveillance, arson."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import launchers, launching_states
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag

DATING_REACH: Final = 6  # words between "after" and the balloon


def triggers(sentence: Sentence) -> Sequence[int]:
    """Return where balloons are named."""
    return sentence.hits.get(Tag.BALLOON, ())


def cues(sentence: Sentence, balloons: Sequence[int]) -> Iterator[str]:
    """Yield what makes the balloons a matter between states."""
    told = min(len(sentence.hits.get(Tag.BALLOON_CUE, ())), 2)
    else_told = Tag.BALLOON_NOT in sentence.hits or Tag.BACKGROUND in sentence.hits
    yield f"={told} signs of a border{', but also of sport or trade' if else_told else ''}"
    dating = sentence.hits.get(Tag.DATING, ())
    if any(0 < balloons[0] - at <= DATING_REACH for at in dating):
        yield "=balloons that date a story"


KIND: Final = Kind(
    Category.BALLOON_LAUNCH, frozenset({Tag.BALLOON}), triggers, cues, launchers, launching_states
)
