"""How a command ends under bad conditions: never by a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import app, main

ROOT = Path(main.__file__).parents[2]
FIRED = '{"id": "a", "title": "North Korea fires a missile into the sea"}\n'


def watchfloor(here: Path, *arguments: str, redirected: str = "") -> tuple[int, str, str]:
    """Return the exit code, output and errors of a command; modules in `here` precede all."""
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirected}', "bash", sys.executable, "-m", "services.cli.main",
         *arguments],
        cwd=here,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{here}:{ROOT}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("module", ["typer", "orjson"])
def test_an_interrupt_while_a_module_is_loaded_ends_with_130_and_says_nothing(
    tmp_path: Path, module: str
) -> None:
    # As native modules do: what they load is lost, and why is not told by the exception's type.
    (tmp_path / f"{module}.py").write_text(
        "import signal\n"
        "try:\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "except KeyboardInterrupt:\n"
        "    raise ValueError from None\n"
    )
    assert watchfloor(tmp_path, "classify") == (130, "", "")


def test_an_interrupt_before_the_command_begins_ends_with_130_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*, prog_name: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(app, "app", interrupted)
    with pytest.raises(SystemExit) as raised:
        main.main()
    assert raised.value.code == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["classify", "explain", "evaluate", "publish"])
@pytest.mark.parametrize(
    ("name", "says"),
    [("missing", "No such file or directory"), (".", "Is a directory")],
)
def test_an_input_that_cannot_be_read_is_told_with_2(
    tmp_path: Path, command: str, name: str, says: str
) -> None:
    assert watchfloor(tmp_path, command, name) == (2, "", f"{name}: {says}\n")


@pytest.mark.parametrize("command", ["classify", "explain", "evaluate"])
def test_a_full_disk_is_told_with_1(tmp_path: Path, command: str) -> None:
    (tmp_path / "feed.jsonl").write_text(FIRED.replace("}", ', "events": []}'))
    ended = watchfloor(tmp_path, command, "feed.jsonl", redirected=">/dev/full")
    assert ended == (1, "", "No space left on device\n")


def test_a_file_that_cannot_be_written_is_told_by_its_name(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "feed.jsonl").write_text(FIRED.replace("}", ', "events": []}'))
    (tmp_path / "plots").touch()
    ended = watchfloor(tmp_path, "evaluate", "feed.jsonl", "--plots", "plots", redirected=">&2")
    assert ended[0] == 1
    assert ended[2].endswith("\nplots: File exists\n")
