"""`watchfloor explain`: what the classifier says of each item, and why."""

import sys
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import orjson
from rich.console import Console

from schemas.common import Record
from schemas.news import NewsItem, parse_item
from services.classifier.classify import load
from services.cli import classify, explanation_view
from services.cli.explanation import Explainer, Explanation
from services.cli.line_reader import Lines

HEAVIEST: Final = 5  # features of a side that are named

_OPTIONS: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
_BESIDE: Final = {"item", "evidence", "origin", "ingested_at", "classified_at"}


def run(name: str, *, everything: bool, as_json: bool) -> None:
    """Explain the items of a file, or of `-`, as each is read."""
    explainer, console, number = Explainer(load(), None if everything else HEAVIEST), Console(), 1
    answer = _as_json if as_json else partial(_show, console)
    with Lines.opened(name) as read:
        for lines in read:
            for at, line in enumerate(lines, number):
                answer(explainer, line, at)
            number += len(lines)


def _explained(explainer: Explainer, line: bytes) -> tuple[NewsItem, Explanation] | None:
    try:
        item = parse_item(line)
    except ValueError:
        return None
    return item, explainer.explain(item, datetime.now(UTC))


def _as_json(explainer: Explainer, line: bytes, number: int) -> None:
    explained = _explained(explainer, line)
    sys.stdout.buffer.write(
        orjson.dumps(explained[1], default=_fields, option=_OPTIONS)
        if explained
        else classify.answer(explainer.classifier, line, number)
    )
    sys.stdout.buffer.flush()


def _fields(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude=_BESIDE)


def _show(console: Console, explainer: Explainer, line: bytes, number: int) -> None:
    explained = _explained(explainer, line)
    if explained:
        explanation_view.show(console, *explained)
    else:
        fault = orjson.loads(classify.answer(explainer.classifier, line, number))
        explanation_view.show_fault(console, number, fault["error"])
