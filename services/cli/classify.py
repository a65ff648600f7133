"""`watchfloor classify`: lines of items in, one line out for each, without Kafka."""

import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from schemas.news import parse_item
from services.classifier.classify import Classifier, load
from services.classifier.packaged import PackagedError
from services.cli.line_reader import Lines


def run(name: str) -> None:
    """Classify a file, or `-`; what one read brought is answered before the next read."""
    classifier, number, out = load(), 1, sys.stdout.buffer
    with Lines.opened(name) as read:
        for lines in read:
            out.writelines(answer(classifier, line, at) for at, line in enumerate(lines, number))
            out.flush()
            number += len(lines)


def answer(classifier: Classifier, line: bytes, number: int) -> bytes:
    """Return the line that answers the line of that number, counted from 1."""
    try:
        if not line.strip():
            raise ValueError("an empty line is no item")  # noqa: TRY301 (one answer to all faults)
        item = parse_item(line)
    except ValueError as error:
        return _line({"id": _id(line), "line": number, "error": _fault(error)})
    now = datetime.now(UTC)
    try:
        reports = classifier.reports(item, ingested_at=now, classified_at=now)
    except PackagedError:
        raise  # the fault is in a file of ours, not in the item
    except Exception:  # noqa: BLE001 (a fault of ours spoils one line, as it parks one record)
        traceback.print_exc()
        return _line({"id": item.id, "line": number, "error": "a fault of ours, see above"})
    events = [orjson.Fragment(report.model_dump_json(exclude={"item"})) for report in reports]
    return _line({"id": item.id, "events": events})


def _line(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)


def _id(line: bytes) -> str | None:
    try:
        found = orjson.loads(line)
    except ValueError:
        return None
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None


def _fault(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = (
        (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))
        for fault in faults
    )
    return "; ".join(": ".join(filter(None, parts)) for parts in told)
