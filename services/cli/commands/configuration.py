"""Settings, checked and shown."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

import typer

from services.cli.commands.epilogs import epilog
from services.cli.commands.running import Config


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    config = typer.Typer(no_args_is_help=True, help="The settings and the channels file.")
    for command in (check, show):
        example = f"watchfloor config {command.__name__}"
        config.command(epilog=epilog(example, f"{example} --config watchfloor.yaml"))(command)
    app.add_typer(config, name="config")


def check(config: Config = None) -> None:
    """Check the settings, the channels file, and that its references lead somewhere."""
    from services.cli.configuration import check

    check(config)


def show(config: Config = None) -> None:
    """Show the settings that hold, as YAML; secrets are masked."""
    from services.cli.configuration import show

    show(config)
