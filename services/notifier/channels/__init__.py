"""Channel formats: what an alert looks like to each kind of receiver.

A format is a module of this package, found by its name: to add one, add a file. It holds what
`Format` lists, and two things that not every one has: `accepted(status, body) -> bool` where a 2xx
alone does not mean success, and `keyed(request, key) -> Request` where the channel's secret is a
key that stands in the body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from schemas.alert import Alert


@dataclass(frozen=True, slots=True)
class Request:
    """What a format renders. It is always a POST."""

    body: bytes
    headers: Mapping[str, str]


class Format(Protocol):
    """What a module of this package offers."""

    SIGNED: bool  # whether the channel's secret signs each request
    CONCURRENCY: int  # requests under way at once, for one channel
    RATE: float | None  # messages a second, for one channel; None: no limit
    DEADLINE: float  # seconds for a whole attempt, from the name's resolution to the reply's end

    def render(self, alert: Alert, *, now: datetime) -> Request:
        """Return the request that tells of an alert."""


class UnknownFormatError(LookupError):
    """No module of this package has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no channel format {name!r}: there are {', '.join(formats())}")


@cache
def formats() -> tuple[str, ...]:
    """Return the names of all formats, in alphabetical order."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def find(name: str) -> Format:
    """Return a format by its name. Raises UnknownFormatError where there is none."""
    if name not in formats():
        raise UnknownFormatError(name)
    return cast("Format", import_module(f"{__name__}.{name}"))


def has_secret(format: str) -> bool:  # noqa: A002 (our word for it)
    """Return whether a channel of that format needs a secret, to sign its requests or as a key."""
    return find(format).SIGNED or hasattr(find(format), "keyed")


def keyed(format: str, request: Request, secrets: Sequence[str]) -> Request:  # noqa: A002
    """Return the request with the channel's key in it, where its format has one."""
    put = getattr(find(format), "keyed", None)
    found: Request = put(request, secrets[0]) if put else request
    return found


def accepted(format: str, status: int, body: bytes) -> bool:  # noqa: A002 (our word for it)
    """Return whether a reply of that status, and a body that begins so, means success."""
    judge = getattr(find(format), "accepted", None)
    return judge(status, body) if judge else 200 <= status < 300
