"""What a category's rules see, and what they return."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.report import Actor, Category, Status
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag


@dataclass(frozen=True, slots=True)
class Setting:
    """What the item's headline and lead speak of, which a single sentence leaves unsaid."""

    tags: frozenset[Tag]
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence's report of one event.

    `triggers` are positions of the words that made the rule fire, ascending and not empty.
    `strength` is the rule's confidence, 0 to 1. `names` are the event's own, if it has any.
    """

    category: Category
    status: Status
    strength: float
    sentence: Sentence
    triggers: Sequence[int]
    actors: tuple[Actor, ...] = ()
    names: tuple[str, ...] = ()
