import io
import sys
from pathlib import Path

import pytest

from services.cli import main
from services.local.processes import StartError

COMMANDS = [
    "up", "classifier", "notifier", "publish", "classify", "tail", "explain", "evaluate", "lag",
    "deliveries list", "deliveries show", "deliveries redrive",
    "channels list", "channels enable", "channels disable",
    "topics ensure", "config check", "config show", "kafka start", "kafka stop", "kafka status",
]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Return the exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["watchfloor", *arguments])
    with pytest.raises(SystemExit) as raised:
        main.main()
    return raised.value.code


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_help_text_has_examples_and_exit_codes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, option: str
) -> None:
    assert ended(monkeypatch, *command.split(), option) == 0
    text = capsys.readouterr().out
    assert f"\n    watchfloor {command}" in text
    assert "\n    2 " in text


def test_a_wrong_setting_ends_with_2_and_a_line_for_each_fault(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "w.yaml").write_text("kafka: {session_timeout: 0, colour: red}\nlog: {level: LOUD}\n")
    assert ended(monkeypatch, "config", "check", "--config", "w.yaml") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(": ")[:2] for line in err.splitlines()] == [
        ["w.yaml", "kafka.session_timeout"],
        ["w.yaml", "kafka.colour"],
        ["w.yaml", "log.level"],
    ]


def test_a_misspelt_variable_stops_a_service_before_it_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WATCHFLOOR_KAFAK__BOOTSTRAP_SERVERS", "x:1")
    for service in ("classifier", "notifier"):
        assert ended(monkeypatch, service) == 2
        assert "WATCHFLOOR_KAFAK__BOOTSTRAP_SERVERS: is not a known" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["tail"], ["tail", "t", "-n", "0"], ["up", "-x"]]
)
def test_wrong_arguments_end_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert ended(monkeypatch, *arguments) == 2
    assert "Usage: watchfloor" in capsys.readouterr().err


def test_a_missing_file_is_a_wrong_argument(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "classify", "missing.jsonl") == 2
    assert capsys.readouterr().err == "missing.jsonl: No such file or directory\n"


def test_a_closed_standard_output_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert ended(monkeypatch, "classify") == "standard output is closed"


def test_what_the_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", ascii_only)

    def write(_: str) -> None:
        sys.stdout.write("북한")

    monkeypatch.setattr("services.cli.classify.run", write)
    assert ended(monkeypatch, "classify") == 0
    ascii_only.flush()
    assert ascii_only.buffer.getvalue() == rb"\ubd81\ud55c"


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr("services.cli.classify.run", fail)


def test_a_server_that_does_not_start_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, StartError("starting Kafka: it ended"))
    assert ended(monkeypatch, "classify") == 1
    assert capsys.readouterr().err == "starting Kafka: it ended\n"


def test_an_interrupt_ends_with_130_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert ended(monkeypatch, "classify") == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError())
    monkeypatch.setattr(sys, "argv", ["watchfloor", "classify"])
    with pytest.raises(ZeroDivisionError):
        main.main()
