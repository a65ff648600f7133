import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
import requests

from schemas.report import Category
from services.local import kafka as local_kafka
from tests.integration.cli.commands import begin, watchfloor
from tests.support.running import family, gone

UP = "Up until Ctrl-C."


@contextmanager
def demonstrated(where: Path) -> Iterator[subprocess.Popen[str]]:
    """Lend an embedded pipeline whose demonstration is over."""
    with begin(where, "up") as running:
        try:
            read_until(running.stdout, UP)
            yield running
        finally:
            running.kill()  # the rest ends with it


@pytest.fixture
def up(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a pipeline to end, in `tmp_path`."""
    with demonstrated(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the shared pipeline."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def shared(place: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a pipeline that tests use and leave running."""
    with demonstrated(place) as running:
        yield running


def read_until(out: IO[str] | None, begins: str) -> list[str]:
    assert out is not None
    lines = []
    for line in out:
        lines.append(line)
        if line.startswith(begins):
            return lines
    pytest.fail(f"ended before it said {begins!r}: {lines}")


def run_file(where: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((where / "var" / "run.json").read_text())
    return found


def processes_in(folder: Path) -> list[psutil.Process]:
    """Return the processes that work in a folder or below it."""

    def works_here(process: psutil.Process) -> bool:
        try:
            return Path(process.cwd()).is_relative_to(folder)
        except psutil.Error:
            return False

    return [process for process in psutil.process_iter() if works_here(process)]


def alerts(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.endswith("| signature verified")]


def assert_demonstrated(done: subprocess.CompletedProcess[str]) -> None:
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in alerts(done.stdout)} == set(Category)
    assert all('body: "' in line for line in alerts(done.stdout))


def test_the_demonstration_shows_every_category_any_number_of_times(tmp_path: Path) -> None:
    for _ in range(2):
        done = watchfloor(tmp_path, "up", "--once")
        assert_demonstrated(done)
        assert re.match("Embedded mode, .*5 MiB a partition.*make run KAFKA=real", done.stdout)
        assert processes_in(tmp_path) == []
        assert not (tmp_path / "var" / "run.json").exists()


def test_an_interrupt_leaves_no_process_behind(up: subprocess.Popen[str], tmp_path: Path) -> None:
    processes = family(up.pid)
    assert len(processes) > 4
    os.killpg(up.pid, signal.SIGINT)
    assert up.wait(30) == 130
    assert gone(processes)
    assert up.stderr is not None
    assert up.stderr.read() == ""
    assert not (tmp_path / "var" / "run.json").exists()


def test_a_kill_leaves_no_process_behind(up: subprocess.Popen[str], tmp_path: Path) -> None:
    processes = family(up.pid)
    up.kill()
    assert gone(processes)
    assert watchfloor(tmp_path, "config", "show").stdout.count("127.0.0.1:9092") == 1


@pytest.mark.parametrize("part", ["notifier", "ledger"])
def test_it_ends_and_says_which_part_ended(
    up: subprocess.Popen[str], tmp_path: Path, part: str
) -> None:
    processes = family(up.pid)
    os.kill(run_file(tmp_path)["pids"][part], signal.SIGKILL)
    assert up.wait(60) == 1
    assert up.stderr is not None
    assert up.stderr.read().startswith(f"the {part} ended; var/")
    assert gone(processes)


def test_commands_in_another_terminal_find_it(shared: subprocess.Popen[str], place: Path) -> None:
    item = {"id": "mine", "title": "South Korea says the North fired a ballistic missile on Monday"}
    published = watchfloor(place, "publish", "-", text=json.dumps(item))
    assert published.stdout.startswith("published 1 to news.items")
    [alert] = read_until(shared.stdout, "missile_launch")
    assert item["title"] in alert
    tailed = watchfloor(place, "tail", "news.items", "--from-beginning", "-n", "15").stdout
    assert "mine" in [json.loads(line)["key"] for line in tailed.splitlines()]


def test_the_embedded_broker_refuses_administration_and_names_the_next_mode(
    shared: subprocess.Popen[str], place: Path
) -> None:
    done = watchfloor(place, "topics", "ensure")
    assert (done.returncode, done.stdout) == (1, "")
    assert "make run KAFKA=real" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_embedded_broker_forgets_nothing_that_publish_sends(
    shared: subprocess.Popen[str], place: Path
) -> None:
    item = {"id": "one", "title": "Rain", "body": "x" * 20_000}
    feed = place / "feed.jsonl"
    feed.write_text((json.dumps(item) + "\n") * 400)  # 8 MB, by their key in one partition
    before = classified(shared.pid)
    published = watchfloor(place, "publish", str(feed))
    assert published.stdout.startswith("published 400 to news.items")
    lag = json.loads(watchfloor(place, "lag", "--json").stdout)
    items = [row for row in lag["partitions"] if row["topic"] == "news.items"]
    assert sum(row["start"] for row in items) > 0, "the broker was in no danger of forgetting"
    assert classified(shared.pid) == before + 400


def classified(up: int) -> float:
    """Return how many items the classifier of a pipeline has counted."""
    [port] = [
        connection.laddr.port
        for process in family(up)
        if process.cmdline()[-1] == "classifier"
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    [count] = re.findall(r"^watchfloor_\w*items_total (\S+)$", metrics, re.MULTILINE)
    return float(count)


def test_a_second_one_in_a_folder_is_refused(shared: subprocess.Popen[str], place: Path) -> None:
    done = watchfloor(place, "up")
    assert (done.returncode, done.stdout) == (1, "")
    assert "already" in done.stderr


def test_real_kafka_that_does_not_run_is_named(tmp_path: Path) -> None:
    done = watchfloor(tmp_path, "up", "--kafka", "real")
    assert done.returncode == 1
    assert done.stderr == "Kafka does not run here: `make kafka` starts it\n"


def test_a_kept_ledger_shows_the_demonstration_again(tmp_path: Path, kafka_jars: Path) -> None:
    directory = tmp_path / "var" / "kafka"
    directory.mkdir(parents=True)
    (directory / "jars").symlink_to(kafka_jars)
    try:
        started = watchfloor(tmp_path, "kafka", "start")
        assert started.stdout.startswith("Kafka listens on 127.0.0.1:")
        for _ in range(2):
            assert_demonstrated(watchfloor(tmp_path, "up", "--kafka", "real", "--once"))
        assert watchfloor(tmp_path, "kafka", "status").returncode == 0
        assert watchfloor(tmp_path, "kafka", "stop").returncode == 0
        assert watchfloor(tmp_path, "kafka", "status").returncode == 1
    finally:
        local_kafka.stop(directory)
    assert (tmp_path / "var" / "ledger").is_dir()
