import base64
from pathlib import Path

import pytest
import yaml

from services.cli import configuration
from services.runtime.settings import ConfigurationError

SECRET = f"whsec_{base64.b64encode(b's' * 32).decode()}"
CHANNELS = """
channels:
  desk: {format: generic, url: "https://desk.example/hook", secret: {env: DESK_SECRET}}
subscriptions:
  all: {channel: desk}
"""


@pytest.fixture(autouse=True)
def channels_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "channels.yaml"
    path.write_text(CHANNELS)
    monkeypatch.setenv("WATCHFLOOR_NOTIFIER__CHANNELS_FILE", str(path))
    monkeypatch.setenv("DESK_SECRET", SECRET)
    return path


def test_check_says_what_is_right(channels_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configuration.check(None)
    assert capsys.readouterr().out.splitlines() == [
        "settings: ok",
        f"{channels_file}: ok, 1 channels, 1 subscriptions",
    ]


def test_check_names_the_file_and_the_field_of_a_misspelt_key(channels_file: Path) -> None:
    channels_file.write_text(CHANNELS.replace("channel: desk", "chanel: desk"))
    with pytest.raises(ConfigurationError) as raised:
        configuration.check(None)
    assert f"{channels_file}: subscriptions.all.chanel: is not a known" in str(raised.value)


def test_check_names_a_reference_that_leads_nowhere(
    channels_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_SECRET")
    with pytest.raises(ConfigurationError) as raised:
        configuration.check(None)
    assert str(raised.value).startswith(f"{channels_file}: channels.desk.secret: ")


def test_show_gives_what_holds_as_a_settings_file_with_secrets_masked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL", "postgresql://u:hidden@db.example/x")
    monkeypatch.setenv("WATCHFLOOR_NOTIFIER__BATCH", "7")
    configuration.show(None)
    text = capsys.readouterr().out
    assert "hidden" not in text
    shown = yaml.safe_load(text)
    assert shown["ledger"]["url"] == "**********"
    assert shown["notifier"]["batch"] == 7
    assert shown["notifier"]["correlation"] == "country_day"
