"""Learns the weights from labelled news and writes them beside this package.

usage: python -m services.classifier.training FOLDER [--dry-run]

FOLDER holds the labelled news, which is not part of this project. What is printed is measured on
items that the weights were not learned from, by cross-validation.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

import numpy as np
import orjson

from schemas.report import Category
from services.classifier import lexicons
from services.classifier.categories.all import KINDS
from services.classifier.classify import THRESHOLD
from services.classifier.model import WEIGHTS
from services.classifier.training import corpus, fit
from services.classifier.training.fit import Example, Flags, Scores

CATEGORIES: Final = [kind.category for kind in KINDS]


def main(out: TextIO = sys.stdout) -> None:
    """Learn, measure, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="measure and write nothing")
    arguments = parser.parse_args()
    try:
        items = corpus.read(arguments.folder)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename}: no such file; the labelled news is not part of the project")
    items += corpus.invented()
    read = fit.examples(items, lexicons.packaged)
    taught = fit.examples(corpus.taught(items), lexicons.packaged)
    real = np.array([e.labelled.measured and not e.labelled.hard for e in read])
    told = {which: np.array([example.tells(which) for example in read]) for which in CATEGORIES}
    held = {which: _held_out(read, taught, which) for which in CATEGORIES}
    calibrated = {which: fit.scale(held[which][0][real], told[which][real]) for which in CATEGORIES}
    below = _below(held, told)
    said = {
        which: _confidence(held[which], calibrated[which], below) >= THRESHOLD
        for which in CATEGORIES
    }
    out.writelines(
        line + "\n" for line in [*_figures(read, said, told), f"below the head: {below}"]
    )
    fitted = {which: fit.category([*read, *taught], which) for which in CATEGORIES}
    events = fit.timed(read, fitted)
    out.write(_status_figures(events) + "\n")
    if not arguments.dry_run:
        made = fit.document(fitted, calibrated, below, fit.statuses(events))
        path = Path(corpus.__file__).parent.parent / WEIGHTS
        path.write_bytes(orjson.dumps(made, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))
        out.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB\n")


def _held_out(
    read: Sequence[Example], taught: Sequence[Example], which: Category
) -> tuple[Scores, Scores]:
    """Return the log-odds of each head and of each item's surest later sentence, held out."""
    head, later = np.zeros(len(read)), np.zeros(len(read))
    folds = np.array([example.fold for example in read])
    for fold in range(fit.FOLDS):
        fitted = fit.category([e for e in (*read, *taught) if e.fold != fold], which)
        rest = [e for e in read if e.fold == fold]
        head[folds == fold] = fit.head_scores(fitted, rest, which)
        later[folds == fold] = fit.later_scores(fitted, rest, which)
    return head, later


def _below(
    held: Mapping[Category, tuple[Scores, Scores]], told: Mapping[Category, Flags]
) -> tuple[float, float]:
    """Return the scale of later sentences: of those in items whose head tells nothing of it."""
    scores, right = [], []
    for which, (head, later) in held.items():
        alone = (head < 0) & (later > fit.UNTOLD)
        scores.append(later[alone])
        right.append(told[which][alone])
    return fit.scale(np.concatenate(scores), np.concatenate(right))


def _confidence(
    held: tuple[Scores, Scores], calibrated: tuple[float, float], below: tuple[float, float]
) -> Scores:
    head, later = (calibrated[0] * scores + calibrated[1] for scores in held)
    return 1 / (1 + np.exp(-np.maximum(head, np.minimum(below[0] * later + below[1], 9))))


def _figures(
    read: Sequence[Example], said: Mapping[Category, Flags], told: Mapping[Category, Flags]
) -> list[str]:
    groups: dict[str, list[int]] = {}
    for at, example in enumerate(read):
        groups.setdefault(example.labelled.group, []).append(at)
    lines = []
    for name, rows in sorted(groups.items()):
        scores = []
        for which in CATEGORIES:
            one, other = said[which][rows], told[which][rows]
            both = 2 * (one & other).sum() / max(1, one.sum() + other.sum())
            scores.append(f"{which} {both:.3f} of {other.sum()}")
        quiet = ~np.any([told[which][rows] for which in CATEGORIES], axis=0)
        alarms = np.any([said[which][rows] for which in CATEGORIES], axis=0)[quiet].mean()
        lines.append(
            f"{name}, {len(rows)} items: F1 {'; '.join(scores)}; false alarms {alarms:.3f}"
        )
    return lines


def _status_figures(events: Sequence[fit.Timed]) -> str:
    right: list[bool] = []
    for fold in range(fit.FOLDS):
        fitted = fit.statuses([event for event in events if event.example.fold != fold])
        rest = [e for e in events if e.example.fold == fold and e.example.labelled.measured]
        guesses = fitted.guesses([event.shown for event in rest])
        right += [guess == event.status for guess, event in zip(guesses, rest, strict=True)]
    return f"status right: {np.mean(right):.3f} of {len(right)}"


if __name__ == "__main__":
    main()
