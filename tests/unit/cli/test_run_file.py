import json
from pathlib import Path

import pytest

from services.cli import configuration
from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError
from services.cli.run_file import VAR, Run, alone

RUN = Run(
    bootstrap_servers="127.0.0.1:7001",
    ledger_url="postgresql+asyncpg://postgres@127.0.0.1:7002/watchfloor",
    embedded=True,
    inbox_url="http://127.0.0.1:7003/inbox",
    pids={"classifier": 4},
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS", raising=False)
    return tmp_path


def test_a_command_finds_the_pipeline_that_runs_here() -> None:
    with alone(), RUN.written():
        assert Run.read() == RUN
        found = configuration.load(None)
        assert found.kafka.bootstrap_servers == RUN.bootstrap_servers
        assert found.ledger.url.get_secret_value() == RUN.ledger_url
        assert Cluster.configured(None) == Cluster(RUN.bootstrap_servers, embedded=True)


def test_the_environment_goes_before_the_pipeline_that_runs_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS", "kafka.example:9092")
    with alone(), RUN.written():
        assert Cluster.configured(None) == Cluster("kafka.example:9092", embedded=False)
        assert configuration.load(None).ledger.url.get_secret_value() == RUN.ledger_url


def test_a_file_goes_before_the_pipeline_that_runs_here(here: Path) -> None:
    path = here / "watchfloor.yaml"
    path.write_text("kafka: {bootstrap_servers: 'kafka.example:9092'}")
    with alone(), RUN.written():
        assert Cluster.configured(path) == Cluster("kafka.example:9092", embedded=False)


def test_nothing_is_found_where_nothing_runs() -> None:
    assert Run.read() is None
    assert Cluster.configured(None) == Cluster("127.0.0.1:9092", embedded=False)


def test_the_file_goes_with_the_run() -> None:
    with alone():
        with RUN.written():
            assert json.loads((VAR / "run.json").read_text())["embedded"] is True
        assert not (VAR / "run.json").exists()


def test_what_a_killed_run_left_behind_is_not_believed() -> None:
    with alone(), RUN.written():
        left = (VAR / "run.json").read_text()
    (VAR / "run.json").write_text(left)
    assert Run.read() is None


def test_two_of_them_do_not_share_a_folder() -> None:
    with alone(), pytest.raises(ExpectedError, match=r"runs in .* already"), alone():
        pass
    with alone():
        pass
