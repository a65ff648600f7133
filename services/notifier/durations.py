"""Durations as people write them: "90s", "30m", "24h", "7d"."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"(\d{1,6})([smhd])", re.ASCII)


def duration(text: str) -> timedelta:
    """Return the duration. Raises ValueError, which says what was expected."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("expected a duration such as 90s, 30m, 24h or 7d")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
