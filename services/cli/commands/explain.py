"""The classifier asked why."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from typing import Annotated, Final

import typer

from services.cli.commands.epilogs import CODES, epilog
from services.cli.commands.records import Input

_CODES: Final = CODES | {2: "wrong arguments, or FILE cannot be read"}


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog=epilog(
            "watchfloor explain feed.jsonl",
            "my-crawler | watchfloor explain - --all",
            "watchfloor explain feed.jsonl --json | jq '.accounts[].balance.confidence'",
            codes=_CODES,
        )
    )(explain)


def explain(
    file: Input,
    everything: Annotated[
        bool, typer.Option("--all", help="Name all features, not the heaviest of each side.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each item.")] = False,
) -> None:
    """Show what the classifier says of each news item, and why.

    The evidence is coloured by category, its triggers underlined: the words without which a
    category is not looked for. It is reported where its confidence reaches the threshold, the |
    in the bar. Confidence is a sum of weights in log-odds: a bias, and what each feature adds.

    PLAN is any word that the lexicon lists under `plan`; the row `words` shows which stand
    there. "then" is side by side, "…" whatever stands between; "read as" is a rule's summary.

    A bad line is answered by its fault, and the rest goes on.
    """
    from services.cli.explain import run

    run(file, everything=everything, as_json=as_json)
