"""The lexicon: what the packaged file holds, and what a wrong one is told."""

import copy
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
import yaml

from services.classifier import lexicons
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon, Tag

DOCUMENT = yaml.load(
    files("services.classifier").joinpath("lexicon", "en.yaml").read_bytes(), lexicons.LOADER
)
Read = Callable[[str], Sentence]


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def test_the_packaged_lexicon_is_english_and_every_tag_has_words(lexicon: Lexicon) -> None:
    assert lexicon.language == "en"
    found = [one for alone, longer in lexicon.begins.values() for one in (alone, *longer.values())]
    entries = [entry for some in found for entry in some]
    used = {tag for entry in entries for tag in entry.tags}
    assert used == set(Tag)


def test_a_language_that_nobody_wrote_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        lexicons.load("xx")


def test_the_longest_phrase_wins_and_takes_its_words(sentence: Read) -> None:
    read = sentence("a trial balloon over a balloon")
    assert list(read.hits[Tag.BALLOON]) == [5]


def test_a_word_with_capitals_is_matched_only_as_written(sentence: Read) -> None:
    assert [m.country for *_, m in sentence("tell US and U.S. and us").mentions] == ["US", "US"]


def test_a_word_of_two_meanings_has_both(sentence: Read) -> None:
    read = sentence("north korea")
    assert read.hits[Tag.SPACE_POWER] == [0]
    assert [m.country for *_, m in read.mentions] == ["KP"]


def test_a_name_is_told_as_the_lexicon_spells_it(sentence: Read) -> None:
    names = [name for *_, name in sentence("HWASONG-18 and UFG and freedom edge").names]
    assert names == ["Hwasong-18", "Ulchi Freedom Guardian", "Freedom Edge"]


def test_a_misspelt_key_is_refused_by_name(document: dict[str, Any]) -> None:
    document["wordz"] = document.pop("words")
    with pytest.raises(ValueError, match=r"the lexicon: .*'words', 'wordz'"):
        lexicons.build(document)


@pytest.mark.parametrize("section", ["words", "calendar"])
def test_a_missing_section_is_refused_by_name(section: str, document: dict[str, Any]) -> None:
    key = next(iter(document[section]))
    del document[section][key]
    with pytest.raises(ValueError, match=f"{section}: .*{key}"):
        lexicons.build(document)


def test_a_country_with_a_misspelt_key_is_refused_by_its_code(document: dict[str, Any]) -> None:
    document["countries"]["KP"]["capitol"] = []
    with pytest.raises(ValueError, match=r"countries: KP: .*capitol"):
        lexicons.build(document)


@pytest.mark.parametrize("word", [True, 7, None, " ", "!"])
def test_what_is_no_word_is_refused(word: object, document: dict[str, Any]) -> None:
    document["words"]["towards"].append(word)
    with pytest.raises(ValueError, match="is no word"):
        lexicons.build(document)
