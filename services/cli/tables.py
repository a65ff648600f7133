"""Rows for a reader: a table in a terminal, lines with tabs for the next program."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table


def show(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a header; numbers stand to the right, nothing is cut off."""
    console = Console()
    if not console.is_terminal:
        for row in (header, *rows):
            console.out(*row, sep="\t", highlight=False)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(header):
        numeric = all(isinstance(row[index], int) or not row[index] for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
