"""Markdown for receivers: what a stranger wrote is shown as it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schemas.alert import Source
from services.notifier.markdown import literal, shortened, sources, units

JOINER = "\N{WORD JOINER}"
LIMIT = 50
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(
    st.sampled_from([*r"\<>[]()!#&;:*_~`|+-=.@/ 1a", "\n", "\x00", "\U0001f680", "&lt;", "://"])
).map("".join)


@pytest.mark.parametrize(
    "text",
    [
        "**bold** _italic_ ~~gone~~ `code` ||spoiler||",
        "[bank](https://evil.example)",
        "[1]: /evil",
        "![image](/evil)",
        "<https://evil.example>",
        "<b>bold</b>",
        "<at>Ann</at>",
        "&lt;at&gt; &#42;",
        r"\*",
        "# heading",
        "> quotation",
        "- item",
        "+ item",
        "1. item",
        "12) item",
        "---",
    ],
)
def test_markdown_is_read_as_plain_text(text: str) -> None:
    assert _as_read(text) != text  # or the next line says nothing
    assert _as_read(literal(text, 100)) == literal(text, 100)


@pytest.mark.parametrize(
    "text",
    [
        "North Korea & Japan: 3 < 4, “so” it's said (again)…",
        "A #1 story - at last > before",
        "[Update] 1,000 missiles",
    ],
)
def test_text_without_markup_is_left_as_it_is(text: str) -> None:
    assert literal(text, 100) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("evil.com", f"evil{JOINER}.{JOINER}com"),
        ("ann@evil.com", f"ann@{JOINER}evil{JOINER}.{JOINER}com"),
        ("//evil", f"/{JOINER}/evil"),
        ("mailto:ann", f"mailto:{JOINER}ann"),
        (":fire:", f":{JOINER}fire:"),
        ("{{DATE(", f"{{{JOINER}{{DATE("),
        ("<@1>", f"<{JOINER}@{JOINER}1>"),
        ("<t:1:R>", f"<{JOINER}t:{JOINER}1:{JOINER}R>"),
        ("a\x00 \t\nb\x85", "a b"),
        (" \n", ""),
    ],
)
def test_what_works_where_its_parts_touch_is_parted(text: str, shown: str) -> None:
    assert literal(text, 100) == shown


@given(texts, st.integers(1, LIMIT))
def test_any_text_is_read_as_it_stands_within_its_limit(text: str, limit: int) -> None:
    shown = literal(text, limit)
    assert units(shown) == len(shown.encode("utf-16-le")) // 2 <= limit
    assert _as_read(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 49, "x" * 49),
        ("x" * 50, "x" * 50),
        ("x" * 51, "x" * 49 + "…"),
        ("\N{ROCKET}" * 25, "\N{ROCKET}" * 25),
        ("\N{ROCKET}" * 26, "\N{ROCKET}" * 24 + "…"),
        ("x" + " " * 1000 + "y", "x y"),
        ("x" * 50 + " " * 1000, "x" * 50),
    ],
)
def test_a_cut_counts_utf_16_and_is_told(text: str, shown: str) -> None:
    assert literal(text, LIMIT) == shown


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, LIMIT))
def test_shortened_text_ends_with_an_ellipsis_and_was_too_long(text: str, limit: int) -> None:
    shown = shortened(text, limit)
    if shown == text:
        return
    assert units(text) > limit
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    assert units(shown) >= limit - 1


@pytest.mark.parametrize(
    ("url", "name", "shown"),
    [
        ("https://n.example/a?b=1&c=2", "N", "[N](https://n.example/a?b=1&c=2)"),
        ("https://n.example/a)b(c*d;e", "N", "[N](https://n.example/a%29b%28c%2Ad%3Be)"),
        ("https://n.example/ \\<>", "N", "[N](https://n.example/%20%5C%3C%3E)"),
        ("https://n.example/", "[x](y", f"[(x){JOINER}(y](https://n.example/)"),
        ("https://n.example/", " ", f"[n{JOINER}.{JOINER}example](https://n.example/)"),
        ("javascript:alert(1)", "N", "N"),
        ("https://n.example/" + "x" * 1000, "N", "N"),
        (None, None, "unnamed"),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None, name: str | None, shown: str) -> None:
    told = sources([Source(item_id="n", url=url, source=name)], 1, 200)
    assert told == f"Sources (1): {shown}"


@pytest.mark.parametrize(
    ("limit", "shown"), [(19, "Sources (2): aa, bb"), (18, "Sources (2): aa"), (14, "Sources (2)")]
)
def test_sources_that_do_not_fit_are_left_out_whole(limit: int, shown: str) -> None:
    told = [Source(item_id="n", source=name) for name in ("aa", "bb")]
    assert sources(told, 2, limit) == shown


@given(texts, texts)
def test_a_link_goes_where_its_source_is_and_nowhere_else(name: str, path: str) -> None:
    url = f"https://n.example/{path}"
    shown = sources([Source(item_id="n", url=url, source=name)], 1, 5000)
    (inline,) = READER.parse(shown)[1:-1]
    links = [child for child in inline.children or [] if child.type == "link_open"]
    assert len(links) <= 1  # a long address is none
    for link in links:
        assert str(link.attrs["href"]).startswith("https://n.example/")


def _as_read(text: str) -> str:
    """Return the words of a paragraph without any markup; "" if it is not one such paragraph."""
    tokens = READER.parse(text)
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return ""
    children = tokens[1].children or []
    return children[0].content if [child.type for child in children] == ["text"] else ""
