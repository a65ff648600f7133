"""`watchfloor kafka`: Apache Kafka on this machine, in var/kafka/."""

import typer

from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError
from services.cli.run_file import VAR
from services.cli.topics import ensure
from services.local import kafka

DIRECTORY = VAR / "kafka"


def start() -> None:
    """Start it, create the topics, and say where it listens."""
    typer.echo(f"starting Kafka; its log is {DIRECTORY}/kafka.log", err=True)
    address = kafka.start(DIRECTORY)
    ensure(Cluster(address))
    typer.echo(f"Kafka listens on {address}")
    typer.echo(
        f"commands use it by `watchfloor up --kafka real`, or by themselves after\n"
        f"export WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS={address}"
    )


def stop() -> None:
    """Stop it, and say so."""
    kafka.stop(DIRECTORY)
    typer.echo("Kafka is stopped")


def status() -> None:
    """Say where it listens. Raises ExpectedError where it does not run."""
    typer.echo(f"Kafka listens on {address()}")


def address() -> str:
    """Return where it listens. Raises ExpectedError where it does not run."""
    found = kafka.running(DIRECTORY)
    if found is None:
        raise ExpectedError("Kafka does not run here: `make kafka` starts it")
    return found
