"""Apache Kafka, one node on loopback ports: as a child of ours, or staying after us.

A directory holds one node: `data`, `kafka.log`, `server.properties` (its ports, once chosen, stay),
`pid`, and `lock`, which the server holds.
"""

import base64
import contextlib
import os
import re
import signal
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from services.local.java import DEPLOY, fetch_jars, java, run
from services.local.locks import is_held, take
from services.local.ports import HOST, free_port
from services.local.processes import Child, Server, StartError, start_detached, wait_until

_STARTING: Final = "starting Kafka"
_READY: Final = 120  # seconds; a start takes 3, a recovery from a crash 5
_STOP: Final = 60  # seconds; a stop takes 2
_MEMORY: Final = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")


class Kafka(Server):
    """The node of a directory."""

    NAME = "Kafka"

    def __init__(self, directory: Path, *, jars: Path, port: int | None = None) -> None:
        """Jars are fetched into the folder `jars`, which several nodes may share.

        Without a `port` it has that of its last start, a free one at its first.
        """
        self.directory = directory.resolve()
        self._jars = jars.resolve()
        self._port = port
        self._log = self.directory / "kafka.log"
        self._settings = self.directory / "server.properties"
        self._meta = self.directory / "data" / "meta.properties"
        self._lock = self.directory / "lock"
        self._pid_file = self.directory / "pid"
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """The address for clients. Raises StartError before the first start."""
        ports = self._last_ports()
        if not ports:
            raise StartError(f"Kafka was never started in {self.directory}")
        return f"{HOST}:{ports[0]}"

    def start(self) -> str:
        """Start it as a child of ours, and return its address once it answers.

        Raises JavaMissingError, or StartError with the log's last lines where it ends instead.
        """
        with self._take_lock() as lock:
            if lock is None:
                raise StartError(f"Kafka runs in {self.directory} already")
            command = self._prepare()
            self._child = Child(command, log=self._log, keep=[lock.fileno()])
            self._pid_file.write_text(f"{self._child.pid}\n")
        self._child.wait_until(self._answering(), timeout=_READY, what=_STARTING)
        return self.bootstrap

    def start_detached(self) -> str:
        """Start it unless it runs, so that it stays when we end; otherwise as `start`."""
        with self._take_lock() as lock:
            if lock is not None:
                command = self._prepare()
                keep = [lock.fileno()]
                start_detached(command, log=self._log, pid_file=self._pid_file, keep=keep)
        try:
            self._wait(self._pid_file.exists)  # another's start may be under way
            self._wait(self._answering())
        except BaseException:  # Ctrl-C during a start as well
            if lock is not None:
                self.stop()
            raise
        return self.bootstrap

    def running(self) -> bool:
        """Say whether it lives, whoever started it."""
        return is_held(self._lock)

    def stop(self) -> None:
        """End it in order, whoever started it. Harmless where it does not run."""
        if self._child is not None:
            self._child.stop(timeout=_STOP)
            self._child = None
        if not self.running():
            return
        pid = int(self._pid_file.read_text())
        os.kill(pid, signal.SIGTERM)
        try:
            self._ended()
        except StartError:
            os.kill(pid, signal.SIGKILL)
            self._ended()

    def kill(self) -> None:
        """End our child as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _wait(self, condition: Callable[[], bool]) -> None:
        wait_until(condition, timeout=_READY, what=_STARTING, log=self._log, alive=self.running)

    def _ended(self) -> None:
        wait_until(lambda: not self.running(), timeout=_STOP, what="stopping Kafka", log=self._log)

    def _take_lock(self) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        """Take the directory's lock: None means that a server, or its start, has it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        return take(self._lock) or contextlib.nullcontext()

    def _prepare(self) -> list[str]:
        """Make what a start needs, and return its command."""
        self._pid_file.unlink(missing_ok=True)
        program = [java(), *_MEMORY, f"-Dlog4j2.configurationFile={DEPLOY}/log4j2.properties"]
        program += ["-cp", f"{self._jars}/*"]
        fetch_jars(self._jars)
        self._write_settings()
        if not self._meta.exists():
            # A leading "-" would be taken for an option.
            cluster = "W" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
            words = ["format", "--standalone", "--ignore-formatted", "-t", cluster]
            run([*program, "kafka.tools.StorageTool", *words, "-c", str(self._settings)])
        return [*program, "kafka.Kafka", str(self._settings)]

    def _write_settings(self) -> None:
        clients, controller = self._last_ports() or (free_port(), free_port())
        clients = self._port or clients
        own = {
            "listeners": f"PLAINTEXT://{HOST}:{clients},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{clients}",
            "controller.quorum.bootstrap.servers": f"{HOST}:{controller}",
            "log.dirs": str(self.directory / "data"),
        }
        lines = "".join(f"{name}={value}\n" for name, value in own.items())
        self._settings.write_text((DEPLOY / "server.properties").read_text() + "\n" + lines)

    def _last_ports(self) -> tuple[int, int] | None:
        """Return the ports of its last start: the clients' and the controller's."""
        try:
            text = self._settings.read_text()
        except FileNotFoundError:
            return None
        found = re.search(r"^listeners=\D+[\d.]+:(\d+),\D+[\d.]+:(\d+)$", text, re.MULTILINE)
        return (int(found[1]), int(found[2])) if found else None

    def _answering(self) -> Callable[[], bool]:
        client = AdminClient(
            {
                "bootstrap.servers": self.bootstrap,
                "reconnect.backoff.max.ms": 200,
                "log_level": 0,  # it would tell of each refused connection
            }
        )
        own = _property(self._meta.read_text(), "cluster.id")
        return lambda: _has_leaders(client, own)


def start(directory: Path, *, port: int | None = None) -> str:
    """Start the node of a directory unless it runs, and return its address once it answers.

    It stays when we end. Raises as `Kafka.start`.
    """
    return Kafka(directory, jars=directory / "jars", port=port).start_detached()


def stop(directory: Path) -> None:
    """Stop the node of a directory. Harmless where it does not run."""
    Kafka(directory, jars=directory / "jars").stop()


def running(directory: Path) -> str | None:
    """Return the address of a directory's node: None where it does not run."""
    node = Kafka(directory, jars=directory / "jars")
    return node.bootstrap if node.running() else None


def _has_leaders(client: AdminClient, cluster_id: str) -> bool:
    """Say whether that cluster answers, and each partition has its leader again after a crash.

    Another node may hold the port and answer while ours is about to end for want of it.
    """
    try:
        cluster = client.list_topics(timeout=1)
    except KafkaException:
        return False
    if cluster.cluster_id != cluster_id:
        return False
    partitions = (p for topic in cluster.topics.values() for p in topic.partitions.values())
    return bool(cluster.brokers) and all(partition.leader >= 0 for partition in partitions)


def _property(text: str, name: str) -> str:
    return next(
        value
        for line in text.splitlines()
        for key, _, value in [line.partition("=")]
        if key == name
    )
