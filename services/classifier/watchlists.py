"""Phrases that are looked for all at once: whether a sentence is worth reading."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias


class SpacedWatchlist:
    """Phrases of a language that sets its words apart, each as its words in lower case.

    A longer phrase is looked for only where its key word stands: most sentences have no such word,
    and are done with one look.
    """

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        known = list(phrases)
        self._alone: Final = frozenset(words[0] for words in known if len(words) == 1)
        self._longer: Final[dict[str, list[str]]] = {}
        for words in known:
            if self._alone.isdisjoint(words):
                key = max(reversed(words), key=len)
                self._longer.setdefault(key, []).append(_spaced(words))
        self._keys: Final = self._alone.union(self._longer)

    def among(self, words: Sequence[str]) -> bool:
        """Return whether one of them stands among the words of a sentence."""
        if self._keys.isdisjoint(words):
            return False
        if not self._alone.isdisjoint(words):
            return True
        text = _spaced(words)
        keys = self._keys.intersection(words)
        return any(phrase in text for key in keys for phrase in self._longer[key])

    def count(self, words: Sequence[str]) -> int:
        """Return how many key words of them stand there."""
        return len(self._keys.intersection(words))


class UnspacedWatchlist:
    """Phrases of a language of which each character is a word."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self._texts: Final = frozenset(map("".join, phrases))

    def among(self, words: Sequence[str]) -> bool:
        """Return whether one of them stands among the words of a sentence."""
        text = "".join(words)
        return any(phrase in text for phrase in self._texts)

    def count(self, words: Sequence[str]) -> int:
        """Return how many of them stand there."""
        text = "".join(words)
        return sum(phrase in text for phrase in self._texts)


Watchlist: TypeAlias = SpacedWatchlist | UnspacedWatchlist


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "
