"""When an event is: from the words of time in its sentence and the day of publication.

Only what these settle is said; everything else is absent rather than guessed. A day without a
year is the nearest one that agrees with the status, at most half a year away. What dates the
telling ("said on Wednesday") or another event ("since June") is no time of this one.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from schemas.report import EventTime, Precision, Status
from services.classifier.calendars import Calendar
from services.classifier.evidence import Sentence
from services.classifier.timewords import Word, expressions

HALF_YEAR: Final = 183  # days
FARTHER: Final = 8  # words by which a time counts as farther on the side where none is expected
MONTHS: Final = 12
_SIDES: Final = {Status.OCCURRED: -1, Status.PLANNED: 1}


@dataclass(frozen=True, slots=True)
class Reading:
    """What times are told from: the day of publication, and whether the event is past (-1)."""

    published: date | None
    side: int

    @property
    def today(self) -> date:
        """The day of publication. Raises ValueError where it is unknown: nothing is settled."""
        if self.published is None:
            raise ValueError("without a publication nothing relative is settled")
        return self.published


Words: TypeAlias = Sequence[Word]
Told: TypeAlias = tuple[date, date, Precision]
"""A time: its first and its last day, and how finely it is known."""
Rule: TypeAlias = Callable[[Reading, Words], Told | None]


def event_time(
    sentence: Sentence,
    trigger: int,
    calendar: Calendar,
    *,
    status: Status,
    published: datetime | date | None,
) -> EventTime | None:
    """Return the time that belongs to the event's trigger (a word's position), if one is settled.

    It is the nearest, with the side favoured where the language puts it; a year only where
    nothing finer is told.
    """
    told = published.date() if isinstance(published, datetime) else published
    reading = Reading(told, _SIDES.get(status, 0))

    def apart(found: tuple[int, Told]) -> tuple[bool, int]:
        gap = found[0] - trigger
        unexpected = (gap > 0) == calendar.time_first
        return found[1][2] is Precision.YEAR, abs(gap) + unexpected * FARTHER

    found = min(_times(sentence, calendar, trigger, reading), key=apart, default=None)
    if found is None:
        return None
    start, end, precision = found[1]
    return EventTime.model_construct(start=start, end=end, precision=precision)


def _times(
    sentence: Sentence, calendar: Calendar, trigger: int, reading: Reading
) -> Iterator[tuple[int, Told]]:
    for rule, words, reported in expressions(sentence, calendar, trigger):
        try:
            time = RULES[rule](reading, words)
        except (ValueError, OverflowError):  # no such day, or outside the calendar
            continue
        # "26일 … 개최한다고 밝혔다": of a plan that is told today, today is the day of telling.
        today = rule == "bare" and reading.side > 0 and time and time[0] == reading.published
        if time and _agrees(reading, time) and not (reported and today):
            yield words[-1].start if words[-1].start < trigger else words[0].start, time


def _agrees(reading: Reading, time: Told) -> bool:
    """Return whether what happened is not wholly to come, and what is to come not past."""
    if reading.published is None:
        return True
    start, end, _ = time
    ahead, past = start > reading.published, end < reading.published
    return not (reading.side < 0 and ahead) and not (reading.side > 0 and past)


def _values(words: Words, kinds: str) -> list[int]:
    return [word.value for word in words if word.kind in kinds and word.value is not None]


def _shift(words: Words) -> Word | None:
    return next((word for word in words if word.kind == "s"), None)


def _years(reading: Reading, words: Words) -> list[int]:
    """Return the years that are told, by number or from the present one."""
    return [
        word.value if word.kind == "y" else reading.today.year + word.value
        for word in words
        if word.kind in "yA" and word.value is not None
    ]


def _dated(reading: Reading, words: Words) -> Told | None:
    """Read "June 18-19, 2024", "the 18th of June", "6월 28일-7월 2일"."""
    months, days, years = _values(words, "m"), _values(words, "dhn"), _years(reading, words)
    turn = months[-1] < months[0]  # of the year
    if years:
        behind = words[-1].kind in "yA" and len(years) == 1
        start: date | None = date(years[0] - (turn and behind), months[0], days[0])
    else:
        around = [_date(reading.today.year + shift, months[0], days[0]) for shift in (-1, 0, 1)]
        start = _fitting(reading, around, _side(reading, words))
    return (
        _made(start, max(start, date(start.year + turn, months[-1], days[-1]))) if start else None
    )


def _in_month(reading: Reading, words: Words) -> Told | None:
    """Read "이달 18-19일", "the 26th of next month"."""
    year, month = _month_at(reading, _values(words, "M")[0])
    days = _values(words, "dhn")
    start = date(year, month, days[0])
    return _made(start, max(start, date(year, month, days[-1])))


def _bare(reading: Reading, words: Words) -> Told | None:
    """Read "on the 24th and 25th": of the month of publication or the one before or after."""
    days = _values(words, "dhn")
    months = [_month_at(reading, shift) for shift in (-1, 0, 1)]
    starts = [_date(year, month, days[0]) for year, month in months]
    start = _fitting(reading, starts, _side(reading, words))
    return _made(start, start + timedelta(days=max(0, days[-1] - days[0]))) if start else None


def _weekday(reading: Reading, words: Words) -> Told | None:
    """Read "Wednesday": the last one for what happened, the next one for what is to come.

    "next Friday" is settled only where this week's cannot be meant.
    """
    weekdays, weeks, shift = _values(words, "w"), _values(words, "K"), _shift(words)
    readings = [_monday(reading, week) + timedelta(days=weekdays[0]) for week in weeks]
    if shift:
        if shift.value is not None:
            readings.append(_monday(reading, shift.value) + timedelta(days=weekdays[0]))
        if shift.other is not None:
            sure = shift.value is None
            readings.append(_nearest_weekday(reading, weekdays[0], shift.other, beside=sure))
    elif not weeks and reading.side:
        anchor = weekdays[0] if reading.side > 0 else weekdays[-1]
        readings = [_nearest_weekday(reading, anchor, reading.side, beside=False)]
    if len(set(readings)) != 1:
        return None
    more = timedelta(days=(weekdays[-1] - weekdays[0]) % 7)
    start = readings[0] if shift or weeks or reading.side > 0 else readings[0] - more
    return _made(start, start + more)


def _nearest_weekday(reading: Reading, weekday: int, side: int, *, beside: bool) -> date:
    """Return the nearest one on a side of the publication; `beside`: not its very day."""
    away = side * (weekday - reading.today.weekday()) % 7
    return reading.today + timedelta(days=side * (away or 7 * beside))


def _part(reading: Reading, words: Words) -> Told | None:
    """Read "at the end of this month", "다음 달 초"."""
    months = _values(words, "M")
    if not months and _values(words, "u") != [UNIT_MONTH]:
        return None
    year, month = _month_at(reading, months[0] if months else 0)
    return _whole(year, month, words)


def _month(reading: Reading, words: Words) -> Told | None:
    """Read "in August", "late August", "내년 6월", "June 2024"."""
    month, years = _values(words, "m")[0], _years(reading, words)
    if years:
        return _whole(years[0], month, words)
    shift, side = _shift(words), _side(reading, words)
    if shift and shift.other is None and shift.value is not None:
        return _whole(reading.today.year + shift.value, month, words)
    year, now = reading.today.year, reading.today.month
    if side:
        return _whole(year + side * (side * month < side * now), month, words)
    nearest = min((-1, 0, 1), key=lambda away: abs(MONTHS * away + month - now))
    return _whole(year + nearest, month, words)


def _period(reading: Reading, words: Words) -> Told | None:
    """Read "next week", "this weekend", "last month", "내년"."""
    kind, shift = words[0].kind, words[0].value or 0
    if kind == "M":
        return _whole(*_month_at(reading, shift), words)
    if kind == "A":
        return _year_of(reading.today.year + shift)
    monday = _monday(reading, shift)
    if kind == "K":
        return _made(monday, monday + timedelta(days=6))
    # "next weekend" is the coming one to some and the one after it to others.
    return _made(monday + timedelta(days=5), monday + timedelta(days=6)) if shift <= 0 else None


def _day(reading: Reading, words: Words) -> Told | None:
    """Read "today", "two days ago"."""
    day = reading.today + timedelta(days=_values(words, "t")[0])
    return _made(day, day)


def _year(reading: Reading, words: Words) -> Told | None:
    """Read "in 2025"."""
    return _year_of(_years(reading, words)[0])


UNIT_MONTH: Final = 2  # the month's place among the units
RULES: Final[Mapping[str, Rule]] = {
    "dated": _dated,
    "in_month": _in_month,
    "bare": _bare,
    "weekday": _weekday,
    "part": _part,
    "month": _month,
    "period": _period,
    "day": _day,
    "year": _year,
}


def _monday(reading: Reading, week: int) -> date:
    return reading.today - timedelta(days=reading.today.weekday() - 7 * week)


def _month_at(reading: Reading, shift: int) -> tuple[int, int]:
    """Return the year and the month so many months from the publication."""
    months = reading.today.year * MONTHS + reading.today.month - 1 + shift
    return months // MONTHS, months % MONTHS + 1


def _side(reading: Reading, words: Words) -> int:
    """Return the side of the publication that the words say, else that the status does."""
    shift = _shift(words)
    return reading.side if shift is None or shift.other is None else shift.other


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fitting(reading: Reading, days: Iterable[date | None], side: int) -> date | None:
    """Return the day nearest to publication on that side of it; None beyond half a year."""
    away = {day: (day - reading.today).days for day in days if day}
    near = [day for day, ahead in away.items() if abs(ahead) <= HALF_YEAR and ahead * side >= 0]
    return min(near, key=lambda day: abs(away[day]), default=None)


def _whole(year: int, month: int, words: Words) -> Told:
    """Return the month, or the part of it that the words say."""
    length = monthrange(year, month)[1]
    part = next((word for word in words if word.kind == "p"), None)
    first, last = (part.value or 1, part.other or length) if part else (1, length)
    return _made(date(year, month, first), date(year, month, min(last, length)), Precision.MONTH)


def _year_of(year: int) -> Told:
    return _made(date(year, 1, 1), date(year, MONTHS, 31), Precision.YEAR)


def _made(start: date, end: date, precision: Precision = Precision.DAY) -> Told:
    return start, end, precision
