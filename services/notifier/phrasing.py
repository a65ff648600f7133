"""What an alert says in words, for the formats that people read. Nothing here is escaped."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from schemas.report import Actor, EventTime, Precision

MAX_URL: Final = 1000  # characters
_LOOKALIKES: Final = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{MODIFIER LETTER LOW MACRON}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "|": "\N{BROKEN BAR}",
    }
)
_JOINER: Final = "\N{WORD JOINER}"
_LIVE: Final = re.compile(r"(?<=@)|(?<=:)(?=//)|(?<=\w)(?=\.\w)")


def words(code: str) -> str:
    """Return a code as a sentence begins: "missile_launch" is "Missile launch"."""
    return code.replace("_", " ").capitalize()


def who(actors: Iterable[Actor]) -> str:
    """Return the actors with their roles."""
    return ", ".join(f"{actor.name} ({words(actor.role).lower()})" for actor in actors)


def when(time: EventTime) -> str:
    """Return when it is, as finely as that is known."""
    start, end = _moment(time.start, time.precision), _moment(time.end, time.precision)
    return start if start == end else f"{start} to {end}"


def _moment(moment: datetime | date, precision: Precision) -> str:
    if precision is Precision.YEAR:
        return f"{moment:%Y}"
    if precision is Precision.MONTH:
        return f"{moment:%B %Y}"
    if precision is Precision.DAY or not isinstance(moment, datetime):
        return f"{moment.day} {moment:%B %Y}"
    return f"{moment.day} {moment:%B %Y, %H:%M %Z}"


def inert(text: str) -> str:
    """Return text that reads the same and mentions or links nothing.

    A word joiner breaks what makes a mention (`@`), a URL (`://`) and a bare host name (a dot
    within a word).
    """
    return _LIVE.sub(_JOINER, text)


def unmarked(text: str) -> str:
    """Return text that reads the same without the delimiters of Markdown and its dialects.

    They become look-alikes, because whether a joined `*` still opens bold text depends on the
    client.
    """
    return text.translate(_LOOKALIKES)


def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` characters; "…" tells of a cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def web_address(url: str) -> str | None:
    """Return a URL in ASCII that nothing in it ends early; None if it is no short http(s) one."""
    quoted = quote(url, safe="!#$%&'()*+,/:;=?@[]~")
    try:
        parts = urlsplit(quoted)
    except ValueError:
        return None
    web = parts.scheme in {"http", "https"} and parts.hostname and len(quoted) <= MAX_URL
    return quoted if web else None


def listed(links: Iterable[str], count: int, limit: int, size: Callable[[str], int] = len) -> str:
    """Return links to the sources on one line; those beyond `limit` by `size` are left out whole.

    `count` is of the independent ones.
    """
    text, separator = f"Sources ({count})", ": "
    for link in links:
        longer = f"{text}{separator}{link}"
        if size(longer) > limit:
            break
        text, separator = longer, ", "
    return text
