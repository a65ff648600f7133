"""What the three records share: their model, moments in time, and the purpose of a record."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:(?P<second>\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WANTED = "expected an RFC 3339 date and time with its offset, or a date"

CODE_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"


class Record(BaseModel):
    """A record or a part of one. Fields that a reader does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Purpose(StrEnum):
    """What a record is for. Consumers act on `live` alone unless they ask for more."""

    LIVE = "live"
    TEST = "test"
    CANARY = "canary"
    BACKFILL = "backfill"


def parse_moment(value: Any) -> datetime | date:
    """Return the moment that RFC 3339 text names: a datetime that keeps its offset, or a date.

    Numbers, bare years, and times without an offset are refused, because guessing what they
    mean moves an event to another day. So is what cannot be told in UTC (the last hours of
    the year 9999), because a database could not keep it. A leap second is its minute's 59th.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(_WANTED)
        return value
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(_WANTED)  # noqa: TRY004 (pydantic reports ValueError, not TypeError)
    if _DATE.fullmatch(value):
        return date.fromisoformat(value)
    match = _RFC3339.fullmatch(value)
    if not match:
        raise ValueError(_WANTED)
    if match["second"] == "60":
        value = value[:17] + "59" + value[19:]
    moment = datetime.fromisoformat(value.upper())
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the calendar") from error
    return moment


Moment = Annotated[
    datetime | date,
    BeforeValidator(parse_moment),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
    ),
]
"""RFC 3339 with its offset kept, or an ISO date where no finer time is known."""

Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
"""An open word of ours (a category, a status): lower case, digits and underscores."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, and EU and XK."""
