"""`watchfloor`: the command line from its start to its exit code.

What it runs is imported only once an interrupt is in good hands.
"""

# ruff: noqa: PLC0415 (see above)

import contextlib
import os
import signal
import sys
from io import TextIOWrapper
from types import FrameType
from typing import Final, NoReturn

INTERRUPTED: Final = 130

_LOADER: Final = "<frozen importlib._bootstrap>"


def main() -> NoReturn:
    """Run the command that the arguments name, and end with its exit code.

    Typer itself ends with 130 by Ctrl-C and quietly with 1 where the reader of our output has gone.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else we are to ignore it
        signal.signal(signal.SIGINT, _interrupt)
    if sys.stdout is None:
        sys.exit("standard output is closed")
    for stream in (sys.stdout, sys.stderr):  # what their encoding lacks is better escaped than lost
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    import typer

    from services.cli.app import app

    try:
        app(prog_name="watchfloor")
    except KeyboardInterrupt:  # before Typer looks for it
        sys.exit(INTERRUPTED)
    except Exception as error:
        code = _expected(error)
        if code is None:
            raise
        with contextlib.suppress(OSError):  # standard error may be what has failed
            typer.echo(_told(error), err=True)
        try:
            sys.stdout.flush()
        except OSError:
            sys.stdout = None  # else Python tries once more, and ends with a code of its own
        sys.exit(code)
    raise AssertionError("Typer ends the program")


def _interrupt(_: int, frame: FrameType | None) -> None:
    """End at once while a module is loaded, else raise KeyboardInterrupt.

    Native modules make other errors of an exception while they load, or crash by it; and so early
    there is nothing to clean up.
    """
    while frame:
        if frame.f_code.co_filename == _LOADER:
            os._exit(INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt


def _expected(error: Exception) -> int | None:
    """Return the exit code of a failure that is no bug; None for a bug."""
    from services.classifier.packaged import PackagedError
    from services.cli.errors import ExpectedError, UnreadableError
    from services.local.processes import StartError
    from services.runtime.settings import ConfigurationError

    if isinstance(error, ConfigurationError | PackagedError | UnreadableError):
        return 2
    return 1 if isinstance(error, ExpectedError | StartError | OSError) else None


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    return str(error).strip() or type(error).__name__


if __name__ == "__main__":
    main()
