"""Files of the classifier that come with it: a damaged one is told by its name."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final, TypeVar

import orjson

Made = TypeVar("Made")
_FAULTS: Final = (OSError, ValueError, KeyError, TypeError, AttributeError)


class PackagedError(ValueError):
    """A file that comes with the classifier is not what it was: its name, and what is wrong."""


def read(name: str, build: Callable[[Any], Made]) -> Made:
    """Return what `build` makes of a file's JSON. Raises PackagedError where it makes nothing."""
    try:
        return build(orjson.loads(files("services.classifier").joinpath(name).read_bytes()))
    except _FAULTS as error:
        raise PackagedError(f"{name}: {type(error).__name__}: {error}; install it anew") from None
