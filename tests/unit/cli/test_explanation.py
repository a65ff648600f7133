"""Why the classifier says what it says: with weights that a test sets, and the packaged ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from schemas.news import NewsItem
from schemas.report import Category, Status
from services.classifier import lexicons
from services.classifier.classify import Classifier, load
from services.classifier.model import Linear, Model
from services.cli.explanation import Account, Explainer, Explanation
from services.cli.wording import wording
from tests.support import builders

NOW: Final = datetime(2024, 6, 27, tzinfo=UTC)
FIRED: Final = "North Korea fires a ballistic missile into the sea"
NEVER: Final = Linear(-9.0, {})


def classifier(
    launch: Mapping[str, float],
    *,
    bias: float = 0.0,
    planned: Linear = NEVER,
    below: tuple[float, float] = (1.0, 0.0),
) -> Classifier:
    """Return one that weighs a launch so, and never says anything else."""
    categories = dict.fromkeys(Category, NEVER) | {Category.MISSILE_LAUNCH: Linear(bias, launch)}
    statuses = {Status.PLANNED: planned, Status.CALLED_OFF: NEVER}
    return Classifier(lexicons.packaged, Model(categories, statuses, below), threshold=0.5)


def explained(by: Classifier, item: NewsItem, heaviest: int | None = None) -> Explanation:
    return Explainer(by, heaviest).explain(item, NOW)


def account(found: Explanation, category: str = "missile_launch") -> Account:
    return next(account for account in found.accounts if account.category == category)


def test_a_report_comes_with_what_spoke_for_it_and_against_it_heaviest_first() -> None:
    by = classifier({"fires": 1.0, "+missile": 2.0, "sea": -0.5, "@state": -0.75, "rain": 9.0})
    found = account(explained(by, builders.item(title=FIRED)))
    assert found.report
    assert found.balance
    assert found.report.category == "missile_launch"
    speaks_for, against = found.balance.speaks_for, found.balance.speaks_against
    assert [(r.feature, r.weight) for r in speaks_for.heaviest] == [("+missile", 2), ("fires", 1)]
    assert [(r.feature, r.weight) for r in against.heaviest] == [("@state", -0.75), ("sea", -0.5)]
    assert (found.balance.bias, found.balance.score) == (0.0, 1.75)
    assert found.balance.confidence == pytest.approx(0.852, abs=0.001)


def test_features_that_are_not_named_still_count() -> None:
    by = classifier({"fires": 1.0, "+missile": 2.0, "a": 0.5})
    found = account(explained(by, builders.item(title=FIRED), heaviest=1))
    assert found.balance
    side = found.balance.speaks_for
    assert (side.features, side.weight) == (3, 3.5)
    assert [reason.feature for reason in side.heaviest] == ["+missile"]


def test_a_category_below_the_threshold_is_kept_out_with_its_reasons() -> None:
    found = account(explained(classifier({"sea": -1.0}), builders.item(title=FIRED)))
    assert found.report is None
    assert found.decision is None
    assert found.balance
    assert found.balance.confidence == pytest.approx(0.269, abs=0.001)
    assert [reason.feature for reason in found.balance.speaks_against.heaviest] == ["sea"]
    assert "missile" in {span.text for span in found.triggers}


def test_a_category_at_the_threshold_is_reported() -> None:
    assert account(explained(classifier({}), builders.item(title=FIRED))).report


def test_of_several_weak_passages_the_strongest_is_explained() -> None:
    body = "One.\nTwo.\nThree.\nFour.\nA missile was shown. \nA missile was sold."
    by = classifier({"shown": -2.0, "sold": -1.0})
    found = account(explained(by, builders.item(title="Parade", body=body)))
    assert [span.text for span in found.evidence] == ["A missile was sold."]


def test_a_category_without_a_trigger_has_no_balance() -> None:
    found = explained(classifier({}), builders.item(title=FIRED))
    assert account(found, "summit") == Account(Category.SUMMIT, threshold=0.5)


def test_each_category_is_accounted_for_reported_ones_first() -> None:
    found = explained(classifier({}), builders.item(title=f"{FIRED} before summit"))
    assert {account.category for account in found.accounts} == set(Category)
    assert [bool(account.report) for account in found.accounts] == [True, False, False, False]


def test_what_stands_below_the_head_counts_for_less() -> None:
    body = f"One.\nTwo.\nThree.\nFour.\nFive.\n{FIRED}."
    by = classifier({"fires": 3.0}, below=(0.5, -0.25))
    found = account(explained(by, builders.item(title="News", body=body)))
    assert found.balance
    assert (found.balance.score, found.balance.counts) == (3.0, 1.25)


@pytest.mark.parametrize(
    ("weight", "status"), [(2.0, Status.PLANNED), (-2.0, Status.OCCURRED)], ids=["yes", "no"]
)
def test_the_status_is_explained_by_the_likeliest_but_occurred(
    weight: float, status: Status
) -> None:
    by = classifier({}, planned=Linear(0.5, {"sea": weight}))
    found = account(explained(by, builders.item(title=FIRED)))
    assert found.report
    assert found.decision
    assert found.report.status == status
    assert found.decision.of is Status.PLANNED
    assert found.decision.balance.score == 0.5 + weight


@pytest.mark.parametrize("field", ["title", "body"])
def test_triggers_and_evidence_are_verbatim(field: str) -> None:
    item = builders.item(**{"title": "뉴스", "language": "ko", field: "北, 어제 탄도미사일을 쐈다"})
    found = account(explained(classifier({}), item))
    assert found.triggers
    for span in (*found.triggers, *found.evidence):
        assert getattr(item, span.field)[span.start : span.end] == span.text
        assert span.field == field


def test_the_words_are_those_of_the_whole_passage_as_written() -> None:
    item = builders.item(title=FIRED, body="The Rocket fell.")
    words = account(explained(classifier({}), item)).words
    assert words["@state"] == ["North Korea"]
    assert words["missile"][-1] == "Rocket"


def test_a_lookalike_that_hides_a_trigger_is_named() -> None:
    found = explained(classifier({}), builders.item(title="A Trial Balloon for the budget"))
    assert list(found.lookalikes) == ["Trial Balloon"]
    assert account(found, "balloon_launch").balance is None


def test_a_language_without_a_lexicon_has_no_accounts() -> None:
    found = explained(classifier({}), builders.item(title="Le missile", language="fr-CA"))
    assert (found.language, found.known, found.accounts) == ("fr", False, ())


def test_what_is_explained_is_what_the_packaged_classifier_reports() -> None:
    by = load()
    item = builders.item(title=FIRED, body="Trump and Kim will meet at a summit in Hanoi.")
    reports = by.reports(item, ingested_at=NOW, classified_at=NOW)
    found = explained(by, item)
    assert [a.report for a in found.accounts if a.report] == reports != []
    for one in found.accounts:
        assert (one.report is not None) == bool(
            one.balance and one.balance.confidence >= one.threshold
        )
        if one.balance:
            b = one.balance
            total = b.bias + b.speaks_for.weight + b.speaks_against.weight
            assert total == pytest.approx(b.score)
        if one.report and one.decision:
            likely = one.decision.balance.score > 0
            assert one.report.status == (one.decision.of if likely else Status.OCCURRED)


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("meets", "“meets”"),
        ("fired at", "“fired at”"),
        ("state_visit", "“state visit”"),
        ("風_船", "“風船”"),
        ("meets @leader", "“meets” then a leader"),
        ("^ @missile", "the start then a named missile"),
        ("# $", "a number then the end"),
        ("meet>@leader", "MEET … a leader"),
        ("^>missile_done", "the start … MISSILE_DONE"),
        ("+plan", "PLAN"),
        ("plan 1 before", "PLAN, up to 1 word before the trigger"),
        ("@state 6 after", "a state, up to 6 words after the trigger"),
        ("plan 12 after", "PLAN, more than 6 words after the trigger"),
        ("< set to", "“set to” shortly before the trigger"),
        ("> # days", "“… days” shortly after the trigger"),
        ("leaders=2", "leaders: 2"),
        ("leaders=0, titled=True", "leaders: 0, titled: True"),
        ("=people=2", "read as: people 2"),
        ("=flew, and nothing else", "read as: flew, and nothing else"),
        ("=day ahead", "its day is after that of publication"),
        ("=of summit", "it is of summit"),
        ("of the", "“of the”"),
    ],
)
def test_a_feature_is_told_in_words(feature: str, words: str) -> None:
    assert wording(feature) == words


def test_every_feature_that_weighs_is_told_in_words() -> None:
    learned = load().learned
    linears = [*learned.categories.values(), *learned.statuses.values()]
    features = {name for linear in linears for name in linear.weights}
    assert len(features) > 100
    assert not [name for name in features if set("<>=@^$#+") & set(wording(name))]
