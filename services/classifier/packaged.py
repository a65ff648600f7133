"""Files of the classifier that come with it: a damaged one is told by its name and field."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from services.classifier import lexicon_file
from services.classifier.lexicon_file import Part

Made = TypeVar("Made")
File = TypeVar("File", bound=Part)


class PackagedError(ValueError):
    """A file that comes with the classifier is not what it was: its name, and what is wrong."""


def read(name: str, build: Callable[[Any], Made]) -> Made:
    """Return what `build` makes of a file's JSON. Raises PackagedError where that is a ValueError.

    NaN is read as a number, so that the check names the field where it stands.
    """
    try:
        return build(from_json(files("services.classifier").joinpath(name).read_bytes()))
    except OSError as error:
        fault = error.strerror
    except ValueError as error:
        fault = str(error)
    raise PackagedError(f"{name}: {fault}; install it anew")


def checked(document: Any, shape: type[File]) -> File:
    """Return a parsed file in its shape. Raises ValueError with the field that is at fault first.

    The error says what was expected there, and how many more faults there are.
    """
    if not isinstance(document, dict):
        raise ValueError(f"expected a mapping, not {document!r:.40}")  # noqa: TRY004 (a fault like those below)
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        first, *more = lexicon_file.faults(error)
        beside = f", and {len(more)} more" if more else ""
        raise ValueError(f"{first}{beside}") from None
