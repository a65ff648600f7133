"""Markup in a text: HTML tags and entities, which are no words.

Every offset of the text stays as it was.
"""

import re
from typing import Final

_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figure"),
    *("figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"),
    *("li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul"),
}
# Bounded, so that what only begins like a tag costs no more than its length.
_MARKUP: Final = re.compile(
    r"</?([A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,1000})?/?>|&(?:[A-Za-z]{2,8}|#[0-9A-Fa-fXx]{1,7});"
)


def blanked(text: str) -> str:
    """Return the text with a space for each character of markup, and a line's end for a block's.

    "<p>" and "<br>" end a sentence as a line's end does; "<b>" and "&amp;" do not.
    """
    if "<" not in text and "&" not in text:
        return text
    return _MARKUP.sub(_blank, text)


def _blank(markup: re.Match[str]) -> str:
    name = markup[1]
    gap = " " * (len(markup[0]) - 1)
    return f"\n{gap}" if name and name.lower() in _BLOCKS else f" {gap}"
