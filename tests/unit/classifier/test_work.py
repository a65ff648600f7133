"""The work that a text makes: at most in proportion to its length, and none beyond its head.

Work is counted, not timed: every call of a function, of Python or of C, while an item is read.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.news import NewsItem
from schemas.report import MAX_BODY_BYTES, MAX_TITLE, Report
from services.classifier import lexicons, model
from services.classifier.classify import Classifier
from services.classifier.evidence import MAX_SENTENCE
from services.classifier.findings import Finding

NOW = datetime(2024, 6, 27, tzinfo=UTC)
EAGER = Classifier(lexicons.packaged, model.load(), threshold=0)  # it reports all that it finds
LANGUAGES = sorted(lexicons.languages())
COMMON = ("\u200b", "\U0001f680", "<b>", "&amp;", "G7", "18", "\n", "! ", "| ", "\uff2d", '"', "x")
FRAGMENTS = {
    "en": (
        *("North Korea", "Russia", "fires", "missiles", "at", "Putin", "meets", "Kim", "summit"),
        *("president", "balloons", "over", "border", "Freedom Edge", "Ulchi", "drills", "army"),
        *("will", "cancels", "on Wednesday", "June 18-19", "in Seoul", "U.S.", ". "),
    ),
    "ko": (
        *("북한", "러시아", "미사일", "발사", "푸틴", "김정은", "정상회담", "대통령", "풍선"),
        *("훈련", "한미", "예정", "취소", "24일", "서울에서", ". "),
    ),
    "ja": (
        *("北朝鮮", "ロシア", "ミサイル", "発射", "プーチン", "首脳会談", "大統領", "風船"),
        *("演習", "米韓", "予定", "中止", "24日", "東京で", "。"),
    ),
    "zh": (
        *("朝鲜", "俄罗斯", "导弹", "发射", "普京", "金正恩", "峰会", "总统", "气球"),
        *("演习", "美韩", "计划", "取消", "24日", "在北京", "。"),
    ),
}
SIZES = {"title": 3, "body": 4}  # sentences of the greatest length; twice as many are in the head
MEBIBYTE = 2**20
HOSTILE = {
    "one long word": "x",
    "one long word of another script": "회線",
    "full stops": ". ",
    "abbreviations": "U. S. ",
    "breaks": "\n\u2028 | ",
    "marks that close": '.")! ',
    "what is not seen": "x\u00ad\u200b\ufeff",
    "what looks like letters": "\uff2d\uff29",
    "tags and entities": "<a href='&#8217;&amp;",
    "blocks": "<p>x</P ><br>",
    "boilerplate": "Also read: x\n관련기사 x\n",
    "syllables in their parts": "\u1112\u1161\u11ab ",
    "numbers and dates": "18-19 June 24일 2024年6月",
    "symbols": "(\U0001f680\u202e\u0301\x00",
}

languages = pytest.mark.parametrize("language", LANGUAGES)
fields = pytest.mark.parametrize("field", ["title", "body"])


def item(language: str, field: str, text: str) -> NewsItem:
    return NewsItem(**{"id": "1", "title": "News", "language": language, field: text})


def calls(act: Callable[[], object]) -> int:
    """Return how many calls an act makes."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return made


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """Load the lexicons before anything is counted."""
    for language in LANGUAGES:
        lexicons.packaged(language)


A_SENTENCE: Final = 8_000  # calls for one more: it is looked through for each phrase of a lexicon


def found(of: NewsItem) -> list[Finding]:
    """Return all that an item may tell."""
    lexicon = EAGER.lexicon(of)
    assert lexicon is not None
    return list(EAGER.findings(of, lexicon))


def reports(of: NewsItem) -> list[Report]:
    return EAGER.reports(of, ingested_at=NOW, classified_at=NOW)


def test_every_language_is_tried() -> None:
    assert sorted(FRAGMENTS) == LANGUAGES


def assert_proportional(
    choice: Any, language: str, field: str, act: Callable[[NewsItem], object]
) -> None:
    """Assert that an act on a repeated text makes twice the calls for twice the text.

    What is repeated is as long as a sentence may be, so that it is cut alike every time.
    """
    fragments = st.sampled_from([*FRAGMENTS[language] * 2, *COMMON])
    unit = choice.draw(st.lists(fragments, min_size=1, max_size=9).map(" ".join)) + " "
    text = (unit * MAX_SENTENCE)[:MAX_SENTENCE]
    once, twice = (
        calls(partial(act, item(language, field, text * times)))
        for times in (SIZES[field], 2 * SIZES[field])
    )
    assert 0 < twice <= 2.1 * once + A_SENTENCE


@languages
@fields
@settings(max_examples=20, deadline=None)
@given(choice=st.data())
def test_twice_the_text_makes_at_most_twice_the_work(
    language: str, field: str, choice: Any
) -> None:
    assert_proportional(choice, language, field, found)


@languages
@settings(max_examples=15, deadline=None)
@given(choice=st.data())
def test_twice_the_headline_makes_at_most_twice_the_work_to_its_reports(
    language: str, choice: Any
) -> None:
    assert_proportional(choice, language, "title", reports)


@languages
@fields
def test_what_stands_beyond_the_head_makes_no_work(language: str, field: str) -> None:
    text = " ".join(FRAGMENTS[language])
    read = {"title": MAX_TITLE, "body": MAX_BODY_BYTES}[field]
    once, more = (
        calls(partial(found, item(language, field, text * n)))
        for n in (read // len(text) + 1, 4 * read // len(text))
    )
    assert once > 1000
    assert abs(more - once) < 100  # what is made once and kept


@languages
@fields
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_it_ends(unit: str, field: str, language: str) -> None:
    story = " ".join(FRAGMENTS[language])
    of = item(language, field, story + unit * (MEBIBYTE // len(unit)))
    found = reports(of)
    assert found
    for report in found:
        for span in report.evidence:
            assert getattr(of, span.field)[span.start : span.end] == span.text
