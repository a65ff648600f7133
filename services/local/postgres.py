"""PostgreSQL on a loopback port, from the wheel's programs, as a child of ours.

The wheel's own starter gives a recovery ten seconds, and after a kill -9 returns with nothing
listening; this one waits for as long as the recovery takes.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Final

from services.local import postgres_files
from services.local.locks import is_held, take
from services.local.ports import HOST, free_port
from services.local.processes import Child, Server, StartError, wait_until

DATABASE: Final = "watchfloor"
USER: Final = "postgres"

_ENV: Final = {"LC_ALL": "C", "TZ": "UTC"}  # nothing of ours reaches the server's settings
_STATUS_LINE: Final = 7  # of postmaster.pid, counted from 0 (PostgreSQL's miscadmin.h)
_ORPHANS: Final = 10  # seconds; a postmaster told to end at once gives its children 5
_STARTING: Final = "starting PostgreSQL"


class Postgres(Server):
    """One cluster in a directory of its own: `data` and `postgres.log`.

    The port is chosen free where none is given, and kept over restarts. Without `durable` a
    crash of the machine, not one of the server, may lose the data: for tests only.
    """

    NAME = "PostgreSQL"

    def __init__(self, directory: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.directory = directory
        self.port = port or free_port()
        self._durable = durable
        self._log = directory / "postgres.log"
        self._lock = directory / "lock"
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """SQLAlchemy's URL of the database `watchfloor`, by asyncpg."""
        return self._url(DATABASE)

    def start(self, *, timeout: float = 600) -> None:
        """Start, and return once it takes connections, after the recovery from a crash too.

        `timeout` is in seconds. Raises StartError with the log's last lines where it ends instead.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._take_lock() as lock:
            self._initialise()
            # Nobody of this cluster lives. After a crash the file may be empty, or its number may
            # be that of an innocent process: both would keep the server from starting.
            self._pid_file().unlink(missing_ok=True)
            self._child = self._spawn(lock)
        self._child.wait_until(self._ready, timeout=timeout, what=_STARTING)

    def stop(self) -> None:
        """End it in its fast mode: sessions are cut off, what they committed is on disk."""
        if self._child is not None:
            self._child.stop(timeout=60, by=signal.SIGINT)
            self._child = None

    def kill(self) -> None:
        """End it as a crash would, and wait for its orphans: they hold its memory for a moment."""
        if self._child is None:
            return
        self._child.kill()
        self._child = None
        wait_until(
            lambda: not is_held(self._lock),
            timeout=60,
            what="waiting for PostgreSQL's orphans",
            log=self._log,
        )

    def remove(self) -> None:
        """Stop it and delete its data, wherever they lie."""
        self.stop()
        if self.directory.exists():
            shutil.rmtree(postgres_files.data_place(self.directory), ignore_errors=True)

    def create_database(self, name: str) -> str:
        """Create a database on the running server and return its URL."""
        self._client("createdb", name)
        return self._url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting off who is connected to it."""
        self._client("dropdb", "--force", name)

    def _client(self, program: str, *words: str) -> None:
        where = ["--host", HOST, "--port", str(self.port), "--username", USER]
        self._run([str(postgres_files.wheel_programs() / program), *where, *words])

    def _url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@{HOST}:{self.port}/{database}"

    def _data(self) -> Path:
        return postgres_files.data_place(self.directory)

    def _pid_file(self) -> Path:
        return self._data() / "postmaster.pid"

    def _take_lock(self) -> IO[bytes]:
        """Take the directory's lock, once a server whose parent was killed has ended.

        Raises StartError where one stays.
        """
        deadline = time.monotonic() + _ORPHANS
        while (lock := take(self._lock)) is None:
            if time.monotonic() > deadline:
                raise StartError(f"PostgreSQL runs in {self.directory} already")
            time.sleep(0.02)
        return lock

    def _ready(self) -> bool:
        # The server's own word, as pg_ctl takes it. Another server on the port cannot answer here.
        try:
            lines = self._pid_file().read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"

    def _spawn(self, lock: IO[bytes]) -> Child:
        settings = [f"listen_addresses={HOST}", f"port={self.port}", "unix_socket_directories="]
        if not self._durable:
            settings += ["fsync=off", "full_page_writes=off"]
        return Child(
            [
                str(postgres_files.server_programs() / "postgres"),
                *("-D", str(self._data())),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            log=self._log,
            env=_ENV,
            account=postgres_files.account(),
            keep=[lock.fileno()],
            death_signal=signal.SIGQUIT,  # at once, but leaving no shared memory behind
        )

    def _initialise(self) -> None:
        """Make the cluster with its database, whole or not at all, once."""
        data = self._data()
        if data.exists():
            return
        new = data.with_name(f"{data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if account := postgres_files.account():
            os.chown(new, account.uid, account.gid)
        self._create_cluster(new)
        new.rename(data)

    def _create_cluster(self, new: Path) -> None:
        programs = postgres_files.server_programs()
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={USER}"]
        if not self._durable:
            words.append("--no-sync")
        self._run([str(programs / "initdb"), *words, "-D", str(new)], as_server=True)
        single = [str(programs / "postgres"), "--single", "-D", str(new), "postgres"]
        self._run(single, as_server=True, text=f"CREATE DATABASE {DATABASE};\n")

    def _run(self, command: list[str], *, as_server: bool = False, text: str = "") -> None:
        account = postgres_files.account() if as_server else None
        done = subprocess.run(  # noqa: S603 (the programs are the wheel's)
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",  # ours may be closed to the account
            env=_ENV,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0:
            name = Path(command[0]).name
            raise StartError(f"{name} ended with {done.returncode}:\n{done.stderr.strip()}")
