"""The weights of the features, learned from labelled news and kept in `weights.json`.

They are linear: a sum of what each feature says, in log-odds, so every judgement can be taken
apart into its reasons. `python -m services.classifier.training` writes them.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from math import exp, fsum
from typing import Annotated, Any, Final

from pydantic import Field

from schemas.report import Category, Status
from services.classifier import packaged
from services.classifier.lexicon_file import Part

WEIGHTS: Final = "weights.json"
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of weights, in log-odds."""

    bias: float
    weights: Mapping[str, float]

    def score(self, shown: Set[str]) -> float:
        """Return the log-odds of what the features speak for; the same in whatever order."""
        return fsum((self.bias, *filter(None, map(self.weights.get, shown))))

    def reasons(self, shown: Set[str]) -> list[tuple[str, float]]:
        """Return the features that weigh, with their weights, the heaviest first."""
        found = [(name, self.weights[name]) for name in self.weights.keys() & shown]
        return sorted(found, key=lambda reason: (-abs(reason[1]), reason[0]))


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned: by category, whether it is told; by status other than occurred, which.

    What stands below the head is told by the same words and is less often the item's matter:
    `below` is the (factor, offset) that turns its log-odds into those of being reported.
    """

    categories: Mapping[Category, Linear]
    statuses: Mapping[Status, Linear]
    below: tuple[float, float]

    def later(self, score: float) -> float:
        """Return the log-odds of a later sentence whose words have that score."""
        factor, offset = self.below
        return factor * score + offset

    def status(self, shown: Set[str]) -> Status:
        """Return the likeliest status."""
        status, score = self.rival(shown)
        return status if score > 0 else Status.OCCURRED

    def rival(self, shown: Set[str]) -> tuple[Status, float]:
        """Return the likeliest status beside occurred, with its log-odds against that."""
        scores = {status: linear.score(shown) for status, linear in self.statuses.items()}
        best = max(scores, key=scores.__getitem__)
        return best, scores[best]


def confidence(score: float) -> float:
    """Return the probability, 0 to 1, that log-odds stand for."""
    return 1 / (1 + exp(-max(score, -30.0)))


def load() -> Model:
    """Return the packaged model. Raises PackagedError."""
    return packaged.read(WEIGHTS, _whole)


class _Weights(Part):
    bias: _Number
    weights: dict[str, _Number]


class _Scale(Part):
    factor: _Number
    offset: _Number


class _File(Part):
    categories: dict[Category, _Weights]
    statuses: dict[Status, _Weights]
    below: _Scale


def _whole(document: Any) -> Model:
    found = build(document)
    missing = [f"categories.{name}" for name in Category if name not in found.categories]
    needed = set(Status) - {Status.OCCURRED} - found.statuses.keys()
    missing += [f"statuses.{name}" for name in sorted(needed)]
    if missing:
        raise ValueError(f"{missing[0]}: is missing")
    return found


def build(document: Any) -> Model:
    """Return the model that a parsed file holds.

    Raises ValueError with the field that is at fault, and what was expected there.
    """
    file = packaged.checked(document, _File)
    shared: dict[Any, Any] = {}  # half of the names, and nearly all weights, are told many times
    keep = shared.setdefault

    def linear(told: _Weights) -> Linear:
        return Linear(told.bias, {keep(name, name): keep(w, w) for name, w in told.weights.items()})

    return Model(
        {category: linear(told) for category, told in file.categories.items()},
        {status: linear(told) for status, told in file.statuses.items()},
        (file.below.factor, file.below.offset),
    )
