import os
from pathlib import Path

import pytest

from services.runtime import settings
from services.runtime.settings import ConfigurationError, Correlation


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)


def fault(path: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as raised:
        settings.load(path)
    return str(raised.value)


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "watchfloor.toml"
    path.write_text('[kafka]\nbootstrap_servers = "file:1"\nsession_timeout = 20\n')
    monkeypatch.setenv("WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS", "environment:1")
    loaded = settings.load(path).kafka
    assert (loaded.bootstrap_servers, loaded.session_timeout, loaded.group_instance_id) == (
        "environment:1",
        20,
        None,
    )


def test_the_variable_names_a_file_in_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text("notifier:\n  correlation: none\n  egress_allow: [127.0.0.0/8]\n")
    monkeypatch.setenv("WATCHFLOOR_CONFIG", str(path))
    loaded = settings.load().notifier
    assert loaded.correlation is Correlation.NONE
    assert [str(network) for network in loaded.egress_allow] == ["127.0.0.0/8"]


def test_the_fallback_fills_what_neither_says(tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text("kafka:\n  session_timeout: 20\n")
    loaded = settings.load(path, fallback={"kafka": {"bootstrap_servers": "run:1"}})
    assert (loaded.kafka.bootstrap_servers, loaded.kafka.session_timeout) == ("run:1", 20)


def test_the_fallback_yields_to_a_secret_s_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://ours")
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL_FILE", str(secret))
    loaded = settings.load(fallback={"ledger": {"url": "postgresql://run"}})
    assert loaded.ledger.url.get_secret_value() == "postgresql://ours"


@pytest.mark.parametrize("text", ["kafka:", "kafka: 3", "1: 2"])
def test_a_section_that_is_no_table_is_refused_beside_a_fallback(text: str, tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"watchfloor\.yaml"):
        settings.load(path, fallback={"kafka": {"bootstrap_servers": "run:1"}})


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("WATCHFLOOR_KAFKA__BOOTSTRAP", "x", "kafka.bootstrap: is not a known setting"),
        ("WATCHFLOOR_KAFFKA__X", "x", "WATCHFLOOR_KAFFKA__X: is not a known setting"),
        ("WATCHFLOOR_NOTIFIER__CORRELATION", "maybe", "WATCHFLOOR_NOTIFIER__CORRELATION"),
        ("WATCHFLOOR_KAFKA__SESSION_TIMEOUT", "soon", "kafka.session_timeout: Input should be"),
        ("WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS", "nowhere", "kafka.bootstrap_servers"),
        ("WATCHFLOOR_KAFKA", "{", "expected JSON"),
    ],
)
def test_a_wrong_variable_is_named(
    name: str, value: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert line in fault()
    assert "\n" not in fault()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kafka: {bootstrap_serverz: a}", "kafka.bootstrap_serverz: is not a known setting"),
        ("kafkaa: {}", "kafkaa: is not a known setting"),
        ("kafka: [", "line 1, column 9: expected the node content"),
        ("- a", "expected tables"),
        ("notifier: {port: 70000}", "notifier.port: Input should be less than or equal to 65535"),
        ("kafka: 3", "kafka: "),
    ],
)
def test_a_wrong_file_is_named_with_its_field(text: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text(text)
    assert str(path) in fault(path)
    assert line in fault(path)


def test_a_fault_in_yaml_does_not_print_the_line_that_may_hold_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text('ledger: {url: "postgresql://u:hunter2@h/db"]\n')
    assert "line 1" in fault(path)
    assert "hunter2" not in fault(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "none.toml") in fault(tmp_path / "none.toml")


def test_every_fault_has_a_line(tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text("kafka: {a: 1, b: 2}")
    assert len(fault(path).splitlines()) == 2


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "watchfloor.yaml"
    path.write_text("# nothing yet\n")
    assert settings.load(path) == settings.load()


def test_a_secret_is_read_from_its_file_and_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://somebody:hunter2@db/ledger\n")
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL_FILE", str(secret))
    loaded = settings.load()
    assert loaded.ledger.url.get_secret_value() == "postgresql://somebody:hunter2@db/ledger"
    assert "hunter2" not in repr(loaded) + loaded.model_dump_json()


def test_a_secret_and_its_file_are_not_both_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL", "postgresql://a")
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL_FILE", str(tmp_path / "url"))
    assert "url and url_file are both set" in fault()


def test_a_secret_s_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATCHFLOOR_LEDGER__URL_FILE", str(tmp_path / "none"))
    assert "url_file" in fault()
