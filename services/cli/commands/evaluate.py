"""The classifier measured."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from pathlib import Path
from typing import Annotated, Final

import typer

from services.cli.commands.epilogs import CODES, epilog

PLOTS: Final = Path("var/evaluate")

_CODES: Final = CODES | {2: "wrong arguments, or GOLD is: its faults by file, line and field"}


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog=epilog(
            "watchfloor evaluate tests/data/labelled.jsonl",
            "watchfloor evaluate gold.jsonl --errors 20",
            "watchfloor evaluate gold.jsonl --json | jq .calibration_error",
            codes=_CODES,
        )
    )(evaluate)


def evaluate(
    gold: Annotated[
        str,
        typer.Argument(
            metavar="GOLD|-", help="News items with their events, JSON lines, also .xz or .gz."
        ),
    ],
    errors: Annotated[
        int, typer.Option(metavar="N", min=0, help="Show so many wrong items, with the evidence.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one line.")] = False,
    plots: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the plots go (they need matplotlib).")
    ] = PLOTS,
) -> None:
    """Measure the classifier against labelled news items.

    A line of GOLD is an item with its events: [{"category", "status"}], in an article with
    "prominence" (main or mention); "stratum" says how it was sampled. An item is wrong when the
    categories said of it are not those of its events.
    """
    from services.cli.evaluate import run

    run(gold, plots, errors=errors, as_json=as_json)
