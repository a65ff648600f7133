"""Text for receivers that read Markdown: Discord's dialect, and the CommonMark of Teams' cards.

Nothing is escaped with a backslash, which a client that reads no Markdown in that place (a push
notification, an old one) would show. Look-alikes stand for what delimits, and a word joiner breaks
what works only where its parts touch.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Final
from urllib.parse import urlsplit

from schemas.alert import Source
from services.notifier.phrasing import inert, listed, unmarked, web_address

_LABEL: Final = 80  # UTF-16 units
_JOINER: Final = "\N{WORD JOINER}"
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_BACKSLASH: Final = str.maketrans("\\", "\N{SET MINUS}")
_BRACKETS: Final = str.maketrans("[]", "()")
_TOUCHING: Final = re.compile(
    r"(?<=<)(?=\S)"  # a tag, an autolink, a mention or timestamp of Discord's
    r"|(?<=&)(?=[#\w])"  # an entity
    r"|(?<=\])(?=[\[(:])"  # a link, or the definition of one, which would not be shown at all
    r"|(?<=:)(?=\S)"  # an emoji's code, `mailto:`
    r"|(?<=\{)(?=\{)"  # a function of Adaptive Cards, `{{DATE(…)}}`
    r"|(?<=/)(?=/)"  # an address without a scheme
    r"|(?<=\.)(?=\w)"  # a host's last label: linkify-it takes a joiner before the dot for a letter
    r"|^(?=[#>+=-]|\d+[.)])"  # a heading, a quotation, an item of a list
)
# What ends a link's target or reads as an entity there; the URL means the same with them quoted.
_TARGET: Final = str.maketrans({character: f"%{ord(character):02X}" for character in "()*;"})


def units(text: str) -> int:
    """Return the length of text in UTF-16: the most that a platform can mean by characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def shortened(text: str, limit: int) -> str:
    """Return text of at most `limit` UTF-16 units, cut between code points; "…" tells of a cut."""
    ends = list(accumulate(map(units, text)))
    if not ends or ends[-1] <= limit:
        return text
    return text[: bisect_right(ends, limit - 1)] + "…"


def literal(text: str, limit: int) -> str:
    """Return text on one line that is shown as it stands, `limit` UTF-16 units at most."""
    line = " ".join(text.translate(_CONTROLS).split())[: limit + 1]
    plain = inert(unmarked(line).translate(_BACKSLASH))
    return shortened(_TOUCHING.sub(_JOINER, plain), limit)


def sources(told: Iterable[Source], count: int, limit: int) -> str:
    """Return the sources on one line, as links where they have a web address.

    Those beyond `limit` UTF-16 units are left out whole. `count` is of the independent ones.
    """
    return listed(map(_link, told), count, limit, units)


def _link(source: Source) -> str:
    url = web_address(source.url or "")
    host = urlsplit(url).hostname if url else None
    name = literal(source.source or "", _LABEL) or literal(host or "unnamed", _LABEL)
    return f"[{name.translate(_BRACKETS)}]({url.translate(_TARGET)})" if url else name
