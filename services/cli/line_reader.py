r"""Lines of a file or of standard input, as bytes: only \n ends one.

A carriage return or U+2028 inside a line is part of it, as in JSON.
"""

import contextlib
import gzip
import lzma
import sys
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self, cast

from services.cli.errors import UnreadableError

STANDARD_INPUT: Final = "-"
_READ: Final = 64 * 1024  # bytes at most in one read
_DAMAGED: Final = (OSError, EOFError, lzma.LZMAError, zlib.error)


class _Input(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Lines:
    """The lines of one input, read once."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        """`raw` is what lies in the file, which `name` says how to expand."""
        self._name = name
        self._raw = raw
        known = name != STANDARD_INPUT and Path(name).is_file()
        self.size = Path(name).stat().st_size if known else None
        """Its bytes as they lie in the file; None where that is not known."""

    @classmethod
    @contextlib.contextmanager
    def opened(cls, name: str) -> Iterator[Self]:
        """Lend the lines of a file (`.xz` and `.gz` are compressed) or, by `-`, standard input.

        Raises UnreadableError where it cannot be opened.
        """
        if name == STANDARD_INPUT:
            if sys.stdin is None:
                raise UnreadableError("standard input is closed")
            yield cls(name, sys.stdin.buffer)
            return
        try:
            raw = Path(name).open("rb")  # noqa: SIM115 (the body's errors are not of the opening)
        except OSError as error:
            raise _unreadable(name, error) from None
        with raw:
            yield cls(name, raw)

    def position(self) -> int:
        """Return how many of `size` bytes are read."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the lines that each read completes, without their end; the last one needs none.

        A read returns what is there: lines that trickle in are not held back for more. A byte
        order mark before the first is no part of it. Raises UnreadableError where the input cannot
        be read to its end.
        """
        begun: list[bytes] = []  # pieces of a line that later reads go on with
        source, mark = self._source(), BOM_UTF8
        while piece := self._read(source):
            *lines, rest = piece.removeprefix(mark).split(b"\n")
            mark = b""
            if lines:
                lines[0] = b"".join([*begun, lines[0]])
                begun = []
                yield lines
            if rest:
                begun.append(rest)
        if begun:
            yield [b"".join(begun)]

    def _source(self) -> _Input:
        suffix = Path(self._name).suffix
        if suffix == ".xz":
            return cast("_Input", lzma.open(self._raw))
        if suffix == ".gz":
            return cast("_Input", gzip.open(self._raw))
        return cast("_Input", self._raw)

    def _read(self, source: _Input) -> bytes:
        try:
            return source.read1(_READ)
        except _DAMAGED as error:
            raise _unreadable(self._name, error) from None


def _unreadable(name: str, error: Exception) -> UnreadableError:
    reason = error.strerror if isinstance(error, OSError) else None
    return UnreadableError(f"{name}: {reason or error}")
