"""Whether a sentence is worth reading: only then are the words there that an event is told by."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final, TypeAlias

Phrase: TypeAlias = tuple[str, ...]
"""The words of a phrase, in lower case."""
TWO: Final = 2  # people who are enough by themselves


@dataclass(frozen=True, slots=True)
class Watched:
    """What opens a gate: a phrase of `strong`, or one of `meetings` beside one of `people`."""

    strong: Iterable[Phrase]
    meetings: Iterable[Phrase]
    people: Iterable[Phrase]


class _Phrases:
    """Phrases where words are set apart: a longer one is looked for only where its key word is."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        known = list(phrases)
        self._alone: Final = frozenset(words[0] for words in known if len(words) == 1)
        self._longer: Final[dict[str, list[str]]] = {}
        for words in known:
            if self._alone.isdisjoint(words):
                self._longer.setdefault(_key(words), []).append(_spaced(words))
        self.keys: Final = self._alone.union(self._longer)

    def stand(self, found: Set[str], words: Sequence[str]) -> bool:
        """Return whether one of them stands among words, of which `found` are key words."""
        if not self._alone.isdisjoint(found):
            return True
        longer = found & self._longer.keys()
        if not longer:
            return False
        text = _spaced(words)
        return any(phrase in text for name in longer for phrase in self._longer[name])


class SpacedGate:
    """Where words are set apart. Most sentences have no key word, and are done with one look."""

    def __init__(self, watched: Watched) -> None:
        self._strong: Final = _Phrases(watched.strong)
        self._meetings: Final = _Phrases(watched.meetings)
        self._people: Final = _Phrases(watched.people)
        self._keys: Final = self._people.keys.union(self._strong.keys, self._meetings.keys)

    def opens(self, words: Sequence[str], *, people: bool) -> bool:
        """Return whether a sentence of these words is to be read.

        With `people`, two of them are enough: a headline need not say that they meet.
        """
        found = self._keys.intersection(words)
        if not found:
            return False
        return (
            self._strong.stand(found, words)
            or (people and len(found & self._people.keys) >= TWO)
            or (self._people.stand(found, words) and self._meetings.stand(found, words))
        )


class UnspacedGate:
    """Where each character is a word."""

    def __init__(self, watched: Watched) -> None:
        self._strong: Final = frozenset(map("".join, watched.strong))
        self._meetings: Final = frozenset(map("".join, watched.meetings))
        self._people: Final = frozenset(map("".join, watched.people))

    def opens(self, words: Sequence[str], *, people: bool) -> bool:
        """Return whether a sentence of these words is to be read, as `SpacedGate.opens` does."""
        text = "".join(words)
        if any(phrase in text for phrase in self._strong):
            return True
        named = sum(phrase in text for phrase in self._people)
        return (people and named >= TWO) or (
            named > 0 and any(phrase in text for phrase in self._meetings)
        )


Gate: TypeAlias = SpacedGate | UnspacedGate


def _key(words: Phrase) -> str:
    """Return the longest of the words, the last such: it is the rarest, more or less."""
    return max(reversed(words), key=len)


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "
