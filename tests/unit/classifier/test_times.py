"""When an event is: what the words of time settle, and what they leave open."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from schemas.report import Status
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon
from services.classifier.times import event_time

Read = Callable[[str], Sentence]
O, P, C = Status.OCCURRED, Status.PLANNED, Status.CALLED_OFF  # noqa: E741
WEDNESDAY = date(2024, 6, 26)


def day(month: int, first: int, last: int | None = None, year: int = 2024) -> tuple[object, ...]:
    return date(year, month, first), date(year, month, last or first), "day"


SETTLED = [
    ("launched on June 18", O, day(6, 18)),
    ("held it on June 18-19", O, day(6, 18, 19)),
    ("held it on June 18 and 19", O, day(6, 18, 19)),
    ("held it from June 18 to the 19th", O, day(6, 18, 19)),
    ("held it on 18 June", O, day(6, 18)),
    ("held it on 18-19 June", O, day(6, 18, 19)),
    ("held it on 18 and 19 June", O, day(6, 18, 19)),
    ("held it on June 19-18", O, day(6, 19)),
    ("met on June 18, 2018", O, day(6, 18, year=2018)),
    ("met on 18 June 2018", O, day(6, 18, year=2018)),
    ("held on December 30", O, day(12, 30, year=2023)),
    ("to be held on July 2", P, day(7, 2)),
    ("was called off for June 30", C, day(6, 30)),
    ("on the 26th", O, day(6, 26)),
    ("on the 28th", O, day(5, 28)),
    ("on the 28th", P, day(6, 28)),
    ("on the 3rd", P, day(7, 3)),
    ("on the 31st", P, day(7, 31)),
    ("on the 31st", O, day(5, 31)),
    ("on the 24th and 25th", O, day(6, 24, 25)),
    ("on the 26th of May", O, day(5, 26)),
    ("on the 24th and 25th of May", O, day(5, 24, 25)),
    ("from the 24th to the 25th of May", O, day(5, 24, 25)),
    ("on the 24th and 25th May", O, day(5, 24, 25)),
    ("today", O, day(6, 26)),
    ("yesterday", O, day(6, 25)),
    ("tomorrow", P, day(6, 27)),
    ("on Wednesday", O, day(6, 26)),
    ("on Thursday", O, day(6, 20)),
    ("on Thursday", P, day(6, 27)),
    ("Tuesday", P, (date(2024, 7, 2), date(2024, 7, 2), "day")),
    ("in August", P, (date(2024, 8, 1), date(2024, 8, 31), "month")),
    ("in August", O, (date(2023, 8, 1), date(2023, 8, 31), "month")),
    ("in February", P, (date(2025, 2, 1), date(2025, 2, 28), "month")),
    ("in June", O, (date(2024, 6, 1), date(2024, 6, 30), "month")),
    ("in March 2022", O, (date(2022, 3, 1), date(2022, 3, 31), "month")),
    ("next month", P, (date(2024, 7, 1), date(2024, 7, 31), "month")),
    ("at the end of this month", P, (date(2024, 6, 1), date(2024, 6, 30), "month")),
    ("next week", P, (date(2024, 7, 1), date(2024, 7, 7), "day")),
    ("last week", O, (date(2024, 6, 17), date(2024, 6, 23), "day")),
]


@pytest.mark.parametrize(("text", "status", "expected"), SETTLED)
def test_words_of_time_are_resolved_from_the_day_of_publication(
    text: str, status: Status, expected: tuple[object, ...], sentence: Read, lexicon: Lexicon
) -> None:
    time = event_time(sentence(text), 0, lexicon.calendar, status=status, published=WEDNESDAY)
    assert time is not None
    assert (time.start, time.end, time.precision) == expected


OPEN = [
    ("no word of time", O),
    ("June alone", O),
    ("the 26th time", O),
    ("you may 5 times", O),
    ("on June 31", O),
    ("on February 29, 2023", O),
    ("said on Wednesday", O),
    ("announced Wednesday", P),
    ("next Wednesday", P),
    ("on Wednesday", C),
    ("a week", O),
    ("the month", O),
    ("123rd", O),
    ("5pm", O),
    ("on December 20", O),
]


@pytest.mark.parametrize(("text", "status"), OPEN)
def test_what_is_not_settled_is_absent(
    text: str, status: Status, sentence: Read, lexicon: Lexicon
) -> None:
    assert not event_time(sentence(text), 0, lexicon.calendar, status=status, published=WEDNESDAY)


def test_a_publication_with_an_offset_counts_days_in_that_offset(
    sentence: Read, lexicon: Lexicon
) -> None:
    published = datetime(2024, 6, 27, 1, tzinfo=timezone(timedelta(hours=9)))
    assert published.astimezone(UTC).day == 26
    time = event_time(sentence("today"), 0, lexicon.calendar, status=O, published=published)
    assert time is not None
    assert time.start == date(2024, 6, 27)


@pytest.mark.parametrize("text", ["today", "on June 18", "on the 26th", "Wednesday", "in August"])
def test_without_a_publication_nothing_relative_is_said(
    text: str, sentence: Read, lexicon: Lexicon
) -> None:
    assert not event_time(sentence(text), 0, lexicon.calendar, status=O, published=None)


@pytest.mark.parametrize("text", ["on June 18, 2024", "in June 2024"])
def test_without_a_publication_a_whole_date_is_still_said(
    text: str, sentence: Read, lexicon: Lexicon
) -> None:
    assert event_time(sentence(text), 0, lexicon.calendar, status=O, published=None)


@pytest.mark.parametrize("published", [date.min, date.max], ids=["year 1", "year 9999"])
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "tomorrow", "next month", "last month", "next week", "last week"),
        *("on Sunday", "on Tuesday", "in January", "in December", "on the 31st"),
        *("on January 1", "on December 31", "on December 30-31", "in January 1900"),
    ],
)
def test_the_ends_of_the_calendar_raise_nothing(
    text: str, status: Status, published: date, sentence: Read, lexicon: Lexicon
) -> None:
    time = event_time(sentence(text), 0, lexicon.calendar, status=status, published=published)
    assert time is None or date.min <= time.start <= time.end <= date.max


def test_the_time_behind_the_trigger_is_the_event_s(sentence: Read, lexicon: Lexicon) -> None:
    read = sentence("envoys met on Thursday over the missile launched on the 24th")
    trigger = read.words.index("missile")
    time = event_time(read, trigger, lexicon.calendar, status=O, published=WEDNESDAY)
    assert time is not None
    assert time.start == date(2024, 6, 24)
