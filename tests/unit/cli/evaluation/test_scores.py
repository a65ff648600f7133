from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pytest

from schemas.report import Category, Status
from services.cli.evaluation import scores
from services.cli.evaluation.scores import Figures, Outcome, Score, Verdict

Make: TypeAlias = Callable[..., Verdict]

MISSILE, SUMMIT = "missile_launch:occurred", "summit:occurred"


def same(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    return outcomes


def figures(*verdicts: Verdict) -> Figures:
    return scores.figures(verdicts, same)


def test_precision_recall_and_f1_are_those_counted_by_hand(verdict: Make) -> None:
    found = figures(
        *[verdict(MISSILE, MISSILE)] * 3,  # found
        *[verdict(MISSILE)] * 2,  # missed
        verdict("", MISSILE),  # said of nothing
        verdict(SUMMIT, MISSILE),  # said of another
        verdict(),
    )
    assert found.items == 8
    launches = found.categories[Category.MISSILE_LAUNCH]
    assert (launches.precision, launches.recall, launches.f1) == (3 / 5, 3 / 5, 6 / 10)
    assert launches.positives == 5
    assert found.categories[Category.SUMMIT] == Score(0.0, 0.0, 0.0, 1)


@pytest.mark.parametrize(
    ("true", "said", "expected"),
    [
        pytest.param("", "", Score(1.0, 1.0, 1.0, 0), id="neither said nor true"),
        pytest.param("", SUMMIT, Score(0.0, 1.0, 0.0, 0), id="said alone"),
        pytest.param(SUMMIT, "", Score(0.0, 0.0, 0.0, 1), id="true alone"),
        pytest.param(SUMMIT, SUMMIT, Score(1.0, 1.0, 1.0, 1), id="both"),
    ],
)
def test_what_has_no_denominator_is_right_when_there_is_nothing_to_find(
    verdict: Make, true: str, said: str, expected: Score
) -> None:
    assert figures(verdict(true, said)).categories[Category.SUMMIT] == expected


def test_macro_f1_is_over_categories_of_five_gold_events(verdict: Make) -> None:
    launches = [verdict(MISSILE, MISSILE)] * 5
    assert figures(*launches, *[verdict(SUMMIT)] * 4).macro_f1 == 1.0
    assert figures(*launches, *[verdict(SUMMIT)] * 5).macro_f1 == 0.5
    assert figures(*launches[1:]).macro_f1 is None
    assert figures(*launches[1:]).macro_f1_95 is None


def test_the_interval_leaves_out_seven_of_three_hundred_draws_on_either_side(verdict: Make) -> None:
    right, missed = verdict(MISSILE, MISSILE).outcome, verdict(MISSILE).outcome
    draws = iter(range(scores.DRAWS))

    def resample(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        hits = next(draws)
        return [right] * hits + [missed] * (len(outcomes) - hits)

    found = scores.interval([right] * scores.DRAWS, resample)
    f1 = [2 * hits / (hits + scores.DRAWS) for hits in (7, 292)]
    assert found == pytest.approx(tuple(f1))


def test_draws_without_a_macro_f1_do_not_count(verdict: Make) -> None:
    right = verdict(MISSILE, MISSILE).outcome
    draws = iter([[right] * 5] + [[]] * (scores.DRAWS - 1))
    assert scores.interval([right] * 5, lambda _: next(draws)) == (1.0, 1.0)


def test_status_is_judged_where_the_category_is_right(verdict: Make) -> None:
    verdicts = [
        verdict(MISSILE, MISSILE),
        verdict(MISSILE, "missile_launch:planned"),
        verdict(MISSILE, "summit:planned"),
        verdict("", "summit:planned"),
    ]
    assert figures(*verdicts).status_accuracy == 0.5
    counted = scores.confusion(verdicts)
    assert counted[Status.OCCURRED] == {"occurred": 1, "planned": 1, "called_off": 0}
    assert sum(n for said in counted.values() for n in said.values()) == 2
    assert figures(verdict(MISSILE)).status_accuracy is None


def test_of_several_events_of_a_category_the_first_counts(verdict: Make) -> None:
    true, said = "exercise:planned exercise:occurred", "exercise:planned exercise:called_off"
    assert figures(verdict(true, said)).status_accuracy == 1.0
    assert figures(verdict(true, " ".join(reversed(said.split())))).status_accuracy == 0.0


def test_prominence_is_judged_where_gold_has_one(verdict: Make) -> None:
    found = figures(
        verdict("summit:occurred:main", "summit:occurred:main"),
        verdict("summit:occurred:mention", "summit:occurred:main"),
        verdict("summit:occurred:mention", "summit:occurred:mention"),
        verdict("summit:occurred:mention", MISSILE),
        verdict("summit:occurred", "summit:occurred:mention"),
    )
    assert found.prominence_accuracy == pytest.approx(2 / 3)
    assert figures(verdict(SUMMIT, SUMMIT)).prominence_accuracy is None


def test_a_false_alarm_is_an_item_that_reports_of_those_without_events(verdict: Make) -> None:
    found = figures(
        verdict("", f"{MISSILE} {SUMMIT}"),
        verdict("", MISSILE, stratum="random"),
        verdict("", "", stratum="random"),
        verdict(),
        verdict(),
        verdict(SUMMIT, MISSILE),  # wrong, yet of something
    )
    assert (found.false_alarm_rate, found.false_alarm_rate_random) == (2 / 5, 1 / 2)
    busy = figures(verdict(SUMMIT, SUMMIT, stratum="random"))
    assert (busy.false_alarm_rate, busy.false_alarm_rate_random) == (None, None)


@pytest.mark.parametrize(
    ("true", "said", "wrong"),
    [
        pytest.param(MISSILE, "missile_launch:planned", False, id="another status"),
        pytest.param(MISSILE, f"{MISSILE} {MISSILE}", False, id="twice"),
        pytest.param(MISSILE, f"{MISSILE} {SUMMIT}", True, id="one too many"),
        pytest.param(f"{MISSILE} {SUMMIT}", MISSILE, True, id="one missed"),
    ],
)
def test_an_item_is_wrong_by_its_categories(
    verdict: Make, true: str, said: str, wrong: bool
) -> None:
    assert verdict(true, said).wrong is wrong


def test_times_are_microseconds(verdict: Make) -> None:
    took = scores.timing([verdict(seconds=n / 1e6) for n in range(1, 201)])
    assert (took.mean, took.median, took.p99) == pytest.approx((100.5, 100.5, 199))
    assert scores.timing([verdict(seconds=0.001)]).p99 == pytest.approx(1_000)


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        pytest.param({"language": "en"}, "en-short", id="English"),
        pytest.param({"language": "ko"}, "ko", id="Korean"),
        pytest.param({"language": "en-GB"}, "en-short", id="a region"),
        pytest.param({"language": None}, "und", id="no language"),
        pytest.param({"language": "ko", "stratum": "full"}, "full", id="full"),
        pytest.param({"stratum": "csis-balloon"}, "csis-balloon", id="a set of its own"),
        pytest.param({"stratum": None, "body": "x" * 600}, "en-short", id="no stratum, short"),
        pytest.param({"stratum": None, "body": "x" * 601}, "full", id="no stratum, long"),
        pytest.param({"stratum": "S", "body": "x" * 601}, "en-short", id="a stratum, long"),
    ],
)
def test_an_item_counts_in_one_group(verdict: Make, fields: dict[str, Any], group: str) -> None:
    assert list(scores.groups([verdict(**fields)])) == [group]


def test_without_a_stratum_a_prominence_makes_an_article(verdict: Make) -> None:
    assert verdict("summit:occurred:main", stratum=None).item.group == "full"
    assert verdict("summit:occurred", stratum=None).item.group == "en-short"
