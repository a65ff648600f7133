"""How far a run is: a bar on a terminal, a line for each step elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress:
    """Counts the steps of a run, on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting Kafka and PostgreSQL", total=None)
        self._begun = False

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def expect(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._bar.update(self._task, total=steps)

    def say(self, what: str) -> None:
        """Say something that stays."""
        self._console.print(what, highlight=False)

    def step(self, what: str) -> None:
        """Say what begins now; what began before has ended."""
        if not self._console.is_terminal:
            self._console.print(what, highlight=False)
        self._bar.update(self._task, description=what, advance=int(self._begun))
        self._begun = True
