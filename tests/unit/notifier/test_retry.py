"""What a reply means, and when the next attempt is due."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.retry import (
    MAX_RETRY_AFTER,
    SCHEDULE,
    Outcome,
    Reason,
    Verdict,
    parse_retry_after,
    reason_of,
    verdict,
    wait,
)

NOW = datetime(2024, 6, 26, 12, 0, 0, tzinfo=UTC)


def outcome(*, status: int | None = None, reason: Reason | None = None) -> Outcome:
    return Outcome(status=status, reason=reason, retry_after=None, milliseconds=1.0, detail="")


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (199, Reason.PROTOCOL_ERROR, Verdict.RETRY),
        (200, None, Verdict.DELIVERED),
        (204, None, Verdict.DELIVERED),
        (299, None, Verdict.DELIVERED),
        (300, Reason.REDIRECT, Verdict.DEAD),
        (301, Reason.REDIRECT, Verdict.DEAD),
        (308, Reason.REDIRECT, Verdict.DEAD),
        (399, Reason.REDIRECT, Verdict.DEAD),
        (400, Reason.CLIENT_ERROR, Verdict.DEAD),
        (410, Reason.GONE, Verdict.GONE),
        (401, Reason.AUTH_ERROR, Verdict.DEAD),
        (403, Reason.AUTH_ERROR, Verdict.DEAD),
        (404, Reason.CLIENT_ERROR, Verdict.DEAD),
        (407, Reason.CLIENT_ERROR, Verdict.DEAD),
        (408, Reason.CLIENT_ERROR, Verdict.RETRY),
        (409, Reason.CLIENT_ERROR, Verdict.DEAD),
        (424, Reason.CLIENT_ERROR, Verdict.DEAD),
        (425, Reason.CLIENT_ERROR, Verdict.RETRY),
        (426, Reason.CLIENT_ERROR, Verdict.DEAD),
        (428, Reason.CLIENT_ERROR, Verdict.DEAD),
        (429, Reason.RATE_LIMITED, Verdict.RETRY),
        (430, Reason.CLIENT_ERROR, Verdict.DEAD),
        (499, Reason.CLIENT_ERROR, Verdict.DEAD),
        (500, Reason.SERVER_ERROR, Verdict.RETRY),
        (503, Reason.SERVER_ERROR, Verdict.RETRY),
        (599, Reason.SERVER_ERROR, Verdict.RETRY),
        (600, Reason.PROTOCOL_ERROR, Verdict.RETRY),
    ],
)
def test_a_status_means(status: int, reason: Reason | None, expected: Verdict) -> None:
    assert reason_of(status) is reason
    assert verdict(outcome(status=status, reason=reason)) is expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.TIMEOUT, Verdict.RETRY),
        (Reason.CONNECTION, Verdict.RETRY),
        (Reason.TLS, Verdict.RETRY),
        (Reason.DNS, Verdict.RETRY),
        (Reason.PROTOCOL_ERROR, Verdict.RETRY),
        (Reason.BLOCKED, Verdict.DEAD),
        (Reason.EXPIRED, Verdict.DEAD),
    ],
)
def test_no_reply_means(reason: Reason, expected: Verdict) -> None:
    assert verdict(outcome(reason=reason)) is expected


def test_a_success_that_the_format_denies_is_tried_again() -> None:
    assert verdict(outcome(status=200, reason=Reason.PROTOCOL_ERROR)) is Verdict.RETRY


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 1), (2, 3), (3, 10), (4, 30), (5, 60), (6, 120), (7, 300), (8, 300), (1000, 300)],
)
def test_the_schedule_is_that_of_the_conventions(attempt: int, seconds: float) -> None:
    assert wait(attempt, jitter=0.5, retry_after=None) == seconds


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
def test_jitter_spans_a_fifth_to_both_sides(jitter: float, seconds: float) -> None:
    assert wait(1, jitter=jitter, retry_after=None) == pytest.approx(seconds)


@pytest.mark.parametrize(("asked", "seconds"), [(None, 10), (0.0, 10), (9.9, 10), (10.1, 10.1)])
def test_the_longer_of_schedule_and_retry_after_wins(asked: float | None, seconds: float) -> None:
    assert wait(3, jitter=0.5, retry_after=asked) == seconds


attempts, fractions = st.integers(1, 50), st.floats(0, 1)


@given(attempts, fractions)
def test_no_wait_passes_the_cap(attempt: int, jitter: float) -> None:
    seconds = wait(attempt, jitter=jitter, retry_after=None)
    assert 0.8 * min(SCHEDULE) <= seconds <= 1.2 * max(SCHEDULE) + 1e-9


@given(attempts, fractions, fractions)
def test_waits_grow_with_the_attempt_and_the_jitter(
    attempt: int, jitter: float, other: float
) -> None:
    low, high = sorted((jitter, other))
    first = wait(attempt, jitter=low, retry_after=None)
    assert first <= wait(attempt, jitter=high, retry_after=None)
    assert first <= wait(attempt + 1, jitter=low, retry_after=None)


@given(attempts, fractions, st.floats(0, MAX_RETRY_AFTER))
def test_no_attempt_comes_before_the_receiver_asked(
    attempt: int, jitter: float, asked: float
) -> None:
    assert wait(attempt, jitter=jitter, retry_after=asked) >= asked


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("86400", 86_400.0),
        ("86401", 86_400.0),
        ("9" * 400, 86_400.0),
        ("Wed, 26 Jun 2024 12:00:30 GMT", 30.0),
        ("Wednesday, 26-Jun-24 12:00:30 GMT", 30.0),
        ("Wed Jun 26 12:00:30 2024", 30.0),
        ("Wed, 26 Jun 2024 14:00:30 +0200", 30.0),
        ("Wed, 26 Jun 2024 11:59:59 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("1e3", None),
        ("١٢", None),
        ("NaN", None),
        ("Wed, 99 Jun 2024 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_nonsense_in_retry_after_harms_nobody(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER


@given(st.integers(-100_000, 86_400))
def test_a_date_means_its_distance_and_is_never_negative(seconds: int) -> None:
    value = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(value, NOW) == max(seconds, 0)
