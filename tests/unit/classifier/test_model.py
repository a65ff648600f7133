"""The model: its sums and their reasons, and what a wrong file is told."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.report import Category, Status
from services.classifier import model
from services.classifier.model import Linear, Model

LINEAR = Linear(-1.0, {"a": 2.0, "b": -3.0, "c": 0.5, "d": -0.5})
DOCUMENT: dict[str, Any] = {
    "categories": {"summit": {"bias": -1.0, "weights": {"a": 2.0}}},
    "below": {"factor": 0.5, "offset": -2.0},
    "statuses": {"planned": {"bias": 0.0, "weights": {"+plan": 1.0}}},
}
scores = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("shown", "score"),
    [(set(), -1.0), ({"a"}, 1.0), ({"a", "b"}, -2.0), ({"unknown"}, -1.0), ({"a", "x"}, 1.0)],
)
def test_a_score_is_the_sum_of_the_weights_shown(shown: set[str], score: float) -> None:
    assert LINEAR.score(shown) == score


def test_reasons_are_what_weighs_the_heaviest_first() -> None:
    assert LINEAR.reasons({"d", "c", "a", "b", "unknown"}) == [
        ("b", -3.0),
        ("a", 2.0),
        ("c", 0.5),
        ("d", -0.5),
    ]


@given(st.sets(st.sampled_from("abcdxyz")))
def test_the_reasons_and_the_bias_make_the_score(shown: set[str]) -> None:
    reasons = LINEAR.reasons(shown)
    assert LINEAR.bias + sum(weight for _, weight in reasons) == LINEAR.score(shown)


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (set(), Status.OCCURRED),
        ({"plan"}, Status.PLANNED),
        ({"off"}, Status.CALLED_OFF),
        ({"plan", "off"}, Status.CALLED_OFF),
        ({"plan", "done"}, Status.OCCURRED),
    ],
)
def test_a_status_is_the_likeliest_and_occurred_where_none_is_likely(
    shown: set[str], status: Status
) -> None:
    learned = Model(
        {},
        {
            Status.PLANNED: Linear(-1, {"plan": 2, "done": -1}),
            Status.CALLED_OFF: Linear(-1, {"off": 3}),
        },
        (1, 0),
    )
    assert learned.status(shown) is status


@given(scores, scores)
def test_confidence_is_a_probability_that_rises_with_the_score(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < model.confidence(low) <= model.confidence(high) <= 1


def test_even_odds_are_a_confidence_of_a_half() -> None:
    assert model.confidence(0) == 0.5
    assert model.confidence(2) + model.confidence(-2) == pytest.approx(1)


def test_a_later_sentence_is_scaled_and_shifted() -> None:
    assert model.build(DOCUMENT).later(3.0) == -0.5


def test_a_document_becomes_the_model_that_it_tells() -> None:
    assert model.build(DOCUMENT) == Model(
        {Category.SUMMIT: Linear(-1.0, {"a": 2.0})},
        {Status.PLANNED: Linear(0.0, {"+plan": 1.0})},
        (0.5, -2.0),
    )


@pytest.mark.parametrize("key", ["categories", "below", "statuses"])
def test_a_document_without_a_part_is_refused_by_its_name(key: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    del document[key]
    with pytest.raises(ValueError, match=f"^{key}: is missing$"):
        model.build(document)


@pytest.mark.parametrize("key", ["factor", "offset"])
def test_a_scale_without_a_part_is_refused_by_its_name(key: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["below"][key]
    with pytest.raises(ValueError, match=rf"^below\.{key}: is missing$"):
        model.build(document)


@pytest.mark.parametrize("part", ["categories", "statuses"])
def test_what_is_no_category_or_status_is_refused_by_its_name(part: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document[part]["parade"] = {"bias": 0, "weights": {}}
    with pytest.raises(ValueError, match="parade"):
        model.build(document)


def test_the_packaged_model_weighs_every_category_and_every_status_but_the_one_assumed() -> None:
    packaged = model.load()
    assert set(packaged.categories) == set(Category)
    assert set(packaged.statuses) == set(Status) - {Status.OCCURRED}
    linears = [*packaged.categories.values(), *packaged.statuses.values()]
    assert all(linear.weights for linear in linears)
    assert packaged.below[0] > 0
