"""A sentence is read where a phrase of the list stands in it, and nowhere else."""

import pytest

from services.classifier.watchlists import SpacedWatchlist, UnspacedWatchlist

SPACED = SpacedWatchlist([("missile",), ("military", "exercise"), ("state", "of", "readiness")])
UNSPACED = UnspacedWatchlist([tuple("演习"), tuple("导弹")])


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("the missile fell", True),
        ("a military exercise", True),
        ("military exercise", True),
        ("in a state of readiness", True),
        ("the exercise of a military right", False),
        ("a military exercised", False),
        ("readiness of a state", False),
        ("unmilitary exercise", False),
        ("", False),
    ],
)
def test_a_phrase_is_its_words_in_their_order(text: str, stands: bool) -> None:
    assert SPACED.among(text.split()) is stands


def test_key_words_are_counted_once_each() -> None:
    assert SPACED.count(["missile", "after", "missile", "in", "a", "military", "exercise"]) == 2


@pytest.mark.parametrize(("text", "stands"), [("军事演习", True), ("演讲练习", False), ("", False)])
def test_characters_are_words(text: str, stands: bool) -> None:
    assert UNSPACED.among(list(text)) is stands


def test_each_phrase_of_characters_is_counted() -> None:
    assert UNSPACED.count(list("导弹演习")) == 2
