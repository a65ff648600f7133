"""From labelled items to weights: logistic regressions over named features."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from schemas.report import Category, Prominence, Status
from services.classifier import model
from services.classifier.categories.all import KINDS
from services.classifier.classify import Classifier, status_features
from services.classifier.findings import Finding
from services.classifier.lexicons import Lexicon
from services.classifier.training.corpus import Labelled

FOLDS: Final = 5
SEEN: Final = 3  # items that a feature has to occur in
LOOSE: Final = 0.2  # inverse strength of the regularisation, found by cross-validation
RARE: Final = {str(Status.CALLED_OFF): 3}  # few are, and to page for one is worse than its share
SMALL: Final = 0.05  # a weight below it decides nothing
UNTOLD: Final = -9.0  # log-odds of an item without a trigger
_NOTHING: Final = model.Model({k.category: model.Linear(0, {}) for k in KINDS}, {}, (1, 0))

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled item with what its passages show, by category, the head's first."""

    labelled: Labelled
    lexicon: Lexicon
    found: Mapping[Category, Sequence[Finding]]

    @property
    def fold(self) -> int:
        """The part of the corpus that it is held out with."""
        return crc32(self.labelled.item.id.encode()) % FOLDS

    def head(self, which: Category) -> Finding | None:
        """Return what the head says of a category; None where it has no trigger."""
        return next((finding for finding in self.found.get(which, ()) if finding.head), None)

    def later(self, which: Category) -> list[Finding]:
        """Return what the later sentences say of a category."""
        return [finding for finding in self.found.get(which, ()) if not finding.head]

    def tells(self, which: Category) -> bool:
        """Return whether the label has the category."""
        return which in self.labelled.events

    def shares(self, which: Category) -> Iterator[tuple[bool, float]]:
        """Yield whether it has the category, with how much of it does: a variant is in doubt."""
        chances = self.labelled.chances
        told = float(self.tells(which)) if chances is None else chances[which]
        yield from ((has, share) for has, share in ((True, told), (False, 1 - told)) if share)

    def only_mentions(self, which: Category) -> bool:
        """Return whether the label has it as a mention: then it is not the head that tells it."""
        _, prominence = self.labelled.events.get(which, (None, None))
        return prominence == Prominence.MENTION


def examples(
    items: Iterable[Labelled], lexicon_of: Callable[[str], Lexicon | None]
) -> list[Example]:
    """Return the items, read; those of languages without a lexicon are left out."""
    reader = Classifier(lexicon_of, _NOTHING)
    read = []
    for one in items:
        lexicon = reader.lexicon(one.item)
        if lexicon:
            found: dict[Category, list[Finding]] = {}
            for finding in reader.findings(one.item, lexicon):
                found.setdefault(finding.kind.category, []).append(finding)
            read.append(Example(one, lexicon, found))
    return read


class Fitted:
    """A logistic regression over named features, fitted to at least two classes."""

    def __init__(
        self, shown: Sequence[Set[str]], classes: Sequence[str], weights: Sequence[float]
    ) -> None:
        seen = Counter(name for names in shown for name in names)
        kept = sorted(name for name, items in seen.items() if items >= SEEN)
        self._columns = {name: column for column, name in enumerate(kept)}
        self._regression = LogisticRegression(C=LOOSE, max_iter=500)
        self._regression.fit(self._matrix(shown), np.array(classes), sample_weight=weights)

    def _matrix(self, shown: Sequence[Set[str]]) -> csr_matrix:
        columns = self._columns
        rows = [sorted(columns[name] for name in names & columns.keys()) for names in shown]
        ends = np.cumsum([0, *map(len, rows)])
        entries = np.array([column for row in rows for column in row], dtype=np.int64)
        return csr_matrix((np.ones(len(entries)), entries, ends), (len(rows), len(columns)))

    def scores(self, shown: Sequence[Set[str]]) -> Scores:
        """Return the log-odds of each of the second of two classes."""
        if not shown:
            return np.zeros(0)
        return np.asarray(self._regression.decision_function(self._matrix(shown)))

    def guesses(self, shown: Sequence[Set[str]]) -> Sequence[str]:
        """Return the likeliest class of each."""
        return list(self._regression.predict(self._matrix(shown)))

    def linear(self, calibrated: tuple[float, float]) -> dict[str, Any]:
        """Return the model of two classes as `weights.json` holds it, scaled and shifted."""
        factor, offset = calibrated
        coefficients, biases = self._regression.coef_[0], self._regression.intercept_
        return self._linear(coefficients * factor, biases[0] * factor + offset)

    def linears(self, against: str) -> dict[str, dict[str, Any]]:
        """Return the model of each other class than one, as log-odds against that one."""
        classes = list(map(str, self._regression.classes_))
        coefficients, biases = self._regression.coef_, self._regression.intercept_
        base = classes.index(against)
        return {
            name: self._linear(coefficients[at] - coefficients[base], biases[at] - biases[base])
            for at, name in enumerate(classes)
            if at != base
        }

    def _linear(self, coefficients: Scores, bias: float) -> dict[str, Any]:
        weights = {
            name: round(float(coefficients[column]), 2)
            for name, column in self._columns.items()
            if abs(coefficients[column]) >= SMALL
        }
        return {"bias": round(float(bias), 2), "weights": weights}


def category(corpus: Sequence[Example], which: Category) -> Fitted:
    """Return what tells a category, learned from the heads of the items."""
    shown, classes, weights = [], [], []
    for example in corpus:
        head = example.head(which)
        if head and not example.only_mentions(which):
            for told, share in example.shares(which):
                shown.append(head.shown)
                classes.append(str(told))
                weights.append(example.labelled.weight * share)
    return Fitted(shown, classes, weights)


def head_scores(fitted: Fitted, corpus: Sequence[Example], which: Category) -> Scores:
    """Return the log-odds of each item's head."""
    heads = [example.head(which) for example in corpus]
    scores = iter(fitted.scores([head.shown for head in heads if head]))
    return np.array([next(scores) if head else UNTOLD for head in heads])


def later_scores(fitted: Fitted, corpus: Sequence[Example], which: Category) -> Scores:
    """Return the log-odds of each item's surest later sentence."""
    later = [example.later(which) for example in corpus]
    scores = iter(fitted.scores([finding.shown for found in later for finding in found]))
    return np.array([max([next(scores) for _ in found], default=UNTOLD) for found in later])


def scale(scores: Scores, right: Flags) -> tuple[float, float]:
    """Return the factor and offset that make log-odds those of being right (Platt 1999)."""
    regression = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), right)
    return float(regression.coef_[0, 0]), float(regression.intercept_[0])


@dataclass(frozen=True, slots=True)
class Timed:
    """A labelled event of an example: its status, and what shows it."""

    example: Example
    status: str
    shown: Set[str]


def timed(corpus: Sequence[Example], fitted: Mapping[Category, Fitted]) -> list[Timed]:
    """Return the labelled events that have a trigger, each by the passage that is surest of it."""
    events = []
    for example in corpus:
        for which, (status, _) in example.labelled.events.items():
            found = example.found.get(Category(which))
            if found:
                scores = fitted[Category(which)].scores([finding.shown for finding in found])
                best = found[int(scores.argmax())]
                shown = status_features(best, example.labelled.item, example.lexicon)
                events.append(Timed(example, status, shown))
    return events


def statuses(events: Sequence[Timed]) -> Fitted:
    """Return what tells the status."""
    return Fitted(
        [event.shown for event in events],
        [event.status for event in events],
        [event.example.labelled.weight * RARE.get(event.status, 1) for event in events],
    )


def document(
    categories: Mapping[Category, Fitted],
    calibrated: Mapping[Category, tuple[float, float]],
    below: tuple[float, float],
    status: Fitted,
) -> dict[str, Any]:
    """Return what `weights.json` holds."""
    return {
        "categories": {
            str(which): fitted.linear(calibrated[which]) for which, fitted in categories.items()
        },
        "below": {"factor": round(below[0], 3), "offset": round(below[1], 3)},
        "statuses": status.linears(against=str(Status.OCCURRED)),
    }
