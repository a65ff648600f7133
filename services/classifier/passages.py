"""An item in the pieces that are judged: its head as one, then each later sentence.

Headline and lead tell one story together, and are short; what comes later is background, or
another story, and has to speak for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from services.classifier import evidence
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, triggered
from services.classifier.features import counts, features
from services.classifier.lexicons import Lexicon

Told: TypeAlias = tuple[Sentence, Sequence[int]]
"""A sentence with the positions of a category's triggers in it, ascending and not empty."""
HEAD: Final = 2  # sentences of the body that are judged with the headline
LEAD: Final = 5  # sentences of a first paragraph that are its lead


@dataclass(frozen=True)
class Passage:
    """Sentences that are judged together: the head of an item, or one later sentence."""

    sentences: Sequence[Sentence]
    head: bool
    main: bool  # the headline and the lead say what an item is about

    @cached_property
    def features(self) -> frozenset[str]:
        """What its sentences show."""
        return frozenset().union(*map(features, self.sentences), counts(self.sentences))

    def told(self, kind: Kind) -> list[Told]:
        """Return the sentences that may tell of a category."""
        found = ((sentence, kind.triggers(sentence)) for sentence in self.sentences)
        return [(sentence, at) for sentence, at in found if at]

    def shows(self, kind: Kind, told: Sequence[Told]) -> frozenset[str]:
        """Return the features for and against a category, which is told of in these sentences."""
        found = set(self.features)
        for sentence, at in told:
            found.update(kind.cues(sentence, at))
        return frozenset(found)


def passages(title: str, body: str, lexicon: Lexicon) -> list[Passage]:
    """Return an item's passages: the head, then the later sentences that have a trigger.

    None where no sentence has one: the item reports nothing.
    """
    told = list(evidence.pieces("title", title, lexicon.wording))
    below = list(evidence.pieces("body", body, lexicon.wording))
    later = [piece for piece in below[HEAD:] if triggered(piece, lexicon)]
    told += below[:HEAD]
    if not later and not any(triggered(piece, lexicon) for piece in told):
        return []
    head = [evidence.read(piece, lexicon) for piece in told]
    lead = _lead(body)
    return [
        Passage(head, head=True, main=True),
        *(
            Passage(
                [evidence.read(piece, lexicon)],
                head=False,
                main=piece.start < lead and piece.order < LEAD,
            )
            for piece in later
        ),
    ]


def _lead(body: str) -> int:
    """Return where the first of several paragraphs ends; 0 where there is one only."""
    return body.find("\n", len(body) - len(body.lstrip())) + 1
