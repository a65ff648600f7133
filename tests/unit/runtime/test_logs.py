import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from services.runtime import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_the_service_and_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", "notifier")
    structlog.get_logger("here").info("attempt", channel="desk", status=204)
    (line,) = lines(capsys)
    assert line["event"] == "attempt"
    assert (line["service"], line["level"], line["logger"]) == ("notifier", "info", "here")
    assert (line["channel"], line["status"]) == ("desk", 204)
    assert str(line["timestamp"]).endswith("Z")


def test_a_traceback_stays_within_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", "notifier")
    try:
        int("no item")
    except ValueError:
        structlog.get_logger("here").exception("a fault of ours")
    (line,) = lines(capsys)
    assert "ValueError: invalid literal" in str(line["exception"])


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "kafka.conn"])
def test_a_client_s_chatter_is_not_logged(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", "notifier")
    logging.getLogger(name).info("POST https://hooks.example/T0/secret")
    logging.getLogger(name).warning("broken")
    assert [line["event"] for line in lines(capsys)] == ["broken"]


def test_below_the_level_nothing_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("ERROR", "console", "notifier")
    structlog.get_logger("here").warning("not this")
    structlog.get_logger("here").error("but this")
    printed = capsys.readouterr().err
    assert "but this" in printed
    assert "not this" not in printed
