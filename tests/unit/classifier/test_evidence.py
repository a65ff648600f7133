"""Sentences, their words, and the spans cut from them."""

from collections.abc import Callable

import pytest

from services.classifier.evidence import (
    FAR,
    MAX_SENTENCE,
    MAX_SPAN,
    Sentence,
    distance,
    pieces,
    read,
    span,
)
from services.classifier.lexicons import Lexicon
from services.classifier.passages import ABSTRACT, HEAD, passages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One missile. Two missiles! Three?", ["One missile.", "Two missiles!", "Three?"]),
        ("The U.S. Navy fired missiles.", ["The U.S. Navy fired missiles."]),
        ("S. Korea and Gen. Lee on missiles.", ["S. Korea and Gen. Lee on missiles."]),
        ("Tea (Gen. Lee on missiles) and rice.", ["Tea (Gen. Lee on missiles) and rice."]),
        ("\u201cLt. Lee, Maj.-Gen. Kim.", ["\u201cLt. Lee, Maj.-Gen. Kim."]),
        ("Tea,\u00a0Gen. Lee said.", ["Tea,\u00a0Gen. Lee said."]),
        ("No legend. No cogen. Tea.", ["No legend.", "No cogen.", "Tea."]),
        ("Tea on May 4. Rice (5G). Tea.", ["Tea on May 4.", "Rice (5G).", "Tea."]),
        ("Tea over 5G. Rice.", ["Tea over 5G.", "Rice."]),
        ("Messrs. Kim and Lee met.", ["Messrs. Kim and Lee met."]),
        ('He said "fire a missile." It flew.', ['He said "fire a missile."', "It flew."]),
        ("Headline missile | Outlet", ["Headline missile |", "Outlet"]),
        ("First missile\n\nSecond missile", ["First missile", "Second missile"]),
        ("One missile...  Two (missiles.) Three", ["One missile...", "Two (missiles.)", "Three"]),
        ("  \n \n\r\n  ", []),
        ("", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, expected: list[str], lexicon: Lexicon) -> None:
    assert [s.text.strip() for s in pieces("body", text, lexicon.wording)] == expected


def test_blank_lines_are_no_sentences(lexicon: Lexicon) -> None:
    found = pieces("body", "\n\n\nA missile.\n\n \nA rocket.", lexicon.wording)
    assert [piece.order for piece in found] == [0, 1]


def test_below_the_head_only_sentences_with_a_trigger_are_read(lexicon: Lexicon) -> None:
    body = "One. " * ABSTRACT + "Nothing here. A missile here. "
    head, later = passages("Missile news", body, lexicon)
    assert [s.index for s in head.sentences] == [0, *range(HEAD)]
    assert [s.index for s in later.sentences] == [ABSTRACT + 1]


def test_an_abstract_is_all_head(lexicon: Lexicon) -> None:
    (head,) = passages("News", "One. " * (ABSTRACT - 1) + "A missile here. ", lexicon)
    assert [s.index for s in head.sentences] == [0, *range(ABSTRACT)]


def test_a_text_without_a_trigger_is_not_read(lexicon: Lexicon) -> None:
    assert passages("News", "Nothing here. Nor here.", lexicon) == []


def test_a_sentence_without_end_is_read_in_pieces(lexicon: Lexicon) -> None:
    text = "missile " * MAX_SENTENCE
    read = list(pieces("title", text, lexicon.wording))
    assert "".join(s.text for s in read) == text
    assert {len(s.text) for s in read} == {MAX_SENTENCE}


def test_offsets_count_code_points_of_the_field(lexicon: Lexicon) -> None:
    text = "\U0001f680 é. Second, a missile."
    found = read(list(pieces("body", text, lexicon.wording))[-1], lexicon)
    at = list(found.words).index("missile")
    assert text[found.starts[at] : found.ends[at]] == "missile"
    assert span(found, at).text == "Second, a missile."


@pytest.mark.parametrize("at", [0, 50, 99], ids=["first word", "middle", "last word"])
def test_a_long_sentence_is_shown_around_its_trigger(
    at: int, sentence: Callable[[str], Sentence]
) -> None:
    text = " ".join(f"word{n:02d}" for n in range(100))
    shown = span(sentence(text), at)
    assert shown.text == text[shown.start : shown.end]
    assert f"word{at:02d}" in shown.text
    assert len(shown.text) <= MAX_SPAN


@pytest.mark.parametrize(
    ("some", "others", "expected"),
    [
        ([1, 9], [4], 3),
        ([1, 9], [8, 20], 1),
        ([5], [5], 0),
        ([], [1], FAR),
        ([1], [], FAR),
    ],
)
def test_distance_is_that_of_the_nearest_two(
    some: list[int], others: list[int], expected: int
) -> None:
    assert distance(some, others) == distance(others, some) == expected
