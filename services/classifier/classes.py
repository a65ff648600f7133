"""Classes of English words that are used alike, so that what is learned of one holds for others.

`classes.json` has them, fine ones and coarse ones, each named by its commonest word. They were
made by `services/classifier/training/classes.py` from where words stand in billions of others.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from services.classifier import packaged
from services.classifier.lexicon_file import Part

MARKS: Final = {"fine": "~", "coarse": "~~"}  # before a class's name


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each word's classes: `lauds` is one like `~praised` and `~~spoke`.

    Raises PackagedError.
    """
    return packaged.read("classes.json", _named)


class _File(Part):
    fine: list[str]
    coarse: list[str]


def _named(document: Any) -> Mapping[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # words of a class share their classes
    for grain, groups in packaged.checked(document, _File):
        for group in groups:
            words = group.split(" ")
            name = MARKS[grain] + words[0]
            for word in words:
                both = (*named.get(word, ()), name)
                named[word] = shared.setdefault(both, both)
    return named
