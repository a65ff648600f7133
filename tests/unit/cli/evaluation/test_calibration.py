from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.report import Category
from services.cli.evaluation import calibration
from services.cli.evaluation.calibration import Claim
from services.cli.evaluation.scores import Verdict

Make: TypeAlias = Callable[..., Verdict]

CLAIMS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1
)


def test_a_report_is_right_when_its_category_is_among_the_gold_events(verdict: Make) -> None:
    said = "summit:planned:main:0.8 summit:occurred:main:0.6 exercise:occurred:main:0.4"
    assert calibration.claims([verdict("summit:occurred", said), verdict("summit:occurred")]) == [
        (0.8, 1.0),
        (0.6, 1.0),
        (0.4, 0.0),
    ]


def test_the_error_is_the_mean_distance_of_confidence_and_share_right() -> None:
    claims = [(0.9, 1.0), (0.8, 0.0), (0.3, 0.0), (0.2, 0.0)]
    low, high = calibration.bins(claims, count=2)
    assert (low.reports, low.confidence, low.right) == (2, 0.25, 0.0)
    assert (high.reports, high.confidence, high.right) == pytest.approx((2, 0.85, 0.5))
    assert calibration.calibration_error([low, high]) == pytest.approx((0.25 + 0.35) / 2)


def test_a_bin_weighs_what_it_holds() -> None:
    bins = calibration.bins([(0.1, 0.0), (0.5, 1.0), (0.5, 1.0)], count=2)
    assert [b.reports for b in bins] == [1, 2]
    assert calibration.calibration_error(bins) == pytest.approx((0.1 + 2 * 0.5) / 3)


def test_brier_is_the_mean_squared_distance() -> None:
    assert calibration.brier([(0.9, 1.0), (0.6, 0.0)]) == pytest.approx((0.01 + 0.36) / 2)


def test_without_reports_nothing_is_known() -> None:
    assert calibration.bins([]) == []
    assert calibration.calibration_error([]) is None
    assert calibration.brier([]) is None


@given(CLAIMS)
def test_bins_hold_each_report_once_and_differ_by_one_at_most(claims: list[Claim]) -> None:
    bins = calibration.bins(claims)
    assert len(bins) == min(len(claims), calibration.BINS)
    assert sum(b.reports for b in bins) == len(claims)
    assert max(b.reports for b in bins) - min(b.reports for b in bins) <= 1
    assert sum(b.reports * b.right for b in bins) == pytest.approx(sum(r for _, r in claims))


@given(CLAIMS)
def test_the_order_of_the_file_does_not_matter(claims: list[Claim]) -> None:
    assert calibration.bins(claims) == calibration.bins(claims[::-1])


def test_a_curve_has_a_point_for_each_confidence(verdict: Make) -> None:
    verdicts = [
        verdict("summit:occurred", "summit:occurred:main:0.9"),
        verdict("", "summit:occurred:main:0.7"),
        verdict("summit:occurred", "summit:occurred:main:0.3 summit:planned:main:0.7"),
        verdict("summit:occurred", "exercise:occurred:main:0.99"),
        verdict("", "summit:occurred:main:0.2"),
    ]
    points = calibration.curve(verdicts, Category.SUMMIT)
    assert [point.threshold for point in points] == [0.9, 0.7, 0.2]
    assert [point.score.precision for point in points] == [1.0, 2 / 3, 2 / 4]
    assert [point.score.recall for point in points] == [1 / 3, 2 / 3, 2 / 3]
    assert [point.score.f1 for point in points] == [2 / 4, 4 / 6, 4 / 7]
    assert {point.score.positives for point in points} == {3}
    assert calibration.curve(verdicts, Category.BALLOON_LAUNCH) == []
