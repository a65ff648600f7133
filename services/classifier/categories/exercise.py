"""A military drill, war game or manoeuvre, alone or with allies."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import participants
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, own_names
from services.classifier.lexicons import Tag


def triggers(sentence: Sentence) -> Sequence[int]:
    """Return where an exercise is named, by words of its own or as a bare "drill"."""
    return sorted({*sentence.hits.get(Tag.EXERCISE, ()), *sentence.hits.get(Tag.DRILL, ())})


def cues(sentence: Sentence, _: Sequence[int]) -> Iterator[str]:
    """Yield what makes a drill a soldiers' one."""
    clear, states = Tag.EXERCISE in sentence.hits, min(len(sentence.mentions), 2)
    soldiers = Tag.MILITARY in sentence.hits
    told = "exercise" if clear else "drill of soldiers" if soldiers else f"drill, {states} states"
    yield f"={told}"
    if Tag.EXERCISE_NOT in sentence.hits:
        yield f"={told}, and sport, school or trade"
    if Tag.BACKGROUND in sentence.hits:
        yield f"={told}, as background"


KIND: Final = Kind(
    Category.EXERCISE, frozenset({Tag.EXERCISE, Tag.DRILL}), triggers, cues, participants, own_names
)
