"""Records: into Kafka, out of it, and through the classifier without it."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from typing import Annotated, TypeAlias

import typer

from services.cli.commands.epilogs import epilog
from services.cli.commands.running import Config

Input: TypeAlias = Annotated[
    str, typer.Argument(metavar="FILE|-", help="JSON lines, also .xz or .gz; - is standard input.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        epilog=epilog("watchfloor publish feed.jsonl.xz", "my-crawler | watchfloor publish -")
    )(publish)
    app.command(
        epilog=epilog(
            "watchfloor classify feed.jsonl.xz",
            "my-crawler | watchfloor classify | jq 'select(.events != [])'",
        )
    )(classify)
    app.command(
        epilog=epilog(
            "watchfloor tail news.alerts",
            "watchfloor tail news.items.dead-letter --from-beginning -n 10 | jq .headers",
        )
    )(tail)


def publish(
    file: Input,
    topic: Annotated[str, typer.Option(help="Where to.")] = "news.items",
    config: Config = None,
) -> None:
    r"""Publish news items to Kafka, one a line; only \n ends a line.

    Harmless when repeated: an item keeps its id, and no event is alerted twice. A line that is
    no JSON object goes as it is, for the classifier to park.
    """
    from services.cli.publish import run

    run(file, topic, config)


def classify(file: Input = "-") -> None:
    r"""Say which events each news item reports, without Kafka; only \n ends a line.

    One JSON line out for each line in, in order: {"id", "events": [...]}, an event having a
    report's fields but the item's, main ones first; or {"id", "line", "error"} for a bad line.
    """
    from services.cli.classify import run

    run(file)


def tail(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="Such as news.alerts.")],
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="What is there first, then what comes.")
    ] = False,
    count: Annotated[
        int | None, typer.Option("-n", "--count", min=1, help="End after so many records.")
    ] = None,
    config: Config = None,
) -> None:
    """Print a topic's records as they come, each as a line of JSON.

    A value that is no JSON is given as value_base64.
    """
    from services.cli.tail import run

    run(topic, config, from_beginning=from_beginning, count=count)
