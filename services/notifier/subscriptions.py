"""Channels and subscriptions: who is told of what, where, and for how long it is news.

They come from one YAML file, are checked as a whole, and are applied to the ledger. A secret
in it is a reference (`{env: NAME}` or `{file: PATH}`): the ledger keeps the reference, never
the secret.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from schemas.alert import Severity
from schemas.common import Code, Country, Purpose
from schemas.report import Prominence, Report
from services.notifier.channels import formats, has_secret
from services.notifier.durations import duration


def _duration(value: Any) -> timedelta:
    return duration(value if isinstance(value, str) else "")


def _duration_or_none(value: Any) -> Any:
    return None if value is None or value == "none" else _duration(value)


def _seconds(value: timedelta | None) -> str | None:
    return None if value is None else f"{int(value.total_seconds())}s"


def _known_format(value: str) -> str:
    if value not in formats():
        raise ValueError(f"expected one of {', '.join(formats())}")
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Part):
    """Where a secret is read from: an environment variable or a file."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("expected either env or file")
        return self


class Channel(_Part):
    """A webhook and its format."""

    format: Annotated[str, AfterValidator(_known_format)]
    url: Annotated[str, Field(pattern=r"^https?://")] | Reference
    secret: Reference | None = None

    @model_validator(mode="after")
    def _secret_where_needed(self) -> Self:
        if has_secret(self.format) and self.secret is None:
            raise ValueError(f"secret: a {self.format} channel needs one, to sign or as its key")
        return self


class Subscription(_Part):
    """Which alerts go to which channel. A filter that is empty lets everything through."""

    channel: Name
    category: Annotated[tuple[Code, ...], BeforeValidator(_listed)] = ()
    status: Annotated[tuple[Code, ...], BeforeValidator(_listed)] = ()
    prominence: Annotated[tuple[Prominence, ...], BeforeValidator(_listed)] = (Prominence.MAIN,)
    country: Annotated[tuple[Country, ...], BeforeValidator(_listed)] = ()
    confidence: Annotated[float, Field(ge=0, le=1, description="at least this")] = 0.0
    purpose: Annotated[tuple[Purpose, ...], BeforeValidator(_listed)] = (Purpose.LIVE,)
    severity: Severity | None = None
    max_age: Annotated[
        timedelta | None,
        BeforeValidator(_duration_or_none),
        PlainSerializer(_seconds),
        Field(description="an item older than this on arrival is no news; `none`: any age"),
    ] = timedelta(hours=24)
    ttl: Annotated[
        timedelta,
        BeforeValidator(_duration),
        PlainSerializer(_seconds),
        Field(gt=timedelta(0), le=timedelta(days=30), description="how long an alert is news"),
    ] = timedelta(hours=2)


class ChannelsFile(_Part):
    """The file: channels and subscriptions by name, in its order."""

    channels: dict[Name, Channel] = {}
    subscriptions: dict[Name, Subscription] = {}

    @model_validator(mode="after")
    def _channels_exist(self) -> Self:
        for name, subscription in self.subscriptions.items():
            if subscription.channel not in self.channels:
                raise ValueError(f"subscriptions.{name}.channel: no channel {subscription.channel}")
        return self


class Suppressed(StrEnum):
    """Why a subscription does not get an alert."""

    CATEGORY = "category"
    STATUS = "status"
    PROMINENCE = "prominence"
    COUNTRY = "country"
    CONFIDENCE = "confidence"
    PURPOSE = "purpose"
    OLD = "old"


def suppressed(subscription: Subscription, report: Report) -> Suppressed | None:
    """Return why the subscription does not want the report; None where it does."""
    checks = (
        (Suppressed.PURPOSE, report.purpose in subscription.purpose),
        (Suppressed.CATEGORY, _passes(subscription.category, report.category)),
        (Suppressed.STATUS, _passes(subscription.status, report.status)),
        (Suppressed.PROMINENCE, _passes(subscription.prominence, report.prominence)),
        (Suppressed.COUNTRY, _passes_any(subscription.country, report)),
        (Suppressed.CONFIDENCE, report.confidence >= subscription.confidence),
        (Suppressed.OLD, not _old(subscription, report)),
    )
    return next((reason for reason, passes in checks if not passes), None)


def _passes(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted


def _passes_any(wanted: tuple[str, ...], report: Report) -> bool:
    return not wanted or any(actor.country in wanted for actor in report.actors)


def _old(subscription: Subscription, report: Report) -> bool:
    """Return whether the item was no news when it arrived.

    Judged on arrival, so that an outage of ours makes nothing old; a backfill never is.
    """
    if subscription.max_age is None or report.purpose == Purpose.BACKFILL:
        return False
    published = report.item.published_at
    return published is not None and report.ingested_at - _latest(published) > subscription.max_age


def _latest(published: datetime | date) -> datetime:
    """Return the last instant that the moment may mean: a date's is the end of its day in UTC."""
    if isinstance(published, datetime):
        return published
    return datetime.combine(published, time.max, UTC)


def parse(text: str) -> ChannelsFile:
    """Return the channels and subscriptions that YAML text holds.

    Raises yaml.YAMLError or pydantic's ValidationError.
    """
    return ChannelsFile.model_validate(yaml.safe_load(text) or {})
