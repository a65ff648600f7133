"""When an event is: from the words of time in its sentence and the day of publication.

Only what these settle is said; everything else is absent rather than guessed. A day without a
year is the nearest one that agrees with the status, at most half a year away.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from schemas.report import EventTime, Precision, Status
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Calendar

HALF_YEAR: Final = 183  # days
BEFORE: Final = 8  # words by which a time before the trigger counts as farther
_YEAR: Final = re.compile(r"(?:19|20)\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence being read for times: its words, its calendar, and what they are told from."""

    sentence: Sentence
    calendar: Calendar
    published: date | None
    status: Status

    def word(self, position: int) -> str:
        """Return the word there, in lower case; empty outside the sentence."""
        words = self.sentence.words
        return words[position] if 0 <= position < len(words) else ""

    def capital(self, position: int) -> bool:
        """Return whether the word begins with a capital: "May", "March", "Sun"."""
        start = self.sentence.starts[position] - self.sentence.start
        return self.sentence.text[start].isupper()

    def day(self, position: int, *, ordinal: bool = False) -> int | None:
        """Return the day of a month that stands there: "18" or "18th", or only "18th"."""
        word = self.word(position)
        digits = word.rstrip("abcdefghijklmnopqrstuvwxyz")
        suffix = word[len(digits) :]
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
            return None
        return int(digits) if suffix in self.calendar.ordinals or not (suffix or ordinal) else None


def event_time(
    sentence: Sentence,
    trigger: int,
    calendar: Calendar,
    *,
    status: Status,
    published: datetime | date | None,
) -> EventTime | None:
    """Return the time that belongs to the event's trigger (a word's position), if one is settled.

    It is the nearest, where English puts it: behind the trigger rather than before it.
    """
    told = published.date() if isinstance(published, datetime) else published
    reading = Reading(sentence, calendar, told, status)

    def apart(found: tuple[int, EventTime]) -> int:
        return found[0] - trigger if found[0] > trigger else trigger - found[0] + BEFORE

    return min(_times(reading), key=apart, default=(0, None))[1]


def _times(reading: Reading) -> Iterator[tuple[int, EventTime]]:
    for position, word in enumerate(reading.sentence.words):
        rule = _rule(reading.calendar, word)
        if rule is None:
            continue
        try:
            time = rule(reading, position)
        except (ValueError, OverflowError):  # no such day, or outside the calendar
            continue
        if time:
            yield position, time


def _rule(calendar: Calendar, word: str) -> Callable[[Reading, int], EventTime | None] | None:
    if word in calendar.months:
        return _month
    if word in calendar.weekdays:
        return _weekday
    if word in calendar.days or word in calendar.units:
        return _relative
    return _bare_day if word[0] in "0123456789" else None


def _month(reading: Reading, at: int) -> EventTime | None:
    """Read "June 18", "June 18-19, 2024", "18 June", "the 18th of June", "in August"."""
    month = reading.calendar.months[reading.word(at)]
    if not reading.capital(at):
        return None
    first = reading.day(at + 1)
    if first:
        last, after = _last(reading, at + 2, first)
        return _days(reading, (month, first, last), _year(reading, after))
    before = at - 1 - (reading.word(at - 1) in reading.calendar.of)
    first = reading.day(before)
    if first:
        return _days(reading, (month, *_until(reading, before, first)), _year(reading, at + 1))
    year = _year(reading, at + 1)
    if reading.word(at - 1) not in reading.calendar.within or not (year or reading.published):
        return None
    return _whole_month(year or _month_year(reading, month), month)


def _last(reading: Reading, at: int, first: int) -> tuple[int, int]:
    """Return the last day of a range that goes on at `at`, and the position after it."""
    at += reading.word(at) in reading.calendar.joins
    at += reading.word(at) in reading.calendar.the
    last = reading.day(at)
    return (last, at + 1) if last and last > first else (first, at)


def _until(reading: Reading, at: int, last: int) -> tuple[int, int]:
    """Return the first and the last day of a range that ends at `at`: "18-19 June"."""
    back = at - 1 - (reading.word(at - 1) in reading.calendar.the)
    back -= reading.word(back) in reading.calendar.joins
    first = reading.day(back)
    return (first, last) if first and first < last else (last, last)


def _year(reading: Reading, at: int) -> int | None:
    return int(reading.word(at)) if _YEAR.fullmatch(reading.word(at)) else None


def _bare_day(reading: Reading, at: int) -> EventTime | None:
    """Read "on the 26th", "on the 24th and 25th": in the month of publication or the next one."""
    calendar, published = reading.calendar, reading.published
    first = reading.day(at, ordinal=True)
    if not first or not published or reading.word(at - 1) not in calendar.the:
        return None
    if reading.word(at - 2) not in calendar.on:
        return None
    last, after = _last(reading, at + 1, first)
    if reading.word(after) in calendar.months or reading.word(after) in calendar.of:
        return None  # read with its month
    months = [(published.year * 12 + published.month - 1 + shift) for shift in (-1, 0, 1)]
    starts = [_date(month // 12, month % 12 + 1, first) for month in months]
    return _range(_fitting(reading, starts), last - first)


def _weekday(reading: Reading, at: int) -> EventTime | None:
    """Read "Wednesday": the last one for what happened, the next one for what is to come."""
    weekday = reading.calendar.weekdays[reading.word(at)]
    if reading.published is None or reading.status is Status.CALLED_OFF:
        return None
    before = at - 2 if reading.word(at - 1) in reading.calendar.on else at - 1
    if reading.word(before) in {*reading.calendar.reporting, *reading.calendar.shifts}:
        return None
    if reading.status is Status.PLANNED:
        ahead = (weekday - reading.published.weekday()) % 7
        return _range(reading.published + timedelta(days=ahead), 0)
    back = (reading.published.weekday() - weekday) % 7
    return _range(reading.published - timedelta(days=back), 0)


def _relative(reading: Reading, at: int) -> EventTime | None:
    """Read "today", "next week", "this month"."""
    calendar, published = reading.calendar, reading.published
    if published is None:
        return None
    days = calendar.days.get(reading.word(at))
    if days is not None:
        return _range(published + timedelta(days=days), 0)
    shift, unit = calendar.shifts.get(reading.word(at - 1)), calendar.units.get(reading.word(at))
    if shift is None or unit is None:
        return None
    if unit == "week":
        monday = published - timedelta(days=published.weekday() - 7 * shift)
        return _range(monday, 6)
    month = published.year * 12 + published.month - 1 + shift
    return _whole_month(month // 12, month % 12 + 1)


def _days(
    reading: Reading, month_first_last: tuple[int, int, int], year: int | None
) -> EventTime | None:
    month, first, last = month_first_last
    if year:
        return _range(date(year, month, first), last - first)
    if reading.published is None:
        return None
    around = [_date(reading.published.year + shift, month, first) for shift in (-1, 0, 1)]
    return _range(_fitting(reading, around), last - first)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fitting(reading: Reading, days: Sequence[date | None]) -> date | None:
    """Return the day nearest to publication that the status allows; None beyond half a year."""
    published, status = reading.published, reading.status
    assert published is not None
    allowed: Callable[[int], bool] = {
        Status.OCCURRED: lambda ahead: ahead <= 0,
        Status.PLANNED: lambda ahead: ahead >= 0,
        Status.CALLED_OFF: lambda _: True,
    }[status]
    near = [day for day in days if day and abs((day - published).days) <= HALF_YEAR]
    fitting = [day for day in near if allowed((day - published).days)]
    return min(fitting, key=lambda day: abs((day - published).days), default=None)


def _month_year(reading: Reading, month: int) -> int:
    """Return the year of a month that is named without one."""
    published = reading.published
    assert published is not None
    if reading.status is Status.PLANNED:
        return published.year + (month < published.month)
    return published.year - (month > published.month)


def _whole_month(year: int, month: int) -> EventTime:
    end = date(year, month, monthrange(year, month)[1])
    return _made(date(year, month, 1), end, Precision.MONTH)


def _range(start: date | None, more: int) -> EventTime | None:
    """Return the days from `start` to `more` days later."""
    return _made(start, start + timedelta(days=more), Precision.DAY) if start else None


def _made(start: date, end: date, precision: Precision) -> EventTime:
    return EventTime.model_construct(start=start, end=end, precision=precision)
