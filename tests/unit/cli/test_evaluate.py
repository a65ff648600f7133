import importlib.util
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.news import MAX_ITEM_BYTES, NewsItem
from schemas.report import Report, Span
from services.classifier import classify
from services.cli import main
from services.cli.evaluate import _resampling
from tests.support import builders

FIRED = "North Korea fires a ballistic missile into the sea"
LAUNCH = {"category": "missile_launch", "status": "occurred"}
PLOTS = {"f1-by-threshold.png", "precision-recall.png", "reliability.png", "status.png"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Alarmist:
    """A classifier that reports a launch, 0.8 sure, wherever something is fired."""

    def reports(self, item: NewsItem, **_: object) -> list[Report]:
        start = item.title.find(FIRED)
        if start < 0:
            return []
        span = Span(field="title", start=start, end=start + len(FIRED), text=FIRED)
        return [builders.report(of=item, confidence=0.8, evidence=(span,))]


@pytest.fixture(autouse=True)
def _alarmist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.evaluate.load_whole", Alarmist)


@pytest.fixture
def _no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)


def gold(*items: dict[str, Any]) -> None:
    lines = [
        json.dumps({"id": f"a{number}", "title": "Rain", "language": "en", "events": []} | item)
        for number, item in enumerate(items, 1)
    ]
    Path("gold.jsonl").write_text("\n".join(lines), "utf-8")


def evaluate(monkeypatch: pytest.MonkeyPatch, *options: str) -> object:
    """Return the exit code of the command over gold.jsonl."""
    monkeypatch.setattr(sys, "argv", ["watchfloor", "evaluate", "gold.jsonl", *options])
    with pytest.raises(SystemExit) as raised:
        main.main()
    return raised.value.code


def cells(text: str, start: str) -> Iterator[list[str]]:
    return (line.split() for line in text.splitlines() if line.startswith(start))


@pytest.mark.usefixtures("_no_matplotlib")
def test_tables_in_a_pipe_are_aligned_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = {"title": FIRED, "events": [LAUNCH], "stratum": "M"}
    alarm = {"title": FIRED, "stratum": "random"}
    gold(*[right] * 5, alarm, {"stratum": "random"}, {"stratum": "ko", "language": "ko"})
    assert evaluate(monkeypatch) == 0
    out = capsys.readouterr().out
    groups = [line for line in out.splitlines() if line.startswith(("group ", "en-short ", "ko "))]
    assert len({len(line) for line in groups[:3]}) == 1
    assert next(row[:3] for row in cells(out, "en-short")) == ["en-short", "7", "0.909"]
    assert "  50.0 %     50.0 %" in out
    launches = ["en-short", "missile_launch", "0.833", "1.000", "0.909", "5"]
    assert launches in list(cells(out, "en-short"))
    assert ["occurred", "5", "0", "0"] in list(cells(out, "occurred"))
    assert "error 0.033, Brier score 0.140, over 6 reports by test-1\n" in out
    assert "without a stratum" not in out
    assert "\x1b" not in out


@pytest.mark.usefixtures("_no_matplotlib")
def test_json_has_the_figures_and_nothing_beside_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold({"title": FIRED, "events": [LAUNCH]}, {"events": [LAUNCH], "body": "x" * 601})
    assert evaluate(monkeypatch, "--json", "--errors", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["groups"]) == ["en-short", "full"]
    assert found["groups"]["en-short"]["status_accuracy"] == 1.0
    assert found["groups"]["full"]["macro_f1"] is None
    assert found["groups"]["full"]["categories"]["missile_launch"]["recall"] == 0.0
    assert found["status"]["occurred"] == {"occurred": 1, "planned": 0, "called_off": 0}
    assert (found["reports"], found["unsampled"]) == (1, 2)
    assert (found["calibration_error"], found["brier"]) == pytest.approx((0.2, 0.04))
    assert found["microseconds"]["mean"] > 0


@pytest.mark.usefixtures("_no_matplotlib")
def test_what_is_measured_is_the_classifier_that_the_service_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("services.cli.evaluate.load_whole", classify.load_whole)
    gold({"title": FIRED, "events": [LAUNCH]}, {"title": "", "body": FIRED})
    assert evaluate(monkeypatch, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["reports"] == 2
    assert found["classifier_version"] == classify.version()


def test_the_interval_of_a_file_is_the_same_in_every_run() -> None:
    outcomes = [(frozenset({str(number)}), frozenset[str]()) for number in range(100)]
    first, second = (list(make(outcomes)) for make in (_resampling(), _resampling()))
    assert first == second
    assert len(first) == 100
    assert 1 < len(set(first)) < 100  # with replacement


@pytest.mark.usefixtures("_no_matplotlib")
def test_wrong_items_are_shown_with_the_words_that_misled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold(
        {"title": FIRED, "events": [LAUNCH]},
        {"title": f"\x1b[31m{FIRED}"},
        {"title": "Quiet day", "events": [LAUNCH]},
        {"title": "Quieter day", "events": [LAUNCH]},
    )
    assert evaluate(monkeypatch, "--errors", "2") == 0
    out = capsys.readouterr().out
    shown = out[out.index("a2 (en-short)") :]
    assert "a1 (" not in out
    assert f"a2 (en-short): [31m{FIRED}\n  labelled no event\n" in shown
    assert f"  said     missile_launch occurred, 0.80\n           title: “{FIRED}”\n" in shown
    assert (
        "a3 (en-short): Quiet day\n  labelled missile_launch occurred\n  said     no event" in shown
    )
    assert "a4" not in out
    assert "\x1b" not in out


@pytest.mark.usefixtures("_no_matplotlib")
def test_a_wrong_item_without_a_title_is_shown_by_the_head_of_its_body(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold({"title": "", "body": "Quiet. " * 100, "events": [LAUNCH], "stratum": "S"})
    assert evaluate(monkeypatch, "--errors", "1") == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("a1 ("))
    assert line == f"a1 (en-short): {('Quiet. ' * 100)[:600].strip()}"


@pytest.mark.usefixtures("_no_matplotlib")
def test_items_whose_group_their_text_decides_are_counted_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold({}, {"stratum": "S"})
    assert evaluate(monkeypatch) == 0
    out = capsys.readouterr().out
    assert "\nitems without a stratum: 1; those with a body of more than 600 characters" in out
    assert "over 0 reports" in out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("no", "the whole: Invalid JSON", id="no JSON"),
        pytest.param("[]", "the whole: Input should be an object", id="no object"),
        pytest.param('{"title": "x", "events": []}', "id: Field required", id="no id"),
        pytest.param('{"id": "a", "title": "x"}', "events: Field required", id="no labels"),
        pytest.param(
            '{"id": "a", "events": []}', "the whole: an item needs a title or a body", id="no text"
        ),
        pytest.param(
            '{"id": "a", "title": "x", "events": [], "published_at": 2024}',
            "published_at: expected an RFC 3339",
            id="year",
        ),
        pytest.param(
            '{"id": "a", "title": "x", "events": [{"category": "sumit", "status": "occurred"}]}',
            "events.0.category: Input should be 'missile_launch'",
            id="no category of ours",
        ),
        pytest.param(
            '{"id": "a", "title": "x", "events": [{"category": "summit", "status": "over"}]}',
            "events.0.status: Input should be 'occurred'",
            id="no status of ours",
        ),
    ],
)
def test_a_bad_line_ends_with_2_and_file_line_and_field(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    gold({})
    good = Path("gold.jsonl").read_text("utf-8")
    Path("gold.jsonl").write_text(f"{good}\n\n{line}\n{good}\n", "utf-8")
    assert evaluate(monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"gold.jsonl: line 3: {says}")
    assert err.count("\n") == 1
    assert not Path("var").exists()


def test_a_file_that_is_no_gold_has_its_first_lines_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("gold.jsonl").write_text('{"id": "a", "title": "x"}\n' * 30)
    assert evaluate(monkeypatch) == 2
    assert capsys.readouterr().err.count("\n") == 10


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "gold.jsonl: No such file or directory\n", id="missing"),
        pytest.param("\n \n", "gold.jsonl: it holds no items\n", id="empty"),
        pytest.param(
            f'{{"id": "a", "title": "{"x" * MAX_ITEM_BYTES}", "events": []}}',
            "gold.jsonl: line 1: 1048614 bytes: an item has at most 1048576\n",
            id="too large",
        ),
    ],
)
def test_a_file_without_items_ends_with_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    says: str,
) -> None:
    if content is not None:
        Path("gold.jsonl").write_text(content)
    assert evaluate(monkeypatch) == 2
    assert capsys.readouterr() == ("", says)


@pytest.mark.usefixtures("_no_matplotlib")
def test_without_matplotlib_there_are_tables_and_one_line_about_plots(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold({"title": FIRED, "events": [LAUNCH]})
    assert evaluate(monkeypatch) == 0
    out, err = capsys.readouterr()
    assert out.startswith("By group\n")
    assert err == "plots need matplotlib, which is not installed\n"
    assert not Path("var").exists()


@pytest.mark.skipif(not importlib.util.find_spec("matplotlib"), reason="plots need matplotlib")
@pytest.mark.parametrize(
    "items",
    [
        pytest.param([{"title": FIRED, "events": [LAUNCH]}] * 3 + [{"title": FIRED}], id="reports"),
        pytest.param([{}], id="none"),
    ],
)
def test_plots_are_written_and_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    items: list[dict[str, Any]],
) -> None:
    gold(*items)
    assert evaluate(monkeypatch, "--plots", "drawn/here") == 0
    written = {path.name: path for path in Path("drawn/here").iterdir()}
    assert set(written) == PLOTS
    said = capsys.readouterr().err.splitlines()
    assert sorted(said) == [f"wrote drawn/here/{name}" for name in sorted(PLOTS)]
    for path in written.values():
        head = path.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert min(struct.unpack(">II", head[16:])) > 600  # pixels
