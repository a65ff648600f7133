from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from rich.console import Console

from schemas.news import parse_item
from services.classifier.classify import load
from tests.bench import webhooks
from tests.bench.figures import Figure, quantile
from tests.bench.ground import prepared
from tests.bench.headlines import headlines
from tests.bench.progress import Progress
from tests.bench.references.patterns import PATTERNS


def test_the_classifier_and_the_four_patterns_find_the_same_headlines() -> None:
    classifier, now = load(), datetime.now(UTC)
    for item in islice(headlines("test"), 2_000):
        news = parse_item(item.payload)
        reports = classifier.reports(news, ingested_at=now, classified_at=now)
        matching = [name for name, pattern in PATTERNS.items() if pattern.search(news.title)]
        assert len(reports) == len(matching) == int(item.tells), news.title


@pytest.mark.parametrize(
    ("target", "met"),
    [("≥ 2", True), ("≥ 2.1", False), ("≤ 2", True), ("< 2", False), ("", None)],
)
def test_a_target_is_met_by_the_median(target: str, met: bool | None) -> None:
    figure = Figure("f", "s", (9.0, 2.0, 1.0), load=0.0, target=target)
    assert figure.met is met


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [quantile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]


def test_a_backlog_is_measured_from_end_to_end(
    tmp_path: Path, kafka_jars: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_BACKLOG", 300)
    monkeypatch.setattr(webhooks, "_ROUNDS", 1)
    with (
        Progress(Console(stderr=True)) as progress,
        prepared(tmp_path, kafka_jars, progress) as ground,
    ):
        rate, cpu = webhooks.measure(ground)
    assert rate.value > 0
    assert cpu.value > 0
    assert set(rate.reference) == {"httpx", "requests"}
