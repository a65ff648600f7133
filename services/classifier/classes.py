"""Classes of English words that are used alike, so that what is learned of one holds for others.

`classes.json` has them, fine ones and coarse ones, each named by its commonest word. They were
made by `services/classifier/training/classes.py` from where words stand in billions of others.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import orjson

MARKS: Final = {"fine": "~", "coarse": "~~"}  # before a class's name


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each word's classes: `lauds` is one like `~praised` and `~~spoke`."""
    source = files("services.classifier").joinpath("classes.json").read_bytes()
    named: dict[str, tuple[str, ...]] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # words of a class share their classes
    for grain, groups in orjson.loads(source).items():
        for group in groups:
            words = group.split(" ")
            name = MARKS[grain] + words[0]
            for word in words:
                both = (*named.get(word, ()), name)
                named[word] = shared.setdefault(both, both)
    return named
