"""The words that say who did what are the lexicon's: another word in their place reads as they."""

import copy
from functools import cache

import pytest

from schemas.report import Actor
from services.classifier import lexicon_file, lexicons
from services.classifier.actors import launchers, participants
from services.classifier.lexicons import Lexicon, Tag
from tests.support import sentences

DOCUMENT = lexicon_file.parse((lexicons.FOLDER / "en.yaml").read_bytes())
MEETING = (Tag.SUMMIT, Tag.MEET, Tag.VISIT, Tag.CALL, Tag.DRILL)


def actors(lexicon: Lexicon, title: str) -> tuple[Actor, ...]:
    """Return who launched, and at whom, where a missile is told of; else who meets."""
    read = sentences.sentence(title, lexicon)
    if flying := read.hits.get(Tag.MISSILE):
        return launchers(read, flying)
    return participants(read, sorted(at for tag in MEETING for at in read.hits.get(tag, ())))


@cache
def strange() -> Lexicon:
    """Return the English lexicon with a word that nobody says as the first of each role."""
    document = copy.deepcopy(DOCUMENT)
    for key, phrases in document["roles"].items():
        first = phrases[0] if phrases else ""
        document["roles"][key] = [
            " ".join(f"{key}zarn" if word == first else word for word in phrase.split())
            for phrase in phrases
        ]
    return lexicons.build(document)


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("joins", "Iran JOINS Russia fire missiles"),
        ("joins", "Missile hits Kyiv JOINS Poland"),
        ("joins", "Fleet holds drills around Taiwan JOINS Japan"),
        ("possessives", "Missile hits Kyiv as Russia POSSESSIVES launches go on"),
        ("possessives", "What happens in Taiwan POSSESSIVES drills"),
        ("possessives", "Trump meets Putin, Ukraine POSSESSIVES war goes on"),
        ("charges", "Russia blamed CHARGES missile"),
        ("pinned", "Kyiv blames missile PINNED Russia"),
        ("itself", "Iran says ITSELF fired missile"),
        ("himself", "Trump meets Putin, Xi says HIMSELF with them"),
        ("hosts", "Drills of Japan HOSTS Australia"),
        ("hosts", "Drills of Japan HOSTS the United States"),
        ("within", "Japan meets India on war WITHIN Ukraine"),
        ("lacks", "Drills of Japan LACKS India"),
        ("behalf", "Trump meets Putin BEHALF Ukraine"),
    ],
)
def test_words_that_govern_names_are_the_lexicon_s(key: str, title: str) -> None:
    word = DOCUMENT["roles"][key][0]
    packaged = lexicons.packaged("en")
    assert packaged
    known = actors(packaged, title.replace(key.upper(), word))
    other = title.replace(key.upper(), f"{key}zarn")
    assert actors(packaged, other) != known
    assert actors(strange(), other) == known
