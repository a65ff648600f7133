"""Variants of items, and what a teacher says of them: how they are made, read and learned from."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas.news import NewsItem
from schemas.report import Category
from services.classifier.categories.all import KINDS
from services.classifier.classes import classes
from services.classifier.training import corpus, fit
from services.classifier.training.corpus import TAUGHT, Labelled
from services.classifier.training.variants import READ, SWAPS, variants
from tests.support import small

ITEM = NewsItem(id="1", title="Kim praised the Army; Qqzz fired missiles", body="Rain fell slowly.")
MISSILE = Category.MISSILE_LAUNCH


def test_an_item_has_the_same_variants_every_time() -> None:
    made = list(variants(ITEM))
    assert made == list(variants(ITEM))
    assert {one.id for one in made} == {ITEM.id}


def test_headline_and_text_stand_alone_where_there_are_both() -> None:
    made = [(one.title, one.body) for one in variants(ITEM)]
    assert made[:2] == [(ITEM.title, ""), ("", ITEM.body)]
    assert len(made) == 2 + SWAPS
    assert len(list(variants(ITEM.model_copy(update={"body": ""})))) == SWAPS


def test_words_are_swapped_for_others_of_their_class_and_nothing_else() -> None:
    words, swapped = ITEM.title.split(), set()
    for one in list(variants(ITEM))[2:]:
        others = one.title.split()
        for word, other in zip(words, others, strict=True):
            if word != other:
                swapped.add(word)
                assert other[0].isupper() == word[0].isupper()
                assert fine(other) == fine(word)
    assert swapped
    assert not any("Qqzz" in word for word in swapped)


def fine(word: str) -> str:
    return classes()[word.strip(";").lower()][0]


def test_of_a_long_text_only_its_head_is_in_variants() -> None:
    longer = ITEM.model_copy(update={"body": "rain " * 400})
    assert max(len(one.body) for one in variants(longer)) < 2 * READ


@pytest.mark.parametrize(
    ("language", "stratum", "expected"), [("en", "M", 1), ("ko", "M", 0), ("en", "full", 0)]
)
def test_english_headlines_have_variants(language: str, stratum: str, expected: int) -> None:
    item = ITEM.model_copy(update={"language": language})
    assert len(corpus.varied([Labelled(item, {}, stratum)])) == expected


def said(percents: Sequence[Sequence[int]], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / TAUGHT).write_text(json.dumps({"id": ITEM.id, "said": percents}), encoding="utf-8")
    monkeypatch.setattr(corpus, "files", lambda _: folder)


def test_what_the_teacher_says_is_read_for_each_variant_and_category(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said([[90, 0, 5, 100]] * (SWAPS + 2), monkeypatch, tmp_path)
    items = [Labelled(ITEM.model_copy(update={"id": i, "language": "en"}), {}, "M") for i in "12"]
    found = corpus.taught(items)
    assert len(found) == SWAPS + 2
    names = [str(kind.category) for kind in KINDS]
    assert found[0].chances == dict(zip(names, (0.9, 0.0, 0.05, 1.0), strict=True))
    assert not found[0].measured


def test_judgements_that_are_too_few_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said([[0, 0, 0, 0]], monkeypatch, tmp_path)
    with pytest.raises(ValueError, match="zip"):
        corpus.taught([Labelled(ITEM.model_copy(update={"language": "en"}), {}, "M")])


@pytest.mark.parametrize(("chance", "shares"), [(0.9, [0.9, 0.1]), (1.0, [1.0]), (0.0, [1.0])])
def test_a_variant_in_doubt_teaches_both_as_much_as_it_is_likely(
    chance: float, shares: list[float]
) -> None:
    (example,) = read([("Kim fired a missile", chance)])
    found = list(example.shares(MISSILE))
    assert [share for _, share in found] == pytest.approx(shares)
    assert found[0][0] is (chance > 0)


def test_what_the_teacher_doubts_weighs_less() -> None:
    def score(chance: float) -> float:
        examples = read([(f"Kim fired a missile at {i}", chance) for i in range(9)])
        other = read([(f"Old missile of museum {i}", 0.0) for i in range(9)])
        fitted = fit.category([*examples, *other], MISSILE)
        return float(fit.head_scores(fitted, examples, MISSILE)[0])

    assert score(1.0) > score(0.6) > score(0.2)


def read(told: Sequence[tuple[str, float]]) -> list[fit.Example]:
    items: list[Any] = [
        Labelled(NewsItem(id=title, title=title, language="en"), {}, "M", {str(MISSILE): chance})
        for title, chance in told
    ]
    return fit.examples(items, {"en": small.lexicon()}.get)
