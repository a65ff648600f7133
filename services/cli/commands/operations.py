"""Kafka itself: started, stopped, its topics."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from typing import Annotated

import typer

from services.cli.commands.epilogs import epilog
from services.cli.commands.running import Config


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    topics = typer.Typer(no_args_is_help=True, help="Kafka's topics.")
    topics.command(
        epilog=epilog("watchfloor topics ensure", "watchfloor topics ensure --partitions 12")
    )(ensure)
    app.add_typer(topics, name="topics")
    app.command(epilog=epilog("watchfloor lag", "watchfloor lag --json | jq .lag"))(lag)
    kafka = typer.Typer(no_args_is_help=True, help="Apache Kafka on this machine (Java, Maven).")
    for command in (start, stop, status):
        kafka.command(epilog=epilog(f"watchfloor kafka {command.__name__}"))(command)
    app.add_typer(kafka, name="kafka")


def ensure(
    partitions: Annotated[int, typer.Option(min=1, help="Of each topic that is made.")] = 4,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    config: Config = None,
) -> None:
    """Create the topics that are missing; those that are there stay as they are."""
    from services.cli.topics import run

    run(config, partitions=partitions, replication=replication)


def lag(
    as_json: Annotated[bool, typer.Option("--json", help="As one line of JSON.")] = False,
    config: Config = None,
) -> None:
    """Show how many records each consumer group has before it."""
    from services.cli.lag import run

    run(config, as_json=as_json)


def start() -> None:
    """Start Kafka, unless it runs, and create the topics. Its log is under var/kafka/."""
    from services.cli.kafka import start

    start()


def stop() -> None:
    """Stop Kafka; what it holds stays in var/kafka/. Harmless where it does not run."""
    from services.cli.kafka import stop

    stop()


def status() -> None:
    """Say where Kafka listens; exit code 1 where it does not run."""
    from services.cli.kafka import status

    status()
