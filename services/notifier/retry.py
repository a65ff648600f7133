"""What a reply means, and when the next attempt is due.

Pure: the caller draws the jitter, and caps a wait at the alert's expiry.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why an attempt or a delivery failed: one closed set for metrics, ledger and logs."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TLS = "tls"
    DNS = "dns"
    BLOCKED = "blocked"
    CLIENT_ERROR = "client_error"
    AUTH_ERROR = "auth_error"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REDIRECT = "redirect"
    PROTOCOL_ERROR = "protocol_error"
    GONE = "gone"
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What becomes of a delivery after an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"
    GONE = "gone"  # the receiver is: the channel is disabled, and the delivery waits


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended."""

    status: int | None  # None: there was no reply
    reason: Reason | None  # None: delivered
    retry_after: float | None  # seconds from the reply; None: it does not say
    milliseconds: float
    detail: str  # the reply's first KiB, or the class of what went wrong


_PASSING: Final = frozenset(
    {
        Reason.TIMEOUT,
        Reason.CONNECTION,
        Reason.TLS,  # a certificate that ran out is renewed, mostly within the hour
        Reason.DNS,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.PROTOCOL_ERROR,  # a proxy's stray page, a reply cut short
    }
)
_PASSING_STATUSES: Final = frozenset({408, 425})  # Request Timeout, Too Early

SCHEDULE: Final = (1, 3, 10, 30, 60, 120, 300)
"""Seconds between attempts; after the last it goes on at that pace until the alert expires."""

JITTER: Final = (
    0.2  # of a wait, to both sides: receivers that fell together are not all called at once
)
MAX_RETRY_AFTER: Final = 86_400.0  # seconds: whoever says more still gets a try a day
_SECONDS: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)


def reason_of(status: int) -> Reason | None:
    """Return why a reply of that status is a failure; None: 2xx, which is none."""
    named = {
        401: Reason.AUTH_ERROR,
        403: Reason.AUTH_ERROR,
        410: Reason.GONE,
        429: Reason.RATE_LIMITED,
    }
    hundreds = {
        2: None,
        3: Reason.REDIRECT,
        4: Reason.CLIENT_ERROR,
        5: Reason.SERVER_ERROR,
    }
    return named.get(status) or hundreds.get(status // 100, Reason.PROTOCOL_ERROR)


def verdict(outcome: Outcome) -> Verdict:
    """Return what becomes of the delivery."""
    if outcome.reason is None:
        return Verdict.DELIVERED
    if outcome.reason is Reason.GONE:
        return Verdict.GONE
    if outcome.reason in _PASSING or outcome.status in _PASSING_STATUSES:
        return Verdict.RETRY
    return Verdict.DEAD


def wait(attempt: int, *, jitter: float, retry_after: float | None) -> float:
    """Return the seconds from attempt number `attempt` (from 1) to the next one.

    `jitter`, 0 to 1, spans -20 to +20 % of the schedule's wait. `retry_after` counts where it is
    longer; no expiry is known here, so the caller caps by it.
    """
    scheduled = SCHEDULE[min(attempt, len(SCHEDULE)) - 1] * (1 - JITTER + 2 * JITTER * jitter)
    return max(scheduled, retry_after or 0.0)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, 0 to a day (RFC 9110 §10.2.3).

    It is a number of seconds or an HTTP date. None: it is neither.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:  # "-0000", and the two old forms that name no zone: all mean UTC
        date = date.replace(tzinfo=UTC)
    return min(max((date - now).total_seconds(), 0.0), MAX_RETRY_AFTER)
