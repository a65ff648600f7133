from collections.abc import Callable, Sequence
from typing import Any

import pytest

from schemas.report import Report
from services.cli.evaluation.gold import GoldItem
from services.cli.evaluation.scores import Verdict
from tests.support import builders


def verdict(
    true: str = "", said: str = "", *, seconds: float = 0.0, version: str = "test-1", **item: Any
) -> Verdict:
    """Return a verdict: of events and reports category:status:prominence:confidence, or less."""
    events = [
        dict(zip(("category", "status", "prominence"), event.split(":"), strict=False))
        for event in true.split()
    ]
    told = builders.item().model_dump() | {"stratum": "S", "events": events} | item
    return Verdict(GoldItem.model_validate(told), reports(said, version), seconds)


def reports(said: str, version: str) -> Sequence[Report]:
    made = []
    for report in said.split():
        category, status, prominence, confidence = _filled(report)
        made.append(
            builders.report(
                category=category,
                status=status,
                prominence=prominence,
                confidence=float(confidence),
                classifier_version=version,
            )
        )
    return made


def _filled(report: str) -> Sequence[str]:
    given = report.split(":")
    return [*given, *("", "occurred", "main", "0.9")[len(given) :]]


@pytest.fixture(name="verdict")
def _verdict() -> Callable[..., Verdict]:
    return verdict
