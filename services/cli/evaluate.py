"""`watchfloor evaluate`: the classifier against a labelled file, as tables and plots."""

import itertools
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import orjson
import typer
from rich.console import Console
from rich.progress import track

from services.classifier.classify import load_whole
from services.cli.evaluation import gold, tables
from services.cli.evaluation.gold import GoldItem
from services.cli.evaluation.scores import Resample, Verdict
from services.cli.evaluation.summary import summary

SEED: Final = 1  # of the resamples: the same file has the same intervals


def run(name: str, folder: Path, *, errors: int, as_json: bool) -> None:
    """Print the figures and the first `errors` wrong items, and write the plots into a folder.

    Raises ConfigurationError where the labelled file is at fault.
    """
    verdicts = list(judged(gold.read(name)))
    found = summary(verdicts, _resampling())
    wrong = list(itertools.islice((v for v in verdicts if v.wrong), errors))
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS))
    else:
        tables.show(Console(), found)
    console = Console(stderr=as_json)
    for line in tables.mistakes(wrong):
        tables.say(console, line)
    if find_spec("matplotlib") is None:
        typer.echo("plots need matplotlib, which is not installed", err=True)
        return
    from services.cli.evaluation import plots  # noqa: PLC0415 (see above)

    for path in plots.write(folder, verdicts, found):
        typer.echo(f"wrote {path}", err=True)


def judged(items: Sequence[GoldItem]) -> Iterator[Verdict]:
    """Yield a verdict on each item; a terminal shows how far it is."""
    classifier, now, console = load_whole(), datetime.now(UTC), Console(stderr=True)
    for item in track(
        items, "classifying", console=console, transient=True, disable=not console.is_terminal
    ):
        began = time.perf_counter()
        reports = classifier.reports(item, ingested_at=now, classified_at=now)
        yield Verdict(item, reports, time.perf_counter() - began)


def _resampling() -> Resample:
    chance = random.Random(SEED)  # noqa: S311 (no secret hangs on it)
    return lambda outcomes: chance.choices(outcomes, k=len(outcomes))
