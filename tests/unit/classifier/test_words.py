"""How a text is cut into words."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classifier.words import SPACED, UNSPACED, Wording

UNSEEN = "\u00ad\u200b\u200d\u200e\u2060\ufeff"
TYPESET = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0"
FRAGMENTS = (
    *("missile", "U.S.", "don't", "5,000-km", "snake_case", " ", "\n", "\x00", "\x1f", "\t"),
    *UNSEEN,
    *TYPESET,
    *("é", "İ", "ß", "\uff2d\uff29", "\uff3f", "\uff01", "\u3000", "북한", "朝鲜", "ミサイル"),
    *("\U0001f680", "²", "e\u0301"),
)
texts = st.one_of(
    st.text(st.characters(codec="ascii"), max_size=40),
    st.text(st.sampled_from("aB9 _-'" + TYPESET), max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join),
)
wordings = pytest.mark.parametrize("wording", [SPACED, UNSPACED], ids=["spaced", "unspaced"])


def seen(text: str) -> str:
    """Return a text as it looks: full-width letters as letters, without what is not seen."""
    looks = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return "".join(c for c in looks if c not in UNSEEN + "\u200c\u200f")


@given(texts)
def test_words_are_the_runs_of_letters_and_digits_of_what_is_seen(text: str) -> None:
    runs = "".join(c if c.isalnum() else " " for c in seen(text)).split()
    assert SPACED.words(text) == runs


@given(texts)
def test_the_fast_way_and_the_slow_way_cut_alike(text: str) -> None:
    assert [*SPACED.words(text), "é"] == SPACED.words(f"{text} é")


@wordings
@given(text=texts)
def test_every_word_stands_where_its_span_says(wording: Wording, text: str) -> None:
    spans = wording.spans(text)
    assert [seen(text[start:end]) for start, end in spans] == wording.words(text)
    assert all(start < end for start, end in spans)
    assert sorted(spans) == spans
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(texts)
def test_without_spaces_a_word_is_a_character_or_a_run_of_latin(text: str) -> None:
    for word in UNSPACED.words(text):
        assert len(word) == 1 or all(
            c in "0123456789" or unicodedata.name(c).startswith(("LATIN", "MULTI", "DIVISION"))
            for c in word
        )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("North Korea fires missile", ["North", "Korea", "fires", "missile"]),
        ("U.S. drills", ["U", "S", "drills"]),
        ("Hwasong-18", ["Hwasong", "18"]),
        ("north-korea_fires/missile", ["north", "korea", "fires", "missile"]),
        ("Kim\u2019s \u201csummit\u201d\u2014off", ["Kim", "s", "summit", "off"]),
        ("\uff2d\uff49\uff53\uff53\uff49\uff4c\uff45\uff01", ["Missile"]),
        ("mis\u00adsi\u200ble", ["missile"]),
        ("\u200bmissile\ufeff", ["missile"]),
        ("Erdo\u011fan meets", ["Erdo\u011fan", "meets"]),
        ("fires\x00a", ["fires", "a"]),
        ("\U0001f680missile\U0001f680", ["missile"]),
        (" \n\u200b", []),
        ("", []),
    ],
)
def test_spaced_words(text: str, words: list[str]) -> None:
    assert SPACED.words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("북한 미사일", ["북", "한", "미", "사", "일"]),
        ("한·미", ["한", "미"]),
        ("朝鲜发射", ["朝", "鲜", "发", "射"]),
        ("ミサイル", ["ミ", "サ", "イ", "ル"]),
        ("화성-18형", ["화", "성", "18", "형"]),
        ("G7峰会", ["G7", "峰", "会"]),
        ("\uff27\uff17サミット\uff01", ["G7", "サ", "ミ", "ッ", "ト"]),
        ("ICBM\u200b발사", ["ICBM", "발", "사"]),
        ("미\u200b사일", ["미", "사", "일"]),
        ("São Paulo에서", ["São", "Paulo", "에", "서"]),
        ("。「」", []),
    ],
)
def test_words_that_no_space_sets_apart(text: str, words: list[str]) -> None:
    assert UNSPACED.words(text) == words


def test_syllables_in_their_parts_are_the_same_words_where_they_stand() -> None:
    whole = "북한이 미사일을 쐈다"
    parts = unicodedata.normalize("NFD", whole)
    assert len(parts) > len(whole)
    assert UNSPACED.words(parts) == UNSPACED.words(whole)
    (lower,) = UNSPACED.lower(parts, [(0, len(parts))])
    assert lower == UNSPACED.words(whole)
    found = [parts[start:end] for start, end in UNSPACED.spans(parts)]
    assert "".join(found) == parts.replace(" ", "")
