"""Damaged files of the classifier are told by name, and what is wrong with them."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from services.classifier import model, packaged
from services.classifier.classes import classes
from services.classifier.model import WEIGHTS
from services.classifier.packaged import PackagedError
from services.cli import main


def cut(text: str) -> str:
    return text[: len(text) // 2]


def changed(change: Callable[[Any], object]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        document = json.loads(text)
        change(document)
        return json.dumps(document)

    return apply


def weighing(**linear: Any) -> Callable[[str], str]:
    return changed(lambda document: document["categories"]["summit"].update(linear))


@pytest.fixture
def files_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder from which the packaged files are read."""
    monkeypatch.setattr(packaged, "files", lambda _: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (cut, "EOF while parsing a .* at line .*"),
        (lambda _: "", "EOF while parsing a value at line 1 column 0"),
        (lambda _: "\udcff", "expected value at line 1 column 1"),
        (lambda _: "[]", r"expected a mapping, not \[\]"),
        (lambda _: "[" * 5000, "recursion limit exceeded at line 1 column .*"),
        (changed(lambda d: d.update(categories=3)), "categories: expected a mapping, not 3"),
        (changed(lambda d: d.pop("categories")), "categories: is missing"),
        (changed(lambda d: d["categories"].pop("summit")), "categories.summit: is missing"),
        (changed(lambda d: d["statuses"].pop("planned")), "statuses.planned: is missing"),
        (changed(lambda d: d["statuses"].update(occurred=1)), r"statuses.occurred: expected .*"),
        (changed(lambda d: d["categories"].update(parade={})), "categories.parade: expected .*"),
        (changed(lambda d: d.pop("below")), "below: is missing"),
        (changed(lambda d: d["below"].pop("factor")), "below.factor: is missing"),
        (changed(lambda d: d["below"].update(offset="0")), "below.offset: .* number, not '0'"),
        (weighing(bias="low"), "categories.summit.bias: expected a valid number, not 'low'"),
        (weighing(bias=True), "categories.summit.bias: expected a valid number, not True"),
        (weighing(bias=float("nan")), "categories.summit.bias: expected a finite number, not nan"),
        (weighing(weights=[1]), r"categories.summit.weights: expected a mapping, not \[1\]"),
        (weighing(weights={"x": None}), "categories.summit.weights.x: .* number, not None"),
        (weighing(weights={"x": float("inf")}), "categories.summit.weights.x: .* number, not inf"),
    ],
)
def test_weights_that_are_no_model_are_told_by_file_and_field(
    damage: Callable[[str], str], says: str, files_at: Path
) -> None:
    text = files("services.classifier").joinpath(WEIGHTS).read_text("utf-8")
    (files_at / WEIGHTS).write_text(damage(text), "utf-8", "surrogateescape")
    with pytest.raises(PackagedError) as raised:
        model.load()
    assert re.fullmatch(rf"{WEIGHTS}: {says}; install it anew", str(raised.value))


def test_of_many_faults_the_first_is_told_and_how_many_there_are(files_at: Path) -> None:
    bad = {"bias": 0, "weights": dict.fromkeys("abcdefgh")}
    (files_at / WEIGHTS).write_text(json.dumps({"categories": {"summit": bad}}))
    with pytest.raises(PackagedError, match=r"summit\.weights\.a: .*, and 9 more; install"):
        model.load()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file or directory"),
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[]", r"expected a mapping, not \[\]"),
        ('{"fine": 1, "coarse": []}', "fine: expected a list, not 1"),
        ('{"fine": ["a"], "coarse": [1]}', r"coarse\[0\]: expected text \(quote it\), not 1"),
        ('{"fine": ["a"]}', "coarse: is missing"),
        ('{"fine": ["a"], "coarse": ["a"], "odd": ["a"]}', "odd: is no key that belongs here"),
    ],
)
def test_classes_that_are_none_are_told_by_file_and_field(
    text: str | None, says: str, files_at: Path
) -> None:
    if text is not None:
        (files_at / "classes.json").write_text(text, encoding="utf-8")
    classes.cache_clear()
    with pytest.raises(PackagedError) as raised:
        classes()
    assert re.fullmatch(rf"classes\.json: {says}; install it anew", str(raised.value))


@pytest.mark.parametrize("name", [WEIGHTS, "classes.json"])
def test_a_command_that_meets_a_damaged_file_ends_with_2(
    name: str,
    files_at: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for file in {WEIGHTS, "classes.json"} - {name}:
        shutil.copy(str(files("services.classifier").joinpath(file)), files_at)
    item = files_at / "feed.jsonl"
    item.write_text('{"id": "a", "title": "North Korea fires a missile into the sea"}')
    classes.cache_clear()
    monkeypatch.setattr(sys, "argv", ["watchfloor", "classify", str(item)])
    with pytest.raises(SystemExit) as raised:
        main.main()
    assert raised.value.code == 2
    told = f"{name}: No such file or directory; install it anew\n"
    assert capsys.readouterr() == ("", told)
