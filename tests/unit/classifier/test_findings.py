"""How findings become events: which are the same, how prominent, whose, and what proves them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.news import NewsItem
from schemas.report import Category, Prominence, Report
from services.classifier.classify import Classifier
from services.classifier.findings import MAX_PROOF, Event, events, findings
from services.classifier.model import Linear, Model
from services.classifier.passages import passages
from tests.support import small

Said = Callable[..., list[Report]]
PLAIN = "Rain fell. "
FRAGMENTS = (
    *("Russia fires missiles", "North Korea will fire", "Iron Gate", "Blue Tide drill", "Kim"),
    *("meets Putin", "balloons", "cancelled", "\U0001f680", "<p>", "&amp;", "\u200b"),
    *(". ", "! ", "\n", "x " * 350),
)

WORDS = {
    Category.MISSILE_LAUNCH: ("missiles",),
    Category.BALLOON_LAUNCH: ("balloons",),
    Category.SUMMIT: ("meets", "kim", "putin"),
    Category.EXERCISE: ("iron gate", "blue tide", "drill"),
}


def told(category: Category, title: str, body: str = "", model: Model = small.SURE) -> list[Event]:
    """Return the events of a category that a model takes an item to tell."""
    found = findings(passages(title, body, small.lexicon()), model)
    return [event for event in events(found) if event.category is category]


def names(title: str, body: str = "") -> list[tuple[str, ...]]:
    """Return the names of an item's exercises, by event."""
    return [event.names for event in told(Category.EXERCISE, title, body)]


def launchers(title: str, body: str = "") -> list[list[str | None]]:
    """Return the countries of an item's missile launches, by event."""
    found = told(Category.MISSILE_LAUNCH, title, body)
    return [[actor.country for actor in event.actors] for event in found]


def reported(title: str, body: str, model: Model = small.SURE) -> list[Report]:
    now = datetime(2024, 6, 27, tzinfo=UTC)
    item = NewsItem(id="1", title=title, body=body, language="en")
    classifier = Classifier({"en": small.lexicon()}.get, model, threshold=0)
    return classifier.reports(item, ingested_at=now, classified_at=now)


def test_two_exercises_of_different_names_are_two_reports(reports: Said) -> None:
    found = reports("Freedom Edge ends", "Ulchi Freedom Guardian is planned for August.")
    assert [(r.names, r.status) for r in found] == [
        (("Freedom Edge",), "occurred"),
        (("Ulchi Freedom Guardian",), "planned"),
    ]


def test_an_exercise_named_twice_is_one_report(reports: Said) -> None:
    (report,) = reports("Freedom Edge begins", "Freedom Edge is a naval exercise.")
    assert report.names == ("Freedom Edge",)
    assert [span.field for span in report.evidence] == ["title", "body"]


def test_what_names_no_exercise_tells_of_the_first_named(reports: Said) -> None:
    (report,) = reports("Allies begin joint drills", "Freedom Shield began on Monday.")
    assert [span.field for span in report.evidence] == ["title", "body"]


def test_one_category_is_one_report_of_its_strongest_sentence(reports: Said) -> None:
    (report,) = reports("Missile test may follow", "North Korea fired a missile on Wednesday.")
    assert report.category == "missile_launch"
    assert report.status == "occurred"


def test_names_of_missiles_are_told_with_their_launch(reports: Said) -> None:
    (report,) = reports("North Korea fires Hwasong-18 and Hwasong-17 missiles")
    assert report.names == ("Hwasong-18", "Hwasong-17")


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Iron Gate follows Blue Tide", "", [("Iron Gate",), ("Blue Tide",)]),
        ("Iron Gate ends", "Blue Tide begins.", [("Iron Gate",), ("Blue Tide",)]),
        ("Iron Gate ends", PLAIN * 6 + "Blue Tide begins.", [("Iron Gate",), ("Blue Tide",)]),
        ("Iron Gate and Iron Gate", "Iron Gate again.", [("Iron Gate",)]),
        ("Army drill", "Iron Gate begins.", [("Iron Gate",)]),
        ("Iron Gate begins", PLAIN * 6 + "The drill ends.", [("Iron Gate",)]),
        ("Drill", PLAIN * 6 + "Iron Gate. Blue Tide. Drill.", [("Iron Gate",), ("Blue Tide",)]),
        ("Army drill", "Another drill.", [()]),
    ],
    ids=[
        "two in one sentence",
        "two in one passage",
        "two in two passages",
        "one again and again",
        "one without a name, then named",
        "one named, then without its name",
        "without a name, it is of the first",
        "none is named",
    ],
)
def test_exercises_of_different_names_are_different_events(
    title: str, body: str, expected: list[tuple[str, ...]]
) -> None:
    assert names(title, body) == expected


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("North Korea fires missile", PLAIN * 6 + "Russia fired missiles.", [["KP"], ["RU"]]),
        ("North Korea fires missile", "Russia fired missiles.", [["KP"], ["RU"]]),
        ("North Korea fires missile", PLAIN * 6 + "A missile hit a town.", [["KP"]]),
        ("A missile flew", PLAIN * 6 + "Russia fired missiles.", [["RU"]]),
        ("Russia fires missile", PLAIN * 6 + "Russian missiles hit.", [["RU"]]),
        ("Russia fires missile", PLAIN * 6 + "A missile, the US said.", [["RU"]]),
    ],
    ids=[
        "two launchers in two passages",
        "two launchers in one passage",
        "one launcher, then none",
        "none, then one launcher",
        "one launcher twice",
        "who only speaks of it is no other launcher",
    ],
)
def test_launches_of_different_states_are_different_events(
    title: str, body: str, expected: list[list[str | None]]
) -> None:
    assert launchers(title, body) == expected


def test_different_categories_are_different_events() -> None:
    found = reported("Russia fires missile during army drill", "")
    assert [r.category for r in found] == [Category.MISSILE_LAUNCH, Category.EXERCISE]


@pytest.mark.parametrize(
    ("title", "body", "prominence"),
    [
        ("Army drill", "", Prominence.MAIN),
        ("News", "Army drill.", Prominence.MAIN),
        ("News", PLAIN * 6 + "Army drill.", Prominence.MENTION),
        ("News", PLAIN * 2 + "Army drill.\n" + PLAIN * 6, Prominence.MAIN),
        ("Army drill", PLAIN * 6 + "The drill ends.", Prominence.MAIN),
    ],
    ids=["headline", "lead", "below", "first paragraph", "headline and below"],
)
def test_an_event_is_main_where_any_finding_of_it_is(
    title: str, body: str, prominence: Prominence
) -> None:
    (event,) = told(Category.EXERCISE, title, body)
    assert event.prominence is prominence


def test_main_events_come_first_and_others_in_the_item_s_order() -> None:
    body = PLAIN * 6 + "Iron Gate ends. A balloon flew. Blue Tide ends."
    found = reported("Russia fires missile", body)
    assert [(r.category, r.names, r.prominence) for r in found] == [
        (Category.MISSILE_LAUNCH, (), Prominence.MAIN),
        (Category.EXERCISE, ("Iron Gate",), Prominence.MENTION),
        (Category.BALLOON_LAUNCH, (), Prominence.MENTION),
        (Category.EXERCISE, ("Blue Tide",), Prominence.MENTION),
    ]


def test_names_are_told_once_each_and_only_of_triggers() -> None:
    (event,) = told(Category.MISSILE_LAUNCH, "Pike-2 missile fired in Iron Gate", "Pike-2 flew.")
    assert event.names == ("Pike-2",)


def test_actors_are_those_of_the_best_finding_else_of_the_first_that_names_any() -> None:
    weighed = Model(
        {category: Linear(1, {"+plan": 2, "+cancel": 4}) for category in Category}, {}, (1, 0)
    )
    body = PLAIN * 6 + "The US will drill. "
    (event,) = told(Category.EXERCISE, "Russian drill", body, weighed)
    assert [actor.country for actor in event.actors] == ["US"]
    (event,) = told(Category.EXERCISE, "Russian drill", body + "A drill cancelled.", weighed)
    assert [actor.country for actor in event.actors] == ["RU"]


def test_the_best_finding_is_the_strongest_and_the_first_of_equals() -> None:
    weighed = Model({category: Linear(1, {"+plan": 2}) for category in Category}, {}, (1, 0))
    body = PLAIN * 6 + "They will drill. The army will drill."
    (event,) = told(Category.EXERCISE, "A drill", body, weighed)
    assert [finding.score for finding in event.findings] == [1, 3, 3]
    assert event.best is event.findings[1]


def test_a_finding_below_the_head_is_scaled_and_one_in_the_head_is_not() -> None:
    weighed = Model({category: Linear(4, {}) for category in Category}, {}, (0.5, -1))
    (event,) = told(Category.EXERCISE, "A drill", PLAIN * 6 + "A drill.", weighed)
    assert [(finding.score, finding.head) for finding in event.findings] == [(4, True), (1, False)]


def test_the_sentences_that_tell_of_an_event_prove_it_and_no_others() -> None:
    (report,) = reported("News", "Rain fell. An army drill began. Snow fell. The drill ends.")
    assert [span.text for span in report.evidence] == ["An army drill began.", "The drill ends."]


def test_few_of_many_sentences_are_shown() -> None:
    (report,) = reported("Drill", "The army drill goes on. " * 40)
    assert len(report.evidence) == MAX_PROOF


@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join),
)
def test_evidence_is_verbatim_and_holds_a_trigger_of_its_event(title: str, body: str) -> None:
    for report in reported(title or "News", body):
        assert report.evidence
        for span in report.evidence:
            field: str = getattr(report.item, span.field)
            assert field[span.start : span.end] == span.text
            assert any(word in span.text.lower() for word in WORDS[Category(report.category)])
