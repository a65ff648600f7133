"""The settings of a command: the environment, the file, and a pipeline that runs here."""

from pathlib import Path

from services.cli.run_file import Run
from services.runtime import settings
from services.runtime.settings import Settings


def load(path: Path | None) -> Settings:
    """Return the settings; `watchfloor up` in this folder fills what nobody set.

    Raises ConfigurationError.
    """
    run = Run.read()
    return settings.load(path, fallback=run.fallback if run else None)
