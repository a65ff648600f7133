"""Tables of an evaluation in a terminal that is narrower than they are."""

import io

import pytest
from rich.console import Console

from services.cli.evaluation.tables import Grid, _table, fitting, say

GRID = Grid(
    "Sums", ("name", "first", "second", "third"), [("a" * 9, "1.25", "1,234", "7 %")] * 2, names=1
)


def shown(grid: Grid, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(_table(grid))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_table_that_fits_stays_whole() -> None:
    assert list(fitting(GRID, 80)) == [
        Grid("Sums", list(GRID.header), [list(row) for row in GRID.rows])
    ]


@pytest.mark.parametrize("width", range(20, 60))
def test_in_a_narrow_terminal_no_figure_is_cut(width: int) -> None:
    parts = list(fitting(GRID, width))
    assert [name for part in parts for name in part.header[1:]] == list(GRID.header[1:])
    assert all(part.header[0] == "name" for part in parts)
    text = "\n".join(line for part in parts for line in shown(part, width))
    assert "…" not in text
    assert all(text.count(cell) == 2 for cell in GRID.rows[0][1:])


LINE = "    said  a summit occurred, and the line goes on"


@pytest.mark.parametrize("width", range(20, 60))
def test_a_line_is_broken_between_words_and_goes_on_below_its_beginning(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True)
    say(console, LINE)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert all(len(line) <= width and line[:4] == " " * 4 != line[4:8] for line in lines)
    assert " ".join(lines).split() == LINE.split()


def test_in_a_pipe_a_line_stays_whole() -> None:
    console = Console(file=io.StringIO(), width=20)
    say(console, LINE)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == f"{LINE}\n"
