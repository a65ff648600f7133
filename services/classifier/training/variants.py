"""Variants of English items: more text of the same kind, for a slow teacher to judge.

A variant tells what its item tells, or nearly, or no more: words are swapped for others of their
class (`classes.py`), and headline and text stand alone. Which it is, only the teacher knows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

import orjson

from schemas.news import NewsItem

SWAPS: Final = 6  # variants with other words
SWAPPED: Final = 0.3  # of their words
READ: Final = 400  # code points of an item: what the teacher reads of it
_WORD: Final = re.compile("[A-Za-z]+")


def variants(item: NewsItem) -> Iterator[NewsItem]:
    """Yield an item's variants, the same at every call."""
    title, body = item.title, item.body[:READ]
    if title and body:
        yield item.model_copy(update={"body": ""})
        yield item.model_copy(update={"title": "", "body": body})
    chance = Random(item.id)  # noqa: S311 - nothing is kept secret
    for _ in range(SWAPS):
        yield item.model_copy(
            update={"title": _swapped(title, chance), "body": _swapped(body, chance)}
        )


def _swapped(text: str, chance: Random) -> str:
    alike = _alike()

    def other(match: re.Match[str]) -> str:
        word = match[0]
        group = alike.get(word.lower())
        if group is None or chance.random() > SWAPPED:
            return word
        found = chance.choice(group)
        return found.capitalize() if word[0].isupper() else found

    return _WORD.sub(other, text)


@cache
def _alike() -> Mapping[str, Sequence[str]]:
    """Return for each word of a class all words of that class."""
    source = files("services.classifier").joinpath("classes.json").read_bytes()
    groups = [group.split(" ") for group in orjson.loads(source)["fine"]]
    return {word: group for group in groups for word in group}
