"""Whether a confidence means what it says, and what a threshold on it would cost.

A report is right when its category is among its item's gold events.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from schemas.report import Category
from services.cli.evaluation.scores import Score, Verdict, score

BINS: Final = 10

Claim: TypeAlias = tuple[float, float]
"""A report's confidence, 0 to 1, and how right it is: 0 or 1."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Reports of neighbouring confidence: how many, their mean confidence, the share right."""

    reports: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """The score of a category if only reports of this confidence and above were made."""

    threshold: float
    score: Score


def claims(verdicts: Iterable[Verdict]) -> list[Claim]:
    """Return one claim for each report."""
    return [
        (report.confidence, float(report.category in verdict.true))
        for verdict in verdicts
        for report in verdict.reports
    ]


def bins(made: Iterable[Claim], count: int = BINS) -> list[Bin]:
    """Return at most `count` bins of equal size (one report more or less), ascending.

    Reports of one confidence are each as right as they are on average: which of them fall on
    which side of an edge would else be decided by the file's order.
    """
    spread: list[Claim] = []
    for confidence, tied in itertools.groupby(sorted(made), key=lambda claim: claim[0]):
        rights = [right for _, right in tied]
        spread += [(confidence, sum(rights) / len(rights))] * len(rights)
    edges = [len(spread) * edge // count for edge in range(count + 1)]
    return [
        Bin(stop - start, *map(_mean, zip(*spread[start:stop], strict=True)))
        for start, stop in itertools.pairwise(edges)
        if start < stop
    ]


def calibration_error(found: Sequence[Bin]) -> float | None:
    """Return the expected calibration error, 0 to 1: the mean distance of confidence and share.

    Weighted by reports (Naeini et al., AAAI 2015); None without bins.
    """
    total = sum(b.reports for b in found)
    return sum(b.reports * abs(b.confidence - b.right) for b in found) / total if total else None


def brier(made: Sequence[Claim]) -> float | None:
    """Return the mean squared distance of confidence and truth, 0 to 1; None without claims."""
    return _mean((confidence - right) ** 2 for confidence, right in made) if made else None


def curve(verdicts: Iterable[Verdict], category: Category) -> list[Point]:
    """Return a category's points, one for each confidence that occurs, descending.

    An item is as sure to have the category as the surest of its reports says.
    """
    seen = list(verdicts)
    true = sum(category in verdict.true for verdict in seen)
    sure = [
        (max(r.confidence for r in verdict.reports if r.category == category), verdict)
        for verdict in seen
        if category in verdict.said
    ]
    points: list[Point] = []
    said = both = 0
    for confidence, tied in itertools.groupby(_descending(sure), key=lambda pair: pair[0]):
        rights = [category in verdict.true for _, verdict in tied]
        said, both = said + len(rights), both + sum(rights)
        points.append(Point(confidence, score(said=said, true=true, both=both)))
    return points


def _descending(sure: Iterable[tuple[float, Verdict]]) -> list[tuple[float, Verdict]]:
    return sorted(sure, key=lambda pair: pair[0], reverse=True)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
