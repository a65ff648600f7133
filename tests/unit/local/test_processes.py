import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from services.local.processes import Child, StartError, last_lines, start_detached, wait_until
from tests.support.running import family, gone

SLEEP = ["sleep", "600"]
DEAF = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 600 & wait $!; done"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log" / "child.log"


def says(log: Path, word: str) -> None:
    wait_until(lambda: word in last_lines(log), timeout=10, what=word, log=log)


def test_a_stopped_child_ended_by_the_wanted_signal(log: Path) -> None:
    child = Child(SLEEP, log=log)
    child.stop(by=signal.SIGINT)
    assert child.exit_code() == -signal.SIGINT


def test_a_child_deaf_to_the_signal_is_killed_with_its_children(log: Path) -> None:
    child = Child(DEAF, log=log)
    says(log, "deaf")
    wait_until(lambda: len(family(child.pid)) == 2, timeout=10, what="its sleep", log=log)
    processes = family(child.pid)
    child.stop(timeout=0.1)
    assert child.exit_code() == -signal.SIGKILL
    assert gone(processes)


def test_children_that_a_stopped_child_leaves_end_too(log: Path) -> None:
    with Child(["sh", "-c", "sleep 600 & echo started; wait"], log=log) as child:
        says(log, "started")
        processes = family(child.pid)
        assert len(processes) == 2
    assert gone(processes)


def test_stopping_twice_is_harmless(log: Path) -> None:
    child = Child(["true"], log=log)
    wait_until(lambda: not child.running(), timeout=10, what="true", log=log)
    child.stop()
    child.kill()
    assert child.exit_code() == 0


def test_ctrl_c_reaches_the_parent_alone(log: Path) -> None:
    with Child(SLEEP, log=log) as child:
        assert os.getpgid(child.pid) == child.pid
        assert os.getsid(child.pid) != os.getsid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of the end")
@pytest.mark.parametrize("made_by", ["main", "worker"])
def test_a_child_ends_with_a_killed_parent_whichever_thread_made_it(
    made_by: str, log: Path
) -> None:
    script = (
        "import pathlib, sys, time, threading; from services.local.processes import Child\n"
        "log = pathlib.Path(sys.argv[1])\n"
        "words = ['sh', '-c', 'echo bound; exec sleep 600']\n"
        "def make(): print(Child(words, log=log).pid, flush=True)\n"
        "worker = threading.Thread(target=make)\n"
        "make() if sys.argv[2] == 'main' else (worker.start(), worker.join())\n"
        "time.sleep(600)"
    )
    words = [sys.executable, "-c", script, str(log), made_by]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        processes = family(int(parent.stdout.readline()))
        says(log, "bound")
        parent.send_signal(signal.SIGKILL)
    assert gone(processes)


def test_a_child_outlives_the_thread_that_made_it(log: Path) -> None:
    made: list[Child] = []

    def make() -> None:
        made.append(Child([*DEAF[:2], f"trap 'echo here' USR1; {DEAF[2]}"], log=log))
        says(log, "deaf")  # it is bound by now

    worker = Thread(target=make)
    worker.start()
    worker.join()
    with made[0] as child:
        child.send(signal.SIGUSR1)
        says(log, "here")
        child.kill()


def test_a_wait_for_a_child_that_ended_quotes_its_last_words(log: Path) -> None:
    child = Child(
        ["sh", "-c", "echo first; echo '  at a frame'; echo no room >&2; exit 3"], log=log
    )
    with pytest.raises(StartError, match=r"^a room: it ended; .*child.log says\nfirst\nno room$"):
        child.wait_until(lambda: False, timeout=10, what="a room")
    assert child.exit_code() == 3


def test_a_wait_that_takes_too_long_ends_the_child(log: Path) -> None:
    child = Child(SLEEP, log=log)
    with pytest.raises(StartError, match=r"^a miracle: not within 0.1 s"):
        child.wait_until(lambda: False, timeout=0.1, what="a miracle")
    assert not child.running()


def test_a_command_that_is_missing_is_named(log: Path) -> None:
    with pytest.raises(StartError, match="no-such-command: No such file"):
        Child(["no-such-command"], log=log).wait_until(
            lambda: False, timeout=10, what="starting it"
        )


def test_a_child_has_the_given_environment_alone(log: Path) -> None:
    child = Child(["/usr/bin/env"], log=log, env={"ONLY": "this"})
    wait_until(lambda: not child.running(), timeout=10, what="env", log=log)
    assert "ONLY=this" in last_lines(log).splitlines()
    assert "PATH=" not in last_lines(log)


def test_a_detached_process_is_nobodys_child_and_says_where_it_is(
    log: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    start_detached(SLEEP, log=log, pid_file=pid_file)
    pid = int(pid_file.read_text())
    processes = family(pid)
    try:
        assert pid not in [process.pid for process in family(os.getpid())]
        assert os.getsid(pid) != os.getsid(0)
    finally:
        os.kill(pid, signal.SIGKILL)
    assert gone(processes)
