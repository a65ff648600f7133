"""The parts of `watchfloor up`, each started, watched and ended in order."""

import base64
import contextlib
import http.client
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from schemas.topics import MAX_MESSAGE_BYTES
from services.cli import kafka
from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError
from services.cli.run_file import VAR
from services.cli.topics import ensure
from services.local.embedded_broker import EmbeddedBroker
from services.local.ports import HOST, free_port
from services.local.postgres import Postgres
from services.local.processes import Child, last_lines
from services.runtime.settings import PREFIX

LOGS: Final = VAR / "log"

_OURS: Final = VAR / "run"  # what one run needs and the next makes anew
_PARTITIONS: Final = 4
_READY: Final = 60  # seconds in which a service must be ready


@dataclass(frozen=True, slots=True)
class Part:
    """A process that the pipeline stands on."""

    name: str
    pid: int
    log: Path

    def check(self) -> None:
        """Raise ExpectedError with its last words if it has ended. Leaves it to be waited for."""
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            words = last_lines(self.log) or "nothing"
            raise ExpectedError(f"the {self.name} ended; {self.log} says\n{words}")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the services stand on."""

    cluster: Cluster
    ledger_url: str
    parts: tuple[Part, ...]


@contextlib.contextmanager
def embedded() -> Iterator[Ground]:
    """Lend the broker that comes with us and an empty ledger; nothing of them is kept."""
    place = _OURS / "ledger"
    ledger = Postgres(place.resolve(), durable=False)
    ledger.remove()  # a killed run could not
    try:
        with EmbeddedBroker(_OURS, dict.fromkeys(MAX_MESSAGE_BYTES, _PARTITIONS)) as broker, ledger:
            parts = Part("broker", broker.pid, _OURS / "broker.log"), _part(ledger, place)
            yield Ground(Cluster(broker.address, embedded=True), ledger.url, parts)
    finally:
        ledger.remove()


@contextlib.contextmanager
def real() -> Iterator[Ground]:
    """Lend the Kafka of `watchfloor kafka start` and the ledger in var/ledger/; both are kept.

    Raises ExpectedError where that Kafka does not run.
    """
    cluster = Cluster(kafka.address())
    ensure(cluster, partitions=_PARTITIONS)
    place = VAR / "ledger"
    with Postgres(place.resolve()) as ledger:
        yield Ground(cluster, ledger.url, (_part(ledger, place),))


def _part(ledger: Postgres, place: Path) -> Part:
    return Part("ledger", ledger.pid, place / "postgres.log")


@contextlib.contextmanager
def services(ground: Ground, channels_file: Path) -> Iterator[tuple[Part, ...]]:
    """Run both services until the context ends; yields them once they are ready."""
    environment = _without_ours(os.environ) | {
        "WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS": ground.cluster.bootstrap_servers,
        "WATCHFLOOR_LEDGER__URL": ground.ledger_url,
        "WATCHFLOOR_NOTIFIER__CHANNELS_FILE": f"{channels_file.resolve()}",
        "WATCHFLOOR_NOTIFIER__EGRESS_ALLOW": '["127.0.0.0/8"]',  # the inbox
    }
    ports = {name: free_port() for name in ("classifier", "notifier")}
    environment |= {f"{PREFIX}{name.upper()}__PORT": f"{port}" for name, port in ports.items()}
    with contextlib.ExitStack() as stack:
        children = {name: _service(name, environment) for name in ports}
        stack.callback(_end, list(children.values()))
        for name, child in children.items():
            child.wait_until(
                lambda port=ports[name]: _is_ready(port),  # type: ignore[misc]
                timeout=_READY,
                what=f"starting the {name}",
            )
        yield tuple(Part(name, child.pid, child.log) for name, child in children.items())


def _service(name: str, environment: Mapping[str, str]) -> Child:
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    return Child([sys.executable, "-m", "services.cli.main", name], log=log, env=environment)


def _end(children: list[Child]) -> None:
    """End the services together, by force where Ctrl-C is pressed again."""
    try:
        for child in children:
            child.send(signal.SIGTERM)
        for child in children:
            child.stop()
    finally:
        for child in children:
            child.kill()


def _without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without our settings but those of the logs.

    A shell that is set up for a deployment must not lead a look on a laptop to its ledger.
    """
    return {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith(PREFIX) or name.upper().startswith(f"{PREFIX}LOG")
    }


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def new_secret() -> tuple[str, Path]:
    """Return a secret for one run's webhooks, and the file that only we can read it from."""
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    path = _OURS / "inbox.secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret)
    return secret, path


def write_channels(desk: object) -> Path:
    """Write the channels file of a run and return its path."""
    path = _OURS / "channels.yaml"
    path.write_text(yaml.safe_dump(desk, sort_keys=False))
    return path
