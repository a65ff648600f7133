"""An evaluation for a reader: tables in a terminal, aligned text in a pipe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from schemas.report import Status
from services.cli.alert_view import clean
from services.cli.evaluation.gold import FULL, LONG
from services.cli.evaluation.scores import RANDOM, Verdict
from services.cli.evaluation.summary import Summary


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: of its cells, those of the first `names` columns are words, the rest numbers."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    names: int = 1


def show(console: Console, found: Summary) -> None:
    """Print an evaluation."""
    for grid in grids(found):
        if console.is_terminal:
            for part in fitting(grid, console.width):
                console.print(_table(part))
        else:
            console.out("\n".join(aligned(grid)), end="\n\n", highlight=False)
    for line in remarks(found):
        say(console, line)


def say(console: Console, line: str) -> None:
    """Print a line; what a terminal has no room for goes on below, as far in as it begins."""
    if console.is_terminal:
        text = line.lstrip(" ")
        console.print(Padding(Text(text), (0, 0, 0, len(line) - len(text))))
    else:
        console.out(line, highlight=False)


def grids(found: Summary) -> Iterator[Grid]:
    """Yield the tables in the order in which they are read."""
    yield Grid(
        "By group",
        ("group", "items", "macro-F1", "95 % interval", "status", "prominence", "false alarms",
         f"of {RANDOM}", "µs an item"),
        [
            (name, f"{f.items:,}", _share(f.macro_f1), _interval(f.macro_f1_95),
             _share(f.status_accuracy), _share(f.prominence_accuracy),
             _percent(f.false_alarm_rate), _percent(f.false_alarm_rate_random),
             f"{f.microseconds.median:,.0f}")
            for name, f in found.groups.items()
        ],
    )  # fmt: skip
    yield Grid(
        "By group and category",
        ("group", "category", "precision", "recall", "F1", "positives"),
        [
            (name, category, *map(_share, (s.precision, s.recall, s.f1)), f"{s.positives:,}")
            for name, figures in found.groups.items()
            for category, s in figures.categories.items()
        ],
        names=2,
    )
    yield Grid(
        "Status, of the categories that are both said and true",
        ("labelled", *(f"said {status}" for status in Status)),
        [(true, *(f"{n:,}" for n in said.values())) for true, said in found.status.items()],
    )
    if not found.bins:
        return
    yield Grid(
        "Confidence, in bins of equal count",
        ("confidence", "share right", "reports"),
        [(_share(b.confidence), _share(b.right), f"{b.reports:,}") for b in found.bins],
        names=0,
    )


def remarks(found: Summary) -> Iterator[str]:
    """Yield what no table holds, one line each."""
    items, took = sum(f.items for f in found.groups.values()), found.microseconds
    yield (
        f"expected calibration error {_share(found.calibration_error)}, "
        f"Brier score {_share(found.brier)}, over {found.reports:,} reports "
        f"by {found.classifier_version or 'a classifier that made none'}"
    )
    yield (
        f"time an item: mean {took.mean:,.0f} µs, median {took.median:,.0f} µs, "
        f"99th percentile {took.p99:,.0f} µs, over {items:,} items, reading the file apart"
    )
    if found.unsampled:
        yield (
            f"items without a stratum: {found.unsampled:,}; those with a body of more than {LONG} "
            f"characters, or with a prominence among their events, count as {FULL}"
        )


def mistakes(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield the lines that show items, what was said of them wrongly, and by which words."""
    for verdict in verdicts:
        gold = ", ".join(f"{name} {event.status}" for name, event in verdict.true.items())
        yield ""
        text = verdict.item.title or verdict.item.body[:LONG]
        yield f"{clean(verdict.item.id)} ({verdict.item.group}): {clean(text)}"
        yield f"  labelled {gold or 'no event'}"
        if not verdict.reports:
            yield "  said     no event"
        for report in verdict.reports:
            yield f"  said     {report.category} {report.status}, {report.confidence:.2f}"
            for span in report.evidence:
                yield f"           {span.field}: “{clean(span.text)}”"


def aligned(grid: Grid) -> list[str]:
    """Return the lines of a table whose columns are set apart by spaces."""
    cells = [grid.header, *grid.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if index < grid.names else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return [grid.title, *(line.rstrip() for line in lines)]


def fitting(grid: Grid, width: int) -> Iterator[Grid]:
    """Yield the table in parts no wider than so many characters, each with the columns of words."""
    begun = list(range(grid.names))
    shown = begun
    for column in range(grid.names, len(grid.header)):
        if shown != begun and _width(_part(grid, [*shown, column])) > width:
            yield _part(grid, shown)
            shown = begun
        shown = [*shown, column]
    yield _part(grid, shown)


def _width(grid: Grid) -> int:
    """Return how wide it stands in a terminal, where columns are one farther apart."""
    return max(map(len, aligned(grid)[1:])) + len(grid.header) + 1


def _part(grid: Grid, columns: Sequence[int]) -> Grid:
    rows = [[row[column] for column in columns] for row in grid.rows]
    return replace(grid, header=[grid.header[column] for column in columns], rows=rows)


def _table(grid: Grid) -> Table:
    table = Table(
        title=Text(grid.title, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for index, name in enumerate(grid.header):
        table.add_column(name, justify="left" if index < grid.names else "right")
    for number, row in enumerate(grid.rows):
        new = number and grid.names > 1 and row[0] != grid.rows[number - 1][0]
        if new:
            table.add_section()
        table.add_row(*map(Text, row))
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _interval(bounds: tuple[float, float] | None) -> str:
    return "-" if bounds is None else "-".join(map(_share, bounds))
