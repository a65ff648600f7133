"""Times as they are typed: "2h" and "2026-01-31T06:00Z"."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION: Final = re.compile(r"(\d{1,6})([smhd])", re.ASCII)


def duration(typed: str | timedelta) -> timedelta:
    """Return the duration; a default is one. Raises BadParameter: what was expected."""
    if isinstance(typed, timedelta):
        return typed
    match = _DURATION.fullmatch(typed)
    if match is None:
        raise typer.BadParameter("expected a duration such as 90s, 30m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def since(typed: str) -> datetime:
    """Return the instant that a duration ago was, or that is typed. Raises BadParameter."""
    if _DURATION.fullmatch(typed):
        return datetime.now(UTC) - duration(typed)
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter("expected 2h, or an instant such as 2026-01-31T06:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
