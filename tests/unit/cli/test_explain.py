"""`watchfloor explain` as it is read: in a terminal, in a pipe, as JSON."""

import io
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from rich.cells import cell_len
from rich.console import Console

from schemas.news import NewsItem
from schemas.report import Category, Status
from services.classifier import lexicons
from services.classifier.classify import Classifier, load
from services.classifier.model import Linear, Model
from services.cli import classify, explanation_view, main
from services.cli.explanation import Explainer
from tests.support import builders

FIRED: Final = "North Korea fires a missile into the sea"
FEED: Final = Path(explanation_view.__file__).parent / "demo" / "feed.jsonl"
WEIGHTS: Final = {f"+{name}": 2.0 for name in ("missile", "missile_done")} | {
    "sea": -0.5, "into": -0.4, "the": -0.3, "a": -0.2, "into the": -0.1, "the sea": -0.05,
}  # fmt: skip


def fake(launch: Mapping[str, float] = WEIGHTS, summit: float = -3.0) -> Classifier:
    never = Linear(-9.0, {})
    categories = dict.fromkeys(Category, never) | {
        Category.MISSILE_LAUNCH: Linear(-1.0, launch),
        Category.SUMMIT: Linear(summit, {}),
    }
    statuses = {Status.PLANNED: Linear(0.5, {"+missile_done": -2.0}), Status.CALLED_OFF: never}
    return Classifier(lexicons.packaged, Model(categories, statuses, (1.0, 0.0)), threshold=0.5)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("services.cli.explain.load", fake)
    monkeypatch.chdir(tmp_path)


def item(**fields: Any) -> str:
    return json.dumps({"id": "a", "title": FIRED, "language": "en", **fields})


def explain(monkeypatch: pytest.MonkeyPatch, *options: str, name: str = "feed.jsonl") -> object:
    """Return the exit code of the command."""
    monkeypatch.setattr(sys, "argv", ["watchfloor", "explain", name, *options])
    with pytest.raises(SystemExit) as raised:
        main.main()
    return raised.value.code


def shown(of: NewsItem, *, width: int = 80, colour: bool = False, summit: float = -3.0) -> str:
    """Return what a terminal of that width shows."""
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, width=width, no_color=not colour,
        color_system="standard" if colour else None,
    )  # fmt: skip
    now = datetime(2024, 6, 27, tzinfo=UTC)
    explanation_view.show(console, of, Explainer(fake(summit=summit), 5).explain(of, now))
    return out.getvalue()


def test_in_a_pipe_it_is_plain_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("feed.jsonl").write_text(item(published_at="2024-06-27"))
    assert explain(monkeypatch) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a (en, 2024-06-27)",
        f"     title  {FIRED}",
        "missile_launch: reported, occurred, main",
        "confidence  ████████|█████░░░ 0.810 of 0.500",
        "   trigger  missile",
        "    actors  North Korea (KP, launcher)",
        "    status  occurred: planned has 0.182 of 0.500",
        "     -2.00  MISSILE_DONE",
        "       for  +4.00 by 2 features",
        "     +2.00  MISSILE",
        "     +2.00  MISSILE_DONE",
        "   against  -1.55 by 6 features",
        "     -0.50  “sea”",
        "     -0.40  “into”",
        "     -0.30  “the”",
        "     -0.20  “a”",
        "     -0.10  “into the”",
        "      bias  -1.00 before a word is read; in all +1.45",
        "     words  MISSILE_DONE: fires; MISSILE: missile",
        "balloon_launch, summit, exercise: kept out, no trigger word",
        "",
    ]


def test_all_names_every_feature(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("feed.jsonl").write_text(item())
    assert explain(monkeypatch, "--all") == 0
    assert "\n     -0.05  “the sea”\n" in capsys.readouterr().out


def test_what_was_kept_out_says_how_far_below_and_what_spoke_against_it_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("services.cli.explain.load", lambda: fake({"sold": -1.0, "a": 1.5}))
    Path("feed.jsonl").write_text(item(title="A missile sold"))
    assert explain(monkeypatch) == 0
    out = capsys.readouterr().out
    assert "missile_launch: kept out, 0.122 below the threshold\n" in out
    assert "confidence  ██████░░|░░░░░░░░ 0.378 of 0.500\n" in out
    assert out.index("   against  -1.00 by 1 feature\n") < out.index(
        "       for  +1.50 by 1 feature\n"
    )
    assert "status" not in out


@pytest.mark.parametrize(
    ("bias", "bar"),
    [
        pytest.param(-0.001, "███████░|░░░░░░░░", id="just below"),
        pytest.param(0.001, "████████|█░░░░░░░", id="just above"),
    ],
)
def test_a_bar_passes_its_mark_only_where_the_threshold_is_reached(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bias: float, bar: str
) -> None:
    monkeypatch.setattr("services.cli.explain.load", lambda: fake(summit=bias))
    Path("feed.jsonl").write_text(item(title="A summit"))
    assert explain(monkeypatch) == 0
    assert f"confidence  {bar} 0.500 of 0.500" in capsys.readouterr().out


def test_what_hid_a_trigger_or_a_language_without_words_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [item(title="A trial balloon"), item(id="b", title="Le missile", language="fr")]
    Path("feed.jsonl").write_text("\n".join(lines))
    assert explain(monkeypatch) == 0
    out = capsys.readouterr().out
    assert "\n lookalike  trial balloon (no word in it is a trigger)\n" in out
    assert "\nb (fr)\n     title  Le missile\nno lexicon for fr: nothing is said in it\n" in out


def test_only_the_sentences_that_matter_are_shown() -> None:
    body = f"Rain fell.\nShops shut.\nTrams ran.\n{FIRED}."
    text = shown(builders.item(title="News", body=body))
    assert f"      body {FIRED}." in text
    assert "Trams" not in text


def test_an_item_without_a_title_is_shown_by_its_body_alone() -> None:
    text = shown(builders.item(title="", body=f"{FIRED}."))
    assert re.findall(r"(?m)^ +(title|body) (.*)$", text) == [("body", f"{FIRED}.")]


def test_evidence_has_its_categorys_colour_and_triggers_are_underlined() -> None:
    text = shown(builders.item(title=f"{FIRED} before talks"), colour=True)
    assert "\x1b[31mNorth Korea fires a \x1b[0m\x1b[1;4;31mmissile\x1b[0m" in text
    assert "\x1b[4;36mtalks\x1b[0m" in text  # a summit kept out: its trigger alone
    assert "\x1b[1;31mmissile_launch" in text


def test_evidence_that_overlaps_keeps_the_colour_of_the_first() -> None:
    body = f"{FIRED} {'x ' * 100}the leaders held talks{' y' * 100}"
    of = builders.item(title="News", body=body)
    text = shown(of, width=1000, colour=True, summit=3.0)
    first, second = (line for line in text.splitlines() if "body" in line)
    assert "\x1b[31mNorth Korea fires" in first
    assert re.search(r"body.*\x1b\[31m[x ]+the leaders .*talks.*\x1b\[36m[y ]+", second)


@pytest.mark.parametrize("width", [80, 50])
def test_a_narrow_terminal_shows_all_of_it(width: int) -> None:
    long = builders.item(
        title=f"{FIRED} while the two leaders hold a summit in the capital with their ministers",
        body="A ballistic missile also flew over the island before it fell into the ocean.",
    )
    lines = shown(long, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    wide = shown(long, width=1000).split()
    assert "".join(shown(long, width=width).split()) == "".join(wide)


@pytest.mark.parametrize("terminal", [True, False])
def test_an_item_cannot_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    evil = "\x1b]0;owned\x07 \u202e\u2028 \r[red]missile fired\x9b2J"
    fields = {"id": evil, "title": evil, "body": evil, "source": evil}
    if terminal:
        text = shown(builders.item(**fields))
        assert "[red]missile fired" in text
    else:
        Path("feed.jsonl").write_text(item(**fields))
        assert explain(monkeypatch) == 0
        text = capsys.readouterr().out
    assert "missile" in text
    assert not {"\x07", "\r", "\u2028", "\u202e", "\x9b"} & set(text)
    assert "\x1b]" not in text


def test_json_is_one_object_a_line_with_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("feed.jsonl").write_text(f"{item()}\n{item(id='b', language='fr')}\n")
    assert explain(monkeypatch, "--json") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    launch, *others = first["accounts"]
    assert launch["report"]["actors"] == [
        {"name": "North Korea", "country": "KP", "role": "launcher"}
    ]
    assert "item" not in launch["report"]
    against = launch["balance"]["speaks_against"]
    assert (against["features"], len(against["heaviest"])) == (6, 5)
    assert against["heaviest"][0] == {"feature": "sea", "means": "“sea”", "weight": -0.5}
    assert launch["decision"]["of"] == "planned"
    assert launch["evidence"] == [{"field": "title", "start": 0, "end": len(FIRED), "text": FIRED}]
    assert launch["words"]["missile_done"] == ["fires"]
    assert [other["balance"] for other in others] == [None] * 3
    assert (second["id"], second["known"], second["accounts"]) == ("b", False, [])


def test_a_bad_line_is_answered_as_classify_does_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [b"", b'{"id": "c"}', b"\xff"]
    feed = b"\n".join([item().encode(), *bad, item(id="z").encode()])
    Path("feed.jsonl").write_bytes(feed)
    assert explain(monkeypatch, "--json") == 0
    first, *answers, last = capsys.readouterr().out.splitlines()
    assert (json.loads(first)["id"], json.loads(last)["id"]) == ("a", "z")
    expected = [classify.answer(fake(), line, at) for at, line in enumerate(bad, 2)]
    assert [f"{answer}\n".encode() for answer in answers] == expected
    assert explain(monkeypatch) == 0
    out = capsys.readouterr().out
    assert re.findall(r"(?m)^line (\d): (.{12})", out) == [
        ("2", "an empty lin"), ("3", "an item need"), ("4", "Invalid JSON"),
    ]  # fmt: skip
    assert out.count("missile_launch: reported") == 2


def test_lines_are_counted_over_several_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    large = item(title="Rain", body="x" * 200_000)
    Path("feed.jsonl").write_text(f"{large}\nno\n{large}\nno\n")
    assert explain(monkeypatch) == 0
    assert re.findall(r"(?m)^line (\d)", capsys.readouterr().out) == ["2", "4"]


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_a_missing_file_ends_with_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert explain(monkeypatch, *options, name="missing.jsonl") == 2
    assert capsys.readouterr() == ("", "missing.jsonl: No such file or directory\n")


def test_an_interrupt_ends_with_130_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    Path("feed.jsonl").write_text(item())
    monkeypatch.setattr(Explainer, "explain", interrupted)
    assert explain(monkeypatch) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("options", [(), ("--all",), ("--json",)], ids=["text", "all", "json"])
def test_the_packaged_classifier_explains_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    monkeypatch.setattr("services.cli.explain.load", load)
    assert explain(monkeypatch, *options, name=str(FEED)) == 0
    out = capsys.readouterr().out
    for name in (json.loads(line)["id"] for line in FEED.read_text("utf-8").splitlines()):
        assert len(re.findall(rf'(?m)^(?:{name} \(en, |{{"id":"{name}",)', out)) == 1
    assert "missile_launch: reported" in out or '"report":{' in out
