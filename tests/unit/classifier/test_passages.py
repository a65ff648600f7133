"""The pieces of an item that are judged: its head, and each later sentence that has a trigger."""

from unicodedata import normalize

import pytest

from services.classifier import lexicons
from services.classifier.categories.all import KINDS
from services.classifier.passages import ABSTRACT, HEAD, LEAD, Passage, passages
from tests.support import small

MISSILE, BALLOON, SUMMIT, EXERCISE = KINDS
PLAIN = "Rain fell. "
TOLD = "Russia fires a missile. "


def read(title: str, body: str = "") -> list[Passage]:
    return passages(title, body, small.lexicon())


def texts(passage: Passage) -> list[str]:
    return [sentence.text.strip() for sentence in passage.sentences]


def test_the_headline_alone_is_a_head() -> None:
    (head,) = read(TOLD)
    assert (head.head, head.main, texts(head)) == (True, True, [TOLD.strip()])


def test_a_body_alone_is_a_head_too() -> None:
    (head,) = read("", TOLD)
    assert (head.head, head.main, texts(head)) == (True, True, [TOLD.strip()])


def test_every_sentence_of_the_headline_is_judged_with_the_lead() -> None:
    (head,) = read(TOLD + PLAIN * 9, PLAIN)
    assert len(head.sentences) == 11


def test_an_abstract_is_judged_as_one() -> None:
    (head,) = read("News", PLAIN * (ABSTRACT - 1) + TOLD)
    assert len(head.sentences) == 1 + ABSTRACT


def test_of_a_longer_body_the_first_sentences_are_and_the_others_alone() -> None:
    head, *later = read("News", PLAIN * (HEAD - 1) + TOLD + "Kim plans drills. " * 2 + PLAIN * 9)
    assert texts(head) == ["News", *[PLAIN.strip()] * (HEAD - 1), TOLD.strip()]
    assert [(texts(p), p.head, p.main) for p in later] == [
        (["Kim plans drills."], False, False)
    ] * 2


def test_later_sentences_without_a_trigger_are_left_out() -> None:
    (later,) = read("News", PLAIN * 9 + TOLD + PLAIN * 9)
    assert texts(later) == [TOLD.strip()]


@pytest.mark.parametrize(
    ("language", "opening", "news"),
    [
        ("en", "ALSO READ: ", "Russia fires a missile."),
        ("en", "  » Related: ", "Russia fires a missile."),
        ("en", "<p>Watch: ", "Russia fires a missile</p>"),
        ("en", "Also\u00a0 read\uff1a ", "Russia fires a missile."),
        ("en", "<b>Related</b> : ", "Russia fires a missile."),
        ("ko", "[관련기사] ", "북한이 미사일을 발사했다."),
        ("ko", "▶ 관련 기사: ", "북한이 미사일을 발사했다."),
        ("ko", normalize("NFD", "[관련기사] "), "북한이 미사일을 발사했다."),
        ("ko", "\u200b많이 본 뉴스 ", "북한이 미사일을 발사했다."),
        ("zh", "延伸阅读——", "朝鲜发射导弹。"),
        ("zh", "【相關報導】", "朝鲜发射导弹。"),
        ("zh", "点击观看: ", "朝鲜发射导弹。"),
        ("ja", "【関連記事】", "北朝鮮がミサイル発射。"),
        ("ja", "【動画】", "北朝鮮がミサイル発射。"),
        ("ja", "動画:", "北朝鮮がミサイル発射。"),
    ],
)
def test_what_pages_put_between_news_is_not_read(language: str, opening: str, news: str) -> None:
    lexicon = lexicons.load(language)
    assert passages("Tea", f"Rain.\n{opening}{news}\nRain.", lexicon) == []
    assert passages("Tea", f"Rain.\n{news}\nRain.", lexicon)


def test_what_pages_put_between_news_is_no_lead() -> None:
    body = f"Related\nAdvertisement\n<p>Read more:</p>\n{PLAIN * 5}{TOLD}"
    head, _ = passages(TOLD, body, lexicons.load("en"))
    assert texts(head) == [TOLD.strip(), *[PLAIN.strip()] * HEAD]


def test_a_headline_is_read_however_it_begins() -> None:
    assert passages("Watch: Russia fires a missile", "", lexicons.load("en"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Related missile launches went on."),
        ("en", "Watch crews saw Russia fire a missile."),
        ("en", "Sign up forces, and Russia fires a missile."),
        ("ko", "관련기사에 따르면 북한이 미사일을 발사했다."),
        ("ko", "사진 속 북한이 미사일을 발사했다."),
        ("zh", "相关报道称朝鲜发射导弹。"),
        ("ja", "関連記事によると北朝鮮がミサイルを発射した。"),
        ("ja", "動画で北朝鮮がミサイルを発射した。"),
    ],
)
def test_news_may_begin_with_words_that_boilerplate_begins_with(language: str, text: str) -> None:
    assert passages("", text, lexicons.load(language))


def test_the_first_paragraph_is_the_first_of_news() -> None:
    lexicon = lexicons.load("en")
    aside, paragraph = "ALSO READ: Tea.\n", PLAIN * HEAD + TOLD.strip() + "\n"
    (inside,) = passages("News", aside * LEAD + paragraph + PLAIN * 9, lexicon)
    assert (inside.head, inside.main) == (False, True)
    assert [sentence.index for sentence in inside.sentences] == [LEAD + HEAD]


@pytest.mark.parametrize("before", ["", "\n\n", " \r\n "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_first_paragraph_is_main_beyond_the_head(before: str, end: str) -> None:
    paragraph = before + PLAIN * HEAD + TOLD.strip() + end
    inside, outside = read("News", paragraph + TOLD + PLAIN * 9)
    assert (inside.head, inside.main) == (False, True)
    assert (outside.head, outside.main) == (False, False)


def test_a_first_paragraph_without_end_is_main_for_its_lead_only() -> None:
    later = read("News", PLAIN * HEAD + TOLD * 9 + "\n" + PLAIN)
    assert [passage.main for passage in later] == [True] * (LEAD - HEAD) + [False] * (
        9 - LEAD + HEAD
    )


def test_a_body_of_one_paragraph_has_no_first_one() -> None:
    later = read("News", PLAIN * HEAD + TOLD * 2 + PLAIN * 9)
    assert [passage.main for passage in later] == [False, False]


def test_an_item_without_a_trigger_has_no_passages() -> None:
    assert read("News", PLAIN * 20) == []
    assert read("") == []


def test_a_head_without_a_trigger_is_left_out() -> None:
    (later,) = read("News", PLAIN * 9 + TOLD)
    assert not later.head
    assert [at for _, at in later.told(MISSILE)] == [[3]]


def test_two_leaders_in_a_headline_are_enough() -> None:
    (head,) = read("Putin embraces Kim")
    assert [list(at) for _, at in head.told(SUMMIT)] == [[0, 2]]


def test_a_passage_shows_what_its_sentences_show_and_counts_over_all() -> None:
    (head,) = read("Kim fires missile", "Putin will follow. The army rests.")
    assert {"title:missile", "+plan", "+military", "leaders=2", "states=2"} <= head.features
    assert not {"title:+plan", "leaders=1"} & head.features


def test_for_a_category_it_also_shows_what_stands_around_its_triggers() -> None:
    (head,) = read("Kim fires missile", "Putin will hold drills soon.")
    missile, drills = (head.shows(kind, head.told(kind)) for kind in (MISSILE, EXERCISE))
    assert head.features < missile
    assert head.features < drills
    assert "< kim fires" in missile - drills
    assert "> soon" in drills - missile


def test_for_a_category_only_sentences_that_tell_of_it_are_told() -> None:
    (head,) = read("Kim fires missile", "Putin will hold drills. More missiles flew.")
    assert [sentence.text.strip() for sentence, _ in head.told(MISSILE)] == [
        "Kim fires missile",
        "More missiles flew.",
    ]
    assert head.told(BALLOON) == []
