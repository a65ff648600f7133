"""The settings of a command: the environment, the file, and a pipeline that runs here."""

from pathlib import Path

import typer
import yaml

from services.cli.run_file import Run
from services.runtime import settings
from services.runtime.settings import ConfigurationError, Settings


def load(path: Path | None) -> Settings:
    """Return the settings; `watchfloor up` in this folder fills what nobody set.

    Raises ConfigurationError.
    """
    run = Run.read()
    return settings.load(path, fallback=run.fallback if run else None)


def check(path: Path | None) -> None:
    """Say what is right of the settings, the channels file and its references.

    Raises ConfigurationError with the file and the field of what is not.
    """
    # Not at the top: the classifier loads its settings here, and needs none of the notifier.
    from services.notifier.ledger.connection import make_engine  # noqa: PLC0415
    from services.notifier.routes import load_file, make_egress, make_routes  # noqa: PLC0415

    found = load(path)
    make_engine(found.ledger)
    typer.echo("settings: ok")
    channels_file = found.notifier.channels_file
    if channels_file is None:
        typer.echo("channels: no file, the ledger's own")
        return
    desk = load_file(channels_file)
    try:
        make_routes(desk.channels, make_egress(found.notifier))
    except ConfigurationError as error:
        raise ConfigurationError(f"{channels_file}: {error}") from None
    typer.echo(
        f"{channels_file}: ok, {len(desk.channels)} channels, "
        f"{len(desk.subscriptions)} subscriptions"
    )


def show(path: Path | None) -> None:
    """Print the settings that hold as YAML, secrets masked."""
    typer.echo(yaml.safe_dump(load(path).model_dump(mode="json"), sort_keys=False), nl=False)
