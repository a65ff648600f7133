"""Damaged files of the classifier are told by name, and what is wrong with them."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from services.classifier import model, packaged
from services.classifier.classes import classes
from services.classifier.model import WEIGHTS
from services.classifier.packaged import PackagedError


def cut(text: str) -> str:
    return text[: len(text) // 2]


def changed(change: Callable[[Any], object]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        document = json.loads(text)
        change(document)
        return json.dumps(document)

    return apply


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (cut, "JSONDecodeError"),
        (lambda _: "[]", "TypeError"),
        (changed(lambda d: d["categories"].pop("summit")), "nothing of summit"),
        (changed(lambda d: d["statuses"].pop("planned")), "nothing of planned"),
        (changed(lambda d: d.pop("below")), "below"),
        (changed(lambda d: d["categories"]["summit"].update(bias="low")), "no number"),
        (changed(lambda d: d["categories"]["summit"].update(weights=[1])), "AttributeError"),
        (changed(lambda d: d["categories"]["summit"]["weights"].update(x=None)), "no number"),
    ],
)
def test_weights_that_are_no_model_are_told(
    damage: Callable[[str], str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = files("services.classifier").joinpath(WEIGHTS).read_text("utf-8")
    (tmp_path / WEIGHTS).write_text(damage(text), encoding="utf-8")
    monkeypatch.setattr(packaged, "files", lambda _: tmp_path)
    with pytest.raises(PackagedError, match=says) as raised:
        model.load()
    assert str(raised.value).startswith(f"{WEIGHTS}: ")


@pytest.mark.parametrize("text", [None, "", "[]", '{"fine": 1}', '{"fine": [1]}', '{"odd": ["a"]}'])
def test_classes_that_are_none_are_told(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / "classes.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(packaged, "files", lambda _: tmp_path)
    classes.cache_clear()
    with pytest.raises(PackagedError, match=r"^classes\.json: "):
        classes()
