"""The project's own labelled examples, in pairs: one that is, one that only looks like it.

The classifier is learned, so a single example may go wrong; what must hold is how many do not.
Floors stand a little below what was measured, so that only a real loss breaks them.
"""

from pathlib import Path

import pytest

from schemas.report import Category, Status
from services.cli.evaluate import judged
from services.cli.evaluation import gold
from services.cli.evaluation.scores import Verdict, by_category, macro, matches

LABELLED = Path(__file__).parents[2] / "data" / "labelled.jsonl"


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return list(judged(gold.read(str(LABELLED))))


@pytest.mark.parametrize(
    ("language", "floor"), [("en", 0.86), ("ko", 0.93), ("zh", 0.9), ("ja", 0.85)]
)
def test_a_language_is_classified_as_well_as_it_was(
    language: str, floor: float, verdicts: list[Verdict]
) -> None:
    figure = macro(by_category(v.outcome for v in verdicts if v.item.language == language))
    assert figure is not None
    assert figure >= floor


def test_statuses_are_told_apart(verdicts: list[Verdict]) -> None:
    right = [report.status == event.status for report, event in matches(verdicts)]
    assert sum(right) / len(right) >= 0.87


def test_most_look_alikes_report_nothing(verdicts: list[Verdict]) -> None:
    quiet = [verdict for verdict in verdicts if not verdict.item.events]
    assert len(quiet) >= 100
    assert sum(bool(verdict.reports) for verdict in quiet) / len(quiet) <= 0.12


def test_the_examples_show_every_category_in_every_status(verdicts: list[Verdict]) -> None:
    shown = {(e.category, e.status) for verdict in verdicts for e in verdict.item.events}
    assert shown == {(c, s) for c in Category for s in Status}
