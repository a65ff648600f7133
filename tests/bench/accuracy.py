"""How often the classifier is right and what that costs, beside keywords and TF-IDF.

The labelled news that the floors are of lies outside the project. Where it is not, the project's
own examples are measured: hard cases in pairs, which have no floors. TF-IDF judges a group at once,
which costs it a fraction of one item after the other; ours and keywords gain nothing by it.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final, TypeAlias

from schemas.report import Category, Report, Status
from services.classifier.classify import load as load_classifier
from services.cli.evaluation import gold, scores
from services.cli.evaluation.gold import FULL, GoldItem
from services.cli.evaluation.scores import Figures, Verdict
from tests.bench.figures import Figure
from tests.bench.ground import OTHER_CORE, load
from tests.bench.progress import Progress
from tests.bench.references import keywords
from tests.bench.references.tfidf import TfIdf
from tests.support import builders

_NEWS: Final = Path("../shared/data")
_OWN: Final = (
    Path("tests/data/labelled.jsonl"),
    Path("services/classifier/training/invented.jsonl"),
)
_ROUNDS: Final = 3
STEPS: Final = 1 + _ROUNDS

_GROUPS: Final = {
    "en-short": "English headlines",
    "ko": "Korean",
    "zh": "Chinese",
    FULL: "full articles",
}
_TIMED: Final = ("en-short", FULL)
_FLOORS: Final = (  # group, field of `Figures`, its name, what it should be on dev.jsonl
    ("en-short", "macro_f1", "macro-F1", "≥ 0.91"),
    ("en-short", "status_accuracy", "status accuracy", "≥ 0.9"),
    ("en-short", "false_alarm_rate", "false alarms", "≤ 0.03"),
    ("ko", "macro_f1", "macro-F1", "≥ 0.87"),
    ("zh", "macro_f1", "macro-F1", "≥ 0.87"),
    (FULL, "macro_f1", "macro-F1", "≥ 0.85"),
)
_OURS: Final = "ours"

Said: TypeAlias = Mapping[Category, Status]
Judge: TypeAlias = Callable[[Sequence[GoldItem]], Sequence[Said]]


@dataclass(slots=True)
class Judged:
    """What a judge makes of a group, the same in each round, and microseconds an item."""

    figures: Figures
    rounds: list[float] = field(default_factory=list)


def measure(progress: Progress) -> Iterator[Figure]:
    """Yield shares, 0 to 1, and microseconds an item on one core; their names say of what."""
    real = (_NEWS / "dev.jsonl").exists()
    measured, training = (_NEWS / "dev.jsonl", _NEWS / "train.jsonl") if real else _OWN
    if not real:
        progress.say(f"{_NEWS} has no labelled news: accuracy on {measured}")
    progress.step(f"accuracy: fitting TF-IDF on {training.name}")
    tfidf = TfIdf(gold.read(str(training)))
    judges: dict[str, Judge] = {_OURS: _ours(), "keywords": keywords.judge, "TF-IDF": tfidf.judge}
    groups = _groups(measured)
    found: dict[str, dict[str, Judged]] = {name: {} for name in groups}
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {OTHER_CORE})
    for number in range(1, _ROUNDS + 1):
        progress.step(f"accuracy on {measured.name}, round {number} of {_ROUNDS}")
        for group, name in product(groups, judges):
            said, microseconds = _timed(judges[name], groups[group])
            if number == 1:
                found[group][name] = Judged(_figures(groups[group], said))
            found[group][name].rounds.append(microseconds)
    os.sched_setaffinity(0, cores)
    titles = {name: f"{measured.name}, {len(groups[name])} {_GROUPS[name]}" for name in groups}
    for group, share, word, floor in _FLOORS:
        if group in found:
            title = f"{titles[group]}: {word}"
            yield from _share(title, found[group], share, floor if real else "")
    for group in _TIMED:
        if group in found:
            rounds = {name: tuple(judged.rounds) for name, judged in found[group].items()}
            yield _figure(f"{titles[group]}: each", "µs", rounds)


def _groups(path: Path) -> dict[str, list[GoldItem]]:
    groups: dict[str, list[GoldItem]] = {}
    for item in gold.read(str(path)):
        if item.group in _GROUPS:
            groups.setdefault(item.group, []).append(item)
    return groups


def _ours() -> Judge:
    classifier, now = load_classifier(), datetime.now(UTC)

    def judge(items: Sequence[GoldItem]) -> list[Said]:
        return [_first(classifier.reports(i, ingested_at=now, classified_at=now)) for i in items]

    return judge


def _first(reports: Sequence[Report]) -> Said:
    """Return the first report of each category."""
    return {Category(report.category): Status(report.status) for report in reversed(reports)}


def _timed(judge: Judge, items: Sequence[GoldItem]) -> tuple[Sequence[Said], float]:
    start = time.process_time()
    said = judge(items)
    return said, (time.process_time() - start) * 1e6 / len(items)


def _figures(items: Sequence[GoldItem], said: Sequence[Said]) -> Figures:
    """Return the figures by the definitions of `watchfloor evaluate`, without an interval."""
    verdicts = [
        Verdict(item, [builders.report(category=c, status=s) for c, s in each.items()], 0)
        for item, each in zip(items, said, strict=True)
    ]
    return scores.figures(verdicts, lambda _: ())


def _share(name: str, found: Mapping[str, Judged], share: str, floor: str) -> Iterator[Figure]:
    """Yield the figure where the group can tell: of too few events there is none."""
    shares = {judge: getattr(judged.figures, share) for judge, judged in found.items()}
    known = {judge: (value,) for judge, value in shares.items() if value is not None}
    if _OURS in known:
        yield _figure(name, "", known, floor)


def _figure(
    name: str, unit: str, rounds: Mapping[str, tuple[float, ...]], target: str = ""
) -> Figure:
    reference = {judge: values for judge, values in rounds.items() if judge != _OURS}
    return Figure(name, unit, rounds[_OURS], load=load(), target=target, reference=reference)
