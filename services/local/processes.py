"""Children that never outlive their parent, each in a session of its own with a log file.

Ctrl-C in a terminal hits the foreground group: these children are not in it, so the parent stops
them in the order that it wants. Where the parent is killed, the kernel ends them (Linux only).
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, ClassVar, Final, Self

_LAUNCH: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))
_TAIL: Final = 32_768  # bytes; the log's last lines are looked for in them
_POLL: Final = 0.02  # seconds between two looks at a condition


class StartError(Exception):
    """A server did not come up, or is missing. The message says which, and its last lines."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a child runs as."""

    uid: int
    gid: int


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log without its indented lines, a stack's frames; "" without a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join([line for line in lines if line and not line[0].isspace()][-count:])


def wait_until(
    condition: Callable[[], bool],
    *,
    timeout: float,
    what: str,
    log: Path,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Return once the condition holds.

    `timeout` is in seconds. Raises StartError with the log's last lines when the time is over,
    or as soon as `alive` says that waiting is vain.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if not alive():
            raise StartError(f"{what}: it ended; {log} says\n{last_lines(log)}")
        if time.monotonic() > deadline:
            raise StartError(f"{what}: not within {timeout:g} s; {log} says\n{last_lines(log)}")
        time.sleep(_POLL)


@cache
def _spawner() -> ThreadPoolExecutor:
    # The kernel binds a child to the thread that made it, not to its process (prctl(2)): a child
    # made in a passing worker thread would end with it. This thread lasts as long as the parent.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


def _spawn(
    command: Sequence[str], log: IO[bytes], env: Mapping[str, str] | None, keep: Sequence[int]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (the callers are ours)
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=env,
        pass_fds=keep,
        start_new_session=True,
    )


class Child:
    """A process that ends with us. Its output is appended to `log`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        account: Account | None = None,
        keep: Sequence[int] = (),
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Start it. `keep` are open files that it inherits; no `env` or `account` means ours.

        `death_signal` is what it gets when we are gone.
        """
        self.log = log
        account = account or Account(os.geteuid(), os.getegid())
        bond = [os.getpid(), int(death_signal), account.uid, account.gid]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            launch = [*_LAUNCH, "bound", *map(str, bond), *command]
            self._popen = _spawner().submit(_spawn, launch, file, env, keep).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._popen.pid

    def exit_code(self) -> int | None:
        """Return how it ended: None while it runs, the negative signal where one ended it."""
        return self._popen.poll()

    def running(self) -> bool:
        """Say whether it has not ended."""
        return self.exit_code() is None

    def wait_until(self, condition: Callable[[], bool], *, timeout: float, what: str) -> None:
        """Return once the condition holds, as `wait_until` does; otherwise stop the child too."""
        try:
            wait_until(condition, timeout=timeout, what=what, log=self.log, alive=self.running)
        except BaseException:  # Ctrl-C during a start as well
            self.stop()
            raise

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, not to its children. Nothing happens where it has ended."""
        self._popen.send_signal(number)

    def stop(self, *, timeout: float = 10, by: signal.Signals = signal.SIGTERM) -> None:
        """End it and what is left of its group: by a signal, after `timeout` seconds by force.

        Harmless where it has ended: its group's number may by then be another's.
        """
        if not self.running():
            return
        self.send(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout)
        self._end_group()

    def kill(self) -> None:
        """End it and its group at once, as a crash would."""
        if self.running():
            self._end_group()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()


class Server(ABC):
    """A server that runs as a child of ours for as long as a context lasts."""

    NAME: ClassVar[str]
    _child: Child | None

    @abstractmethod
    def start(self) -> object:
        """Start it, and return once it answers. Raises StartError."""

    @abstractmethod
    def stop(self) -> None:
        """End it, if it runs."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of our child. Raises StartError where it was not started."""
        if self._child is None:
            raise StartError(f"{self.NAME} was not started")
        return self._child.pid


def start_detached(
    command: Sequence[str], *, log: Path, pid_file: Path, keep: Sequence[int] = ()
) -> None:
    """Start a process that stays when we end, and return once `pid_file` holds its id.

    It is nobody's child; `keep` are open files that it inherits, by whose locks one sees it live.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        _spawn([*_LAUNCH, "detached", str(pid_file), *command], file, None, keep).wait()
    wait_until(pid_file.exists, timeout=10, what=f"starting {command[0]}", log=log)
