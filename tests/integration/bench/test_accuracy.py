import shutil
from pathlib import Path

import pytest
from rich.console import Console

from schemas.report import Category, Status
from tests.bench import accuracy
from tests.bench.figures import Figure
from tests.bench.progress import Progress
from tests.bench.references import keywords
from tests.support import builders

_EXAMPLES = Path("tests/data/labelled.jsonl")


def _measured() -> dict[str, Figure]:
    with Progress(Console(stderr=True)) as progress:
        return {figure.name: figure for figure in accuracy.measure(progress)}


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of labelled news that is still empty, and one quick round."""
    monkeypatch.setattr(accuracy, "_NEWS", tmp_path)
    monkeypatch.setattr(accuracy, "_OWN", (_EXAMPLES, _EXAMPLES))
    monkeypatch.setattr(accuracy, "_ROUNDS", 1)
    return tmp_path


def test_labelled_news_is_measured_against_the_floors_beside_both_references(news: Path) -> None:
    for name in ("dev.jsonl", "train.jsonl"):
        shutil.copy(_EXAMPLES, news / name)
    figures = _measured()
    assert all(name.startswith("dev.jsonl, ") for name in figures)
    assert all(set(figure.reference) == {"keywords", "TF-IDF"} for figure in figures.values())
    floors = {figure.target for name, figure in figures.items() if "English headlines" in name}
    assert floors == {"≥ 0.91", "≥ 0.9", "≤ 0.03", ""}
    (macro,) = (f for name, f in figures.items() if name.endswith("English headlines: macro-F1"))
    assert macro.peers["TF-IDF"] > 0.95, "it was fitted on these very items"
    assert 0 < macro.peers["keywords"] < macro.peers["TF-IDF"]
    assert 0.5 < macro.value <= 1
    costs = [figure for figure in figures.values() if figure.unit == "µs"]
    assert len(costs) == 2
    assert all(cost.value > 0 and min(cost.peers.values()) > 0 for cost in costs)


def test_without_labelled_news_the_own_examples_are_measured_and_have_no_floors(
    news: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    figures = _measured()
    assert figures
    assert all(name.startswith("labelled.jsonl, ") for name in figures)
    assert not any(figure.target for figure in figures.values())
    assert f"{news.name} has no labelled news" in capfd.readouterr().err.replace("\n", "")


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        ("en", "Two rockets hit a port", {Category.MISSILE_LAUNCH: Status.OCCURRED}),
        ("en", "Allies postpone their naval drill", {Category.EXERCISE: Status.CALLED_OFF}),
        ("ko", "두 나라 다음 달 정상회담", {Category.SUMMIT: Status.PLANNED}),
        ("zh", "两国取消军演", {Category.EXERCISE: Status.CALLED_OFF}),
        ("en", "A bakery opens", {}),
    ],
)
def test_keywords_say_a_category_and_its_status(
    language: str, title: str, said: dict[Category, Status]
) -> None:
    assert keywords.judge([builders.item(title=title, language=language)]) == [said]
