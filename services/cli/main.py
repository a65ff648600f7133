"""`watchfloor`: the command line.

Only what Typer needs to read a command line is imported here; a command imports what does its
work when it is called, so that `watchfloor classify` and every help text start at once.
"""

import contextlib
import sys
from io import TextIOWrapper
from typing import NoReturn

import typer

from services.cli.commands import (
    configuration,
    delivery,
    evaluate,
    explain,
    operations,
    records,
    running,
)
from services.cli.commands.epilogs import CODES, epilog
from services.cli.errors import ExpectedError, UnreadableError

app = typer.Typer(
    name="watchfloor",
    help="Reads news from Kafka and alerts by webhook, once per event.",
    epilog=epilog("watchfloor up", "watchfloor publish feed.jsonl.xz", codes=CODES),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running, records, explain, evaluate, operations, delivery, configuration):
    group.add_to(app)


def main() -> NoReturn:
    """Run the command that the arguments name, and end with its exit code.

    Typer itself ends with 130 by Ctrl-C and quietly with 1 where the reader of our output has gone.
    """
    if sys.stdout is None:
        sys.exit("standard output is closed")
    for stream in (sys.stdout, sys.stderr):  # what their encoding lacks is better escaped than lost
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="watchfloor")
    except Exception as error:
        code = _expected(error)
        if code is None:
            raise
        with contextlib.suppress(OSError):  # standard error may be what has failed
            typer.echo(str(error).strip() or type(error).__name__, err=True)
        sys.exit(code)
    raise AssertionError("Typer ends the program")


def _expected(error: Exception) -> int | None:
    """Return the exit code of a failure that is no bug; None for a bug."""
    from services.classifier.packaged import PackagedError  # noqa: PLC0415
    from services.local.processes import StartError  # noqa: PLC0415 (see above)
    from services.runtime.settings import ConfigurationError  # noqa: PLC0415

    if isinstance(error, ConfigurationError | PackagedError | UnreadableError):
        return 2
    return 1 if isinstance(error, ExpectedError | StartError | OSError) else None


if __name__ == "__main__":
    main()
