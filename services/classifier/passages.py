"""An item in the pieces that are judged: its head as one, then each later sentence.

Headline and lead tell one story together, and are short; what comes later is background, or
another story, and has to speak for itself.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from services.classifier import evidence
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence
from services.classifier.features import around, counts, features
from services.classifier.lexicons import Lexicon
from services.classifier.markup import blanked

Told: TypeAlias = tuple[Sentence, Sequence[int]]
"""A sentence with the positions of a category's triggers in it, ascending and not empty."""
HEAD: Final = 2  # sentences of an article that are judged with the headline
ABSTRACT: Final = 5  # sentences of a body that is an abstract: it is judged with the headline whole
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
        triggers = kind.triggers
        return [(sentence, at) for sentence in self.sentences if (at := triggers(sentence))]

    def shows(self, kind: Kind, told: Sequence[Told]) -> Set[str]:
        """Return the features for and against a category, which is told of in these sentences."""
        found = set(self.features)
        for sentence, at in told:
            found.update(around(sentence, at))
            found.update(kind.cues(sentence, at))
        found.update(kind.together(self.sentences))
        return found


def passages(title: str, body: str, lexicon: Lexicon) -> list[Passage]:
    """Return an item's passages: the head, then the later sentences.

    Those without a word that may tell of an event are left out. Where that leaves none, the item
    reports nothing.
    """
    opens = lexicon.gate.opens
    told = list(evidence.pieces("title", title, lexicon.wording))
    below = [
        piece
        for piece in evidence.pieces("body", body, lexicon.wording)
        if not lexicon.boilerplate.begins(piece.words, piece.plain)
    ]
    lead = HEAD if len(below) > ABSTRACT else ABSTRACT
    told += below[:lead]
    found = []
    if any(opens(piece.words, people=True) for piece in told):
        head = [evidence.read(piece, lexicon) for piece in told]
        found.append(Passage(head, head=True, main=True))
    later = [
        (at, piece)
        for at, piece in enumerate(below[lead:], lead)
        if opens(piece.words, people=False)
    ]
    if later:
        paragraph = blanked(body).find("\n", below[0].start)  # its end; -1 where it is the only one
        for at, piece in later:
            main = at < LEAD and piece.start < paragraph
            found.append(Passage([evidence.read(piece, lexicon)], head=False, main=main))
    return found
