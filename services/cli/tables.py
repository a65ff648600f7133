"""Rows for a reader: a table in a terminal, lines with tabs for the next program."""

from collections.abc import Sequence

import typer
from rich import box
from rich.console import Console
from rich.table import Table


def show(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows, at least one, under a header; in a narrow terminal the widest column folds."""
    console = Console()
    if not console.is_terminal:
        for row in (header, *rows):
            typer.echo("\t".join(map(str, row)))  # Rich would make spaces of the tabs
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    folds = max(header, key=lambda name: max(len(str(row[header.index(name)])) for row in rows))
    for index, name in enumerate(header):
        numeric = all(isinstance(row[index], int) or not row[index] for row in rows)
        table.add_column(
            name,
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=name != folds,
            min_width=12 if name == folds else None,  # else a narrow terminal shows none of it
        )
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
