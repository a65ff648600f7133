"""Where a sentence's clauses begin, where words are set apart."""

from collections.abc import Sequence

from services.classifier.evidence import Sentence


def breaks(sentence: Sentence) -> Sequence[int]:
    """Return where another clause begins."""
    words, bounds = sentence.words, sentence.roles.breaks
    if bounds.isdisjoint(words):
        return ()  # as in most sentences
    return [at for at, word in enumerate(words) if word in bounds]
