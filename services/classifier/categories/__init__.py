"""The four categories: where in a sentence one may be told, and what speaks for it there.

A category is one module that makes a `Kind`. Its cues are what a reader would name as the reason;
how much each counts, beside the words themselves, is learned (`services/classifier/training`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from schemas.report import Actor, Category
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag


@dataclass(frozen=True, slots=True)
class Kind:
    """One category.

    Below the head a sentence tells nothing of it without one of `tags`.
    `triggers` returns the positions of the words without which nothing of it is told, ascending.
    `cues`, `actors` and `own` take the sentence and its triggers, which are not empty. `own`
    returns what tells one event from another, each with its triggers: two events that both have
    some and share none are different ones. `together` takes all sentences of a passage, and
    yields cues of what they show between them.
    """

    category: Category
    tags: Set[Tag]
    triggers: Callable[[Sentence], Sequence[int]]
    cues: Callable[[Sentence, Sequence[int]], Iterable[str]]
    actors: Callable[[Sentence, Sequence[int]], tuple[Actor, ...]]
    own: Callable[[Sentence, Sequence[int]], Mapping[str, Sequence[int]]]
    together: Callable[[Sequence[Sentence]], Iterable[str]] = lambda _: ()
