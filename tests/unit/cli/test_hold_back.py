from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.cli import hold_back
from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError
from services.cli.lag import Position
from services.runtime.settings import Settings


def at(lag: int) -> list[Position]:
    return [
        Position("classifier", "news.items", 0, committed=10, start=0, end=10 + lag),
        Position("notifier", "news.classified.summit", 0, committed=5, start=0, end=5),
    ]


@pytest.mark.parametrize(
    ("committed", "start", "end", "lag"),
    [(None, 0, 0, 0), (None, 0, 7, 7), (None, 4, 7, 3), (5, 0, 7, 2), (2, 4, 7, 3), (7, 0, 7, 0)],
)
def test_lag_is_what_the_group_still_can_read(
    committed: int | None, start: int, end: int, lag: int
) -> None:
    assert Position("g", "t", 0, committed, start, end).lag == lag


def test_publishing_waits_until_both_groups_have_read_everything() -> None:
    looks = iter([at(3), at(1), at(0), at(9)])
    hold_back.wait_until_read(lambda: next(looks))
    assert next(looks) == at(9)


def test_a_group_that_reads_nothing_stops_the_publishing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold_back, "_PATIENCE", 0.0)
    with pytest.raises(ExpectedError, match="group classifier has read nothing"):
        hold_back.wait_until_read(lambda: at(3))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the looks at the lag of an embedded broker whose readers keep up."""
    counted: list[int] = []

    @contextmanager
    def positions(*_: Any) -> Iterator[Any]:
        yield lambda: counted.append(1) or at(0)  # type: ignore[func-returns-value]

    monkeypatch.setattr(hold_back, "positions", positions)
    return counted


def test_the_embedded_broker_is_given_half_a_mebibyte_between_two_looks(looks: list[int]) -> None:
    with hold_back.holding_back(Cluster("x:1", embedded=True), Settings()) as before_each:
        for _ in range(512):
            before_each(1024)
        assert looks == []
        before_each(1)
        assert looks == [1]
        before_each(1024 * 1024)
        assert looks == [1, 1]


def test_real_kafka_is_given_everything_at_once(looks: list[int]) -> None:
    with hold_back.holding_back(Cluster("x:1"), Settings()) as before_each:
        before_each(100 * 1024 * 1024)
        before_each(100 * 1024 * 1024)
    assert looks == []
