"""The four categories: where each may be told, what speaks for it, whose it is, what is its own."""

import pytest

from schemas.report import Category
from services.classifier.categories import Kind
from services.classifier.categories.all import KINDS
from tests.support.small import sentence

MISSILE, BALLOON, SUMMIT, EXERCISE = KINDS


def triggers(kind: Kind, text: str) -> list[str]:
    """Return the words of a text that may tell of a category."""
    read = sentence(text)
    return [read.words[at] for at in kind.triggers(read)]


def cues(kind: Kind, text: str) -> set[str]:
    read = sentence(text)
    return set(kind.cues(read, kind.triggers(read)))


def actors(kind: Kind, text: str) -> list[tuple[str, str]]:
    read = sentence(text)
    return [(actor.name, actor.role) for actor in kind.actors(read, kind.triggers(read))]


def own(kind: Kind, text: str) -> dict[str, list[int]]:
    read = sentence(text)
    return {name: list(at) for name, at in kind.own(read, kind.triggers(read)).items()}


def test_every_category_has_one_kind() -> None:
    assert [kind.category for kind in KINDS] == list(Category)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (MISSILE, "missile, then missiles and Pike-2", ["missile", "missiles", "pike"]),
        (MISSILE, "Kim fired", []),
        (BALLOON, "A balloon over balloons", ["balloon", "balloons"]),
        (BALLOON, "A missile", []),
        (EXERCISE, "Army drill before war games, Iron Gate", ["drill", "war", "iron"]),
        (EXERCISE, "army", []),
        (SUMMIT, "Kim meets Putin at summit", ["meets", "summit"]),
        (SUMMIT, "Kim and Putin agree", ["kim", "putin"]),
        (SUMMIT, "President and president agree", ["president", "president"]),
        (SUMMIT, "President Kim agrees", []),
        (SUMMIT, "Kim of Pyongyang, Kim again", []),
        (SUMMIT, "Kim and the US agree", []),
        (SUMMIT, "Russia and the US agree", []),
    ],
)
def test_a_category_is_told_at_its_triggers(kind: Kind, text: str, words: list[str]) -> None:
    assert triggers(kind, text) == words


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.category)
def test_a_sentence_of_nothing_has_no_trigger(kind: Kind) -> None:
    assert triggers(kind, "Rain fell on the town") == []


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (MISSILE, "Kim fires a missile", "Kim praises a missile"),
        (MISSILE, "Kim fires a missile", "missile" + " x" * 40 + " fires"),
        (EXERCISE, "army drill", "fire drill"),
        (EXERCISE, "war games", "drill"),
        (SUMMIT, "Kim meets Putin", "Kim meets fans"),
        (SUMMIT, "Kim meets Putin", "Kim and Putin agree"),
        (SUMMIT, "President of Russia meets Kim", "President of Russia, Putin, meets"),
    ],
)
def test_what_speaks_for_a_category_tells_its_pairs_apart(kind: Kind, one: str, other: str) -> None:
    assert cues(kind, one) != cues(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (MISSILE, "Kim fires a missile", "Putin fired missiles"),
        (EXERCISE, "US army drill", "Russian army drills"),
        (SUMMIT, "Kim meets Putin", "Putin meets Kim"),
        (SUMMIT, "President Putin meets Kim", "Kim meets Putin"),
        (BALLOON, "A balloon", "balloons"),
    ],
)
def test_it_does_not_depend_on_who_it_is(kind: Kind, one: str, other: str) -> None:
    assert cues(kind, one) == cues(kind, other) != set()


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            MISSILE,
            "Russia fires missile at US",
            [("Russia", "launcher"), ("United States", "target")],
        ),
        (BALLOON, "North Korea fires balloons", [("North Korea", "launcher")]),
        (
            EXERCISE,
            "US and Russian army drill",
            [("United States", "participant"), ("Russia", "participant")],
        ),
        (
            SUMMIT,
            "Kim meets Putin in Washington",
            [
                ("Kim Jong Un", "participant"),
                ("Vladimir Putin", "participant"),
                ("United States", "host"),
            ],
        ),
        (MISSILE, "A missile flew", []),
    ],
)
def test_actors_take_the_roles_of_the_category(
    kind: Kind, text: str, expected: list[tuple[str, str]]
) -> None:
    assert actors(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (EXERCISE, "Iron Gate follows Blue Tide drill", {"Iron Gate": [0], "Blue Tide": [3]}),
        (EXERCISE, "Iron Gate, again Iron Gate", {"Iron Gate": [0, 3]}),
        (EXERCISE, "US drill", {}),
        (MISSILE, "North Korea fires missile", {"KP": [3]}),
        (MISSILE, "Missile fired from Russia", {"RU": [0]}),
        (MISSILE, "Russian missile", {"RU": [1]}),
        (MISSILE, "Pike-2 missile", {}),
        (MISSILE, "Missile fired, Russia says", {}),
        (BALLOON, "North Korea fires balloons", {"KP": [3]}),
        (SUMMIT, "Kim meets Putin", {}),
    ],
)
def test_what_is_an_event_s_own_tells_it_from_another(
    kind: Kind, text: str, expected: dict[str, list[int]]
) -> None:
    assert own(kind, text) == expected
