"""Where an event takes place: what says so, and what only names a place."""

import copy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.classifier import lexicon_file, lexicons
from services.classifier.places import place
from tests.support import sentences

load = cache(lexicons.load)


def told(language: str, text: str, *at: str) -> str | None:
    """Return the place of what stands at the words `at` (the first word) of a text."""
    lexicon = load(language)
    read = sentences.sentence(text, lexicon)
    return place(read, [read.starts.index(text.index(word)) for word in at] or [0], lexicon)


TOLD = [
    ("en", "missile fired from Sunan", "Sunan"),
    ("en", "missile launched from the northwestern city of Kusong", "Kusong"),
    ("en", "missile launched at North Korea's Tongchang-ri site", None),
    ("en", "missile fired into the East Sea", "Sea of Japan"),
    ("en", "missile toward the Sea of Japan", "Sea of Japan"),
    ("en", "missile fired into waters off Wonsan", "Wonsan"),
    ("en", "rockets hit Ashkelon", "Ashkelon"),
    ("en", "missile attack on Kyiv", "Kyiv"),
    ("en", "missile over Hokkaido", "Hokkaido"),
    ("en", "summit in Hanoi", "Hanoi"),
    ("en", "summit at Camp David", "Camp David"),
    ("en", "leaders arrive for the Hanoi summit", "Hanoi"),
    ("en", "Singapore summit opens", "Singapore"),
    ("en", "Doha-hosted summit", "Doha"),
    ("en", "Putin visits Pyongyang", "Pyongyang"),
    ("en", "visit to Pyongyang", "Pyongyang"),
    ("en", "drills in the Taiwan Strait", "Taiwan Strait"),
    ("en", "drills near Guam", "Guam"),
    ("ko", "순안에서 미사일 발사", "Sunan"),
    ("ko", "미사일 동해상으로 발사", "Sea of Japan"),
    ("ko", "하노이 정상회담", "Hanoi"),
    ("ko", "판문점에서 정상회담", "Panmunjom"),
    ("ko", "푸틴 평양 도착", "Pyongyang"),
    ("ko", "포천 훈련장", "Pocheon"),
    ("zh", "在河内举行峰会", "Hanoi"),
    ("zh", "普京抵达平壤", "Pyongyang"),
    ("zh", "向日本海发射导弹", "Sea of Japan"),
    ("zh", "從順安發射導彈", "Sunan"),
    ("zh", "新加坡峰会", "Singapore"),
    ("zh", "南海军演", "South China Sea"),
    ("ja", "ハノイで首脳会談", "Hanoi"),
    ("ja", "広島サミット", "Hiroshima"),
    ("ja", "順安付近からミサイル", "Sunan"),
    ("ja", "日本海に向けミサイル", "Sea of Japan"),
    ("ja", "プーチン氏が平壌に到着", "Pyongyang"),
]


@pytest.mark.parametrize(("language", "text", "expected"), [row for row in TOLD if row[2]])
def test_a_place_that_is_said_to_be_one_is_told(language: str, text: str, expected: str) -> None:
    assert told(language, text) == expected


ABSENT = [
    ("en", "Pyongyang fires a missile"),
    ("en", "missile warning from Beijing"),
    ("en", "missiles and sanctions on Pyongyang"),
    ("en", "concern over Pyongyang missile"),
    ("en", "Seoul-Beijing summit"),
    ("en", "the US-Seoul summit"),
    ("en", "the Black Sea summit"),
    ("en", "missile test, he told reporters in Tokyo"),
    ("en", "missile test angers the mayor of Ashkelon"),
    ("en", "a missile"),
    ("en", "missile " + "and so on " * 15 + "in Haifa"),
    ("ko", "평양, 미사일 발사"),
    ("ko", "서울의 봄, 정상회담"),
    ("zh", "平壤发射导弹"),
    ("zh", "北京军演"),
    ("ja", "平壌がミサイル発射"),
]


@pytest.mark.parametrize(("language", "text"), ABSENT)
def test_what_only_names_a_place_tells_none(language: str, text: str) -> None:
    assert told(language, text) is None


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("summit in Hanoi after missile launch from Sunan", "summit", "Hanoi"),
        ("summit in Hanoi after missile launch from Sunan", "launch", "Sunan"),
        ("in Seoul they spoke of the drills near Guam", "drills", "Guam"),
    ],
)
def test_the_place_nearest_to_the_trigger_wins(text: str, at: str, expected: str) -> None:
    assert told("en", text, at) == expected


def test_any_of_the_triggers_may_be_the_near_one() -> None:
    text = "summit " + "and so on " * 15 + "talks in Hanoi"
    assert told("en", text, "summit") is None
    assert told("en", text, "summit", "talks") == "Hanoi"


def test_a_place_hides_nothing_of_what_its_words_mean_otherwise() -> None:
    read = sentences.sentence("Sunan, Sea of Japan", load("en"))
    assert [mention.country for *_, mention in read.mentions] == ["JP"]
    assert ("sunan",) not in {entry.words for *_, entry in read.known}


PIECES = ["in", "the", "Sunan", "Pyongyang", "summit", "from", "Sea of Japan", "동해", "상으로"]
PIECES += ["在", "平壤", "举行", "広島", "で", "サミット", "\u200b", "\U0001f680", ""]


@settings(max_examples=150, deadline=None)
@given(
    language=st.sampled_from(["en", "ko", "zh", "ja"]),
    text=st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join),
    triggers=st.lists(st.integers(0, 12), min_size=1, max_size=3),
)
def test_no_text_raises(language: str, text: str, triggers: list[int]) -> None:
    lexicon = load(language)
    read = sentences.sentence(text, lexicon)
    names = {p.name for found in lexicon.places.places.values() for p in found}
    assert place(read, triggers, lexicon) in {None, *names}


def test_a_place_has_one_name_in_all_languages() -> None:
    lexica = [load(language) for language in ("ko", "zh", "ja")]
    english = {p.name for found in load("en").places.places.values() for p in found}
    others = {p.name for lx in lexica for found in lx.places.places.values() for p in found}
    assert others - english == set()


DOCUMENT = lexicon_file.parse((lexicons.FOLDER / "en.yaml").read_bytes())


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("towns", [], r"places\.towns: expected a mapping, not \[\]"),
        ("towns", {"kp": {}}, r"places\.towns\.kp: expected a country's two capitals, not 'kp'"),
        ("towns", {"KP": ["sunan"]}, r"places\.towns\.KP: expected a mapping, not \['sunan'\]"),
        (
            "capitals",
            {"KP": {"Pyongyang": [True]}},
            r"places\.capitals\.KP\.Pyongyang\[0\]: expected text .*, not True",
        ),
        ("waters", {"Red Sea": ["!"]}, r"places\.waters\.Red Sea\[0\]: expected a word, not '!'"),
        ("before", "in", r"places\.before: expected a list, not 'in'"),
        ("before", [True], r"places\.before\[0\]: expected text .*, not True"),
    ],
)
def test_a_wrong_gazetteer_is_refused_with_its_key(key: str, value: Any, message: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["places"][key] = value
    with pytest.raises(ValueError, match=message):
        lexicons.build(document)


def test_a_missing_key_of_the_gazetteer_is_refused_by_name() -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["places"]["waters"]
    with pytest.raises(ValueError, match=r"^places\.waters: is missing$"):
        lexicons.build(document)
