"""Sentences in dirty text, and what their words are whatever the capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classifier.evidence import pieces, read, span
from services.classifier.markup import blanked
from services.classifier.words import SPACED, UNSPACED, Wording
from tests.support import small

FRAGMENTS = (
    *("missile", "Kim", "U.S.", "Gen.", "summit", "<p>", "</p>", "&amp;", "&#8217;", "&nbsp;"),
    *(
        "READ MORE:",
        "| Outlet",
        ".",
        "! ",
        '."',
        "\n",
        "\r\n",
        " ",
        "\u3000",
        "。",
        "\uff01",
        "\uff1f",
    ),
    *("북한이", "발사", "導弾", "\u200b", "\U0001f680", "\uff2d", "\x85", "\u2028", "x" * 700),
)
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


@pytest.mark.parametrize("wording", [SPACED, UNSPACED], ids=["spaced", "unspaced"])
@given(text=texts)
def test_sentences_stand_apart_at_their_offsets_and_lose_no_word(
    wording: Wording, text: str
) -> None:
    after = 0
    words: list[str] = []
    for piece in pieces("body", text, wording):
        assert after <= piece.start
        after = piece.start + len(piece.text)
        assert text[piece.start : after] == piece.text
        words += piece.words
    assert "".join(words) == "".join(wording.words(blanked(text))).lower()


@given(texts)
def test_a_span_around_any_word_is_verbatim_and_holds_its_first_letter(text: str) -> None:
    lexicon = small.lexicon()
    for piece in pieces("body", text, lexicon.wording):
        sentence = read(piece, lexicon)
        for at, start in enumerate(sentence.starts):
            shown = span(sentence, at)
            assert text[shown.start : shown.end] == shown.text
            assert shown.start <= start < shown.end


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("朝鲜发射导弹。韩国谴责\uff01", ["朝鲜发射导弹。", "韩国谴责\uff01"]),
        ("北朝鮮が発射した。日本は\uff1f", ["北朝鮮が発射した。", "日本は\uff1f"]),
        ("북한이 발사했다. 한국은?", ["북한이 발사했다.", "한국은?"]),
    ],
)
def test_full_stops_of_asia_end_sentences(text: str, sentences: list[str]) -> None:
    assert [piece.text.strip() for piece in pieces("title", text, UNSPACED)] == sentences


@pytest.mark.parametrize(
    "text",
    [
        '<p>READ MORE: <a href="https://x.test/a?b=1">Trips</a></p>\n<b>missile</b> fired',
        "Kim &amp; Putin&#8217;s &ldquo;missile&rdquo;",
        "READ MORE: Weather. SUBSCRIBE NOW! A missile flew.",
        "\U0001f680\U0001f680 e\u0301 \u200bmissile\u200b",
        "Breaking | missile | Outlet",
    ],
)
def test_tags_entities_and_boilerplate_move_no_offset(text: str) -> None:
    lexicon = small.lexicon()
    read_ = [read(piece, lexicon) for piece in pieces("body", text, lexicon.wording)]
    (found,) = [
        text[sentence.starts[at] : sentence.ends[at]]
        for sentence in read_
        for at, _, entry in sentence.known
        if "missile" in entry.tags
    ]
    assert found.strip("\u200b") == "missile"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "<p>Kim fired a missile.</p><p>Tea is served.</p>",
            ["Kim fired a missile", "Tea is served"],
        ),
        ("<UL><LI>A missile<li class='x'>A summit</UL>", ["A missile", "A summit"]),
        ("one<br/>two<BR>three<br />four", ["one", "two", "three", "four"]),
        ("A <b>missile</b> <a href='x. y'>flew</a> by", ["A missile flew by"]),
        ("Less < 5% and more > 3%, a<b", ["Less 5 and more 3 a b"]),
        ("Kim &amp; Putin&#8217;s talks", ["Kim Putin s talks"]),
        ("<blocks>stay</blocks> here", ["stay here"]),
    ],
)
def test_block_tags_end_sentences_and_markup_is_no_word(text: str, sentences: list[str]) -> None:
    found = [" ".join(piece.words) for piece in pieces("body", text, SPACED)]
    assert found == [sentence.lower() for sentence in sentences]


def test_evidence_ends_before_the_tag_that_ends_its_sentence() -> None:
    text = "<p>A <i>missile</i> flew.</p><p>Tea.</p>"
    lexicon = small.lexicon()
    first = next(pieces("body", text, lexicon.wording))
    assert span(read(first, lexicon), 1).text == "A <i>missile</i> flew."


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Drills by US troops", "US"),
        ("Drills by U.S. troops", "US"),
        ("DRILLS BY U.S. TROOPS", "US"),
        ("DRILLS BY US TROOPS", "US"),
        ("us-troops-begin-drills", "US"),
        ("Drills by us and them", None),
        ("Drills By Us And Them", None),
    ],
)
def test_a_word_of_capitals_is_known_where_capitals_say_nothing(
    text: str, country: str | None
) -> None:
    mentions = [who.country for *_, who in small.sentence(text).mentions]
    assert mentions == ([country] if country else [])


@pytest.mark.parametrize(
    "text", ["NORTH KOREA FIRES", "north-korea-fires", "North\u00a0Korea fires", "North  Korea"]
)
def test_a_phrase_is_known_however_it_is_set(text: str) -> None:
    assert [who.country for *_, who in small.sentence(text).mentions] == ["KP"]
