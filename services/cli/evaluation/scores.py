"""How often the classifier is right, by group and category.

Of several events of one category the first counts, in gold and among the reports.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from schemas.report import Category, Report, Status
from services.cli.evaluation.gold import GoldEvent, GoldItem

ENOUGH: Final = 5  # gold events: one item must not decide a quarter of a macro-F1
RANDOM: Final = "random"  # the stratum that no keyword chose: as quiet as the world is
DRAWS: Final = 300  # samples of a group with replacement, for its interval

Outcome: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""The categories that were said of an item, and those of its gold events."""

Resample: TypeAlias = Callable[[Sequence[Outcome]], Iterable[Outcome]]
"""Draws as many outcomes as there are, with replacement."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the classifier said of an item, main reports first, and the seconds that it took."""

    item: GoldItem
    reports: Sequence[Report]
    seconds: float

    @property
    def said(self) -> Mapping[str, Report]:
        """The first report of each category."""
        return {report.category: report for report in reversed(self.reports)}

    @property
    def true(self) -> Mapping[str, GoldEvent]:
        """The first gold event of each category."""
        return {str(event.category): event for event in reversed(self.item.events)}

    @property
    def outcome(self) -> Outcome:
        """Which categories were said, and which are true."""
        return frozenset(self.said), frozenset(self.true)

    @property
    def wrong(self) -> bool:
        """Whether a category was missed, or said and is none."""
        said, true = self.outcome
        return said != true


@dataclass(frozen=True, slots=True)
class Score:
    """Shares, 0 to 1, and the number of items that have the category in gold."""

    precision: float
    recall: float
    f1: float
    positives: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one item took, in microseconds; one in a hundred took longer than `p99`."""

    mean: float
    median: float
    p99: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a group, 0 to 1; None where nothing in it can tell."""

    items: int
    macro_f1: float | None
    macro_f1_95: tuple[float, float] | None
    categories: Mapping[Category, Score]
    status_accuracy: float | None  # of the categories that are both said and true
    prominence_accuracy: float | None  # of those whose gold event has a prominence
    false_alarm_rate: float | None  # items that report something, of those without gold events
    false_alarm_rate_random: float | None  # the same of stratum `random`
    microseconds: Timing


def groups(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """Return the verdicts of each group, by its name in order."""
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.item.group, []).append(verdict)
    return dict(sorted(found.items()))


def figures(verdicts: Sequence[Verdict], resample: Resample) -> Figures:
    """Return the figures of a group."""
    outcomes = [verdict.outcome for verdict in verdicts]
    categories = by_category(outcomes)
    quiet = [verdict for verdict in verdicts if not verdict.item.events]
    return Figures(
        items=len(verdicts),
        macro_f1=macro(categories),
        macro_f1_95=interval(outcomes, resample),
        categories=categories,
        status_accuracy=_share(gold.status == report.status for report, gold in matches(verdicts)),
        prominence_accuracy=_share(_prominence(verdicts)),
        false_alarm_rate=_share(bool(v.reports) for v in quiet),
        false_alarm_rate_random=_share(bool(v.reports) for v in quiet if v.item.stratum == RANDOM),
        microseconds=timing(verdicts),
    )


def by_category(outcomes: Iterable[Outcome]) -> dict[Category, Score]:
    """Return each category's score. What is never said is precise, what never is, is all found."""
    counted = Counter(outcomes).items()
    return {
        category: score(
            said=sum(n for (said, _), n in counted if category in said),
            true=sum(n for (_, true), n in counted if category in true),
            both=sum(n for (said, true), n in counted if category in said & true),
        )
        for category in Category
    }


def score(*, said: int, true: int, both: int) -> Score:
    """Return the score of so many items said, true, and both."""
    return Score(
        precision=both / said if said else float(not true),
        recall=both / true if true else 1.0,
        f1=2 * both / (said + true) if said + true else 1.0,
        positives=true,
    )


def macro(categories: Mapping[Category, Score]) -> float | None:
    """Return the mean F1 of the categories with `ENOUGH` gold events; None where none has."""
    counted = [score.f1 for score in categories.values() if score.positives >= ENOUGH]
    return sum(counted) / len(counted) if counted else None


def interval(outcomes: Sequence[Outcome], resample: Resample) -> tuple[float, float] | None:
    """Return the bounds of 95 % of the macro-F1s of `DRAWS` resamples; None as in `macro`.

    Efron's percentile bootstrap (Annals of Statistics 7, 1979).
    """
    drawn = [macro(by_category(resample(outcomes))) for _ in range(DRAWS)]
    ordered = sorted(value for value in drawn if value is not None)
    outside = len(ordered) * 25 // 1000  # on either side
    if not ordered or macro(by_category(outcomes)) is None:
        return None
    return ordered[outside], ordered[-1 - outside]


def matches(verdicts: Iterable[Verdict]) -> list[tuple[Report, GoldEvent]]:
    """Return, for each item's categories that are both said and true, what was said and is."""
    return [
        (report, verdict.true[category])
        for verdict in verdicts
        for category, report in verdict.said.items()
        if category in verdict.true
    ]


def confusion(verdicts: Iterable[Verdict]) -> dict[Status, dict[Status, int]]:
    """Return how often each status (outer) was said to be each (inner), over `matches`."""
    counted = Counter((gold.status, report.status) for report, gold in matches(verdicts))
    return {true: {said: counted[true, said] for said in Status} for true in Status}


def timing(verdicts: Sequence[Verdict]) -> Timing:
    """Return how long the items, at least one, took."""
    took = sorted(verdict.seconds * 1e6 for verdict in verdicts)
    return Timing(sum(took) / len(took), statistics.median(took), took[len(took) * 99 // 100])


def _prominence(verdicts: Iterable[Verdict]) -> Iterable[bool]:
    for verdict in verdicts:
        said = verdict.said
        labelled = {e.category: e.prominence for e in reversed(verdict.item.events) if e.prominence}
        for category, prominence in labelled.items():
            if category in said:
                yield said[category].prominence == prominence


def _share(happened: Iterable[bool]) -> float | None:
    found = list(happened)
    return sum(found) / len(found) if found else None
