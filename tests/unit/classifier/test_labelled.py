"""The project's own labelled examples, in pairs: one that is, one that only looks like it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.report import Category, Report, Status

LABELLED = Path(__file__).parents[2] / "data" / "labelled.jsonl"
EXAMPLES = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["title"][:60] for example in EXAMPLES])
def test_an_example_gets_its_categories_and_statuses(
    example: dict[str, Any], reports: Callable[..., list[Report]]
) -> None:
    fields = {key: value for key, value in example.items() if key != "events"}
    said = [(report.category, report.status) for report in reports(**fields)]
    assert sorted(said) == sorted((e["category"], e["status"]) for e in example["events"])


def test_the_examples_show_every_category_in_every_status_beside_look_alikes() -> None:
    shown = {(e["category"], e["status"]) for example in EXAMPLES for e in example["events"]}
    assert shown == {(str(c), str(s)) for c in Category for s in Status}
    assert sum(not example["events"] for example in EXAMPLES) >= 30
