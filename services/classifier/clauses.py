"""Where a sentence's clauses begin, and who only speaks in it, where words are set apart.

The words that govern a name stand here and beside their rules, not in the lexicon: there each of
them would be a feature of the model as well.
"""

from collections.abc import Sequence
from typing import Final


def words_of(words: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(words.split())


BREAKS: Final = words_of(
    "after amid because before during follow following follows since until when"
)
MEANWHILE: Final = words_of("as while")
_BOUNDS: Final = BREAKS | MEANWHILE
SAYS: Final = words_of(
    "announces claims confirmed confirms fears reported reports said say saying says states warns"
)


def breaks(words: Sequence[str]) -> Sequence[int]:
    """Return where another clause begins."""
    if _BOUNDS.isdisjoint(words):
        return ()  # as in most sentences
    return [at for at, word in enumerate(words) if word in _BOUNDS]
