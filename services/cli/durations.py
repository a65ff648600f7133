"""Times as they are typed: "2h" and "2026-01-31T06:00Z"."""

from datetime import UTC, datetime, timedelta

import typer

from services.notifier import durations


def duration(typed: str | timedelta) -> timedelta:
    """Return the duration; a default is one. Raises BadParameter: what was expected."""
    if isinstance(typed, timedelta):
        return typed
    try:
        return durations.duration(typed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def since(typed: str) -> datetime:
    """Return the instant that a duration ago was, or that is typed. Raises BadParameter."""
    try:
        return datetime.now(UTC) - durations.duration(typed)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter("expected 2h, or an instant such as 2026-01-31T06:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
