"""What pages put between news, "Also read: …", "Advertisement": it is told by how it begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from services.classifier.words import Wording


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """How it begins: `openings` has the words, and a mark behind them or "", by the first word."""

    wording: Wording
    openings: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]

    def begins(self, words: Sequence[str], text: str) -> bool:
        """Return whether a sentence, whose words in lower case are given, begins so."""
        for opening, mark in self.openings.get(words[0], ()):
            if tuple(words[: len(opening)]) == opening:
                behind = text[self.wording.spans(text)[len(opening) - 1][1] :]
                if behind[:1].isalnum():
                    continue  # "관련기사에 따르면": a word of its own, which Korean and others glue
                if not mark or _mark(behind) in ("", mark):
                    return True
        return False


def _mark(behind: str) -> str:
    return normalize("NFKC", behind.lstrip()[:1])  # a colon is as wide as the script


def build(phrases: Iterable[str], wording: Wording) -> Boilerplate:
    """Return what begins with a phrase. One that ends with a mark begins so only with it."""
    openings: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase in phrases:
        words = tuple(word.lower() for word in wording.words(phrase))
        mark = "" if phrase[-1].isalnum() else _mark(phrase[-1])
        openings.setdefault(words[0], []).append((words, mark))
    return Boilerplate(wording, openings)
