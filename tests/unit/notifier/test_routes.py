from pathlib import Path

import pytest

from services.notifier.egress import Egress
from services.notifier.routes import Route, load_file, make_routes
from services.notifier.subscriptions import ChannelsFile
from services.runtime.settings import ConfigurationError

SECRET = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"


def desk(tmp_path: Path, text: str) -> ChannelsFile:
    path = tmp_path / "channels.yaml"
    path.write_text(text)
    return load_file(path)


def test_references_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    monkeypatch.setenv("HOOK", "https://hooks.example/T0/B0/x")
    channels = desk(
        tmp_path,
        f"channels: {{a: {{format: generic, url: {{env: HOOK}}, secret: {{file: {secret}}}}}}}",
    ).channels
    route = make_routes(channels, Egress())["a"]
    assert (route.url, route.secrets) == ("https://hooks.example/T0/B0/x", (SECRET,))
    assert SECRET not in repr(route)
    assert "hooks.example" not in repr(route), "a chat webhook's URL is its secret"


def test_what_a_receiver_echoes_of_our_secrets_is_taken_out() -> None:
    route = Route("a", "generic", "https://hooks.example/T0/B0/xyz?k=1", (SECRET,))
    echoed = f"no such hook https://hooks.example/T0/B0/xyz?k=1, /T0/B0/xyz: {SECRET}!"
    assert route.redacted(echoed) == "no such hook [redacted], [redacted]: [redacted]!"
    assert route.redacted("nothing of ours") == "nothing of ours"
    assert Route("a", "slack", "https://x.example/", ()).redacted("a/b") == "a/b"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "channels: {a: {format: slack, url: {env: NO_SUCH_VARIABLE}}}",
            "channels.a.url: the environment has no NO_SUCH_VARIABLE",
        ),
        ("channels: {a: {format: slack, url: {file: /no/such}}}", "channels.a.url: [Errno 2]"),
        (
            "channels: {a: {format: generic, url: 'https://x', secret: {env: SHORT}}}",
            "channels.a.secret: a secret has 24 to 64 bytes",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(
    text: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "whsec_QUFB")
    channels = desk(tmp_path, text).channels
    with pytest.raises(ConfigurationError, match=line.replace("[", r"\[")) as raised:
        make_routes(channels, Egress())
    assert "QUFB" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("channels: {a: {fromat: slack}}", "channels.a.fromat: is not a known setting"),
        ("channels: [", "line 1, column 12: expected the node content"),
        ("channels: {a: {format: generic, url: 'https://x'}}", "channels.a: secret: a generic"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(text: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        desk(tmp_path, text)
    assert str(tmp_path / "channels.yaml") in str(raised.value)
    assert line in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.yaml"):
        load_file(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://user:pw@hooks.example/x", "with a user"),
        ("https://hooks.example:22/x", "port 22"),
        ("http://127.0.0.1/x", "within 127.0.0.0/8"),
    ],
)
def test_a_url_that_could_never_be_reached_stops_the_start(
    url: str, why: str, tmp_path: Path
) -> None:
    channels = desk(tmp_path, f"channels: {{a: {{format: slack, url: '{url}'}}}}").channels
    with pytest.raises(
        ConfigurationError, match=rf"channels\.a\.url: may not be reached: {why}"
    ) as e:
        make_routes(channels, Egress())
    assert "pw" not in str(e.value)
    assert "/x" not in str(e.value)
