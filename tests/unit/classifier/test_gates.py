"""A sentence is read where it has the words that an event is told by, and nowhere else."""

import pytest

from services.classifier.gates import SpacedGate, UnspacedGate, Watched

SPACED = SpacedGate(
    Watched(
        strong=[("missile",), ("military", "exercise"), ("state", "of", "readiness")],
        meetings=[("meets",), ("sits", "down")],
        people=[("president",), ("xi", "jinping"), ("putin",)],
    )
)
UNSPACED = UnspacedGate(
    Watched(strong=[tuple("演习"), tuple("导弹")], meetings=[tuple("会见")], people=[tuple("普京")])
)


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("the missile fell", True),
        ("a military exercise", True),
        ("military exercise", True),
        ("in a state of readiness", True),
        ("the exercise of a military right", False),
        ("a military exercised", False),
        ("readiness of a state", False),
        ("unmilitary exercise", False),
        ("putin meets nobody", True),
        ("the president sits down", True),
        ("who meets whom", False),
        ("putin and xi jinping", False),
        ("", False),
    ],
)
def test_words_open_where_an_event_may_be_told_by_them(text: str, opens: bool) -> None:
    assert SPACED.opens(text.split(), people=False) is opens


@pytest.mark.parametrize(
    ("text", "opens"), [("putin and xi jinping", True), ("putin and putin", False), ("xi", False)]
)
def test_two_people_are_enough_where_that_is_asked(text: str, opens: bool) -> None:
    assert SPACED.opens(text.split(), people=True) is opens


@pytest.mark.parametrize(
    ("text", "opens"),
    [("军事演习", True), ("演讲练习", False), ("普京会见他", True), ("会见他", False), ("", False)],
)
def test_characters_are_words(text: str, opens: bool) -> None:
    assert UNSPACED.opens(list(text), people=False) is opens
