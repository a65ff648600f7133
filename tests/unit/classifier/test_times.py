"""When an event is: what the words of time settle, and what they leave open."""
# ruff: noqa: RUF001  (what looks like a Latin letter or mark is of the language of the text)

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.report import EventTime, Status
from services.classifier import lexicon_file, lexicons
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon
from services.classifier.times import event_time
from tests.support import sentences

Read = Callable[[str], Sentence]
O, P, C = Status.OCCURRED, Status.PLANNED, Status.CALLED_OFF  # noqa: E741
WEDNESDAY = date(2024, 6, 26)


load = cache(lexicons.load)


def told(
    language: str, text: str, status: Status, *, at: str = "", published: date | None = WEDNESDAY
) -> EventTime | None:
    """Return the time of what stands at the word `at` (the first word) of a text."""
    lexicon = load(language)
    read = sentences.sentence(text, lexicon)
    trigger = read.starts.index(text.index(at))
    return event_time(read, trigger, lexicon.calendar, status=status, published=published)


def day(month: int, first: int, last: int | None = None, year: int = 2024) -> tuple[object, ...]:
    return date(year, month, first), date(year, month, last or first), "day"


def month(number: int, first: int = 1, last: int = 30, year: int = 2024) -> tuple[object, ...]:
    return date(year, number, first), date(year, number, last), "month"


def whole(year: int) -> tuple[object, ...]:
    return date(year, 1, 1), date(year, 12, 31), "year"


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
    ("at the end of this month", P, month(6, 21)),
    ("at the end of the month", P, month(6, 21)),
    ("early next month", P, month(7, 1, 10)),
    ("the middle of next month", P, month(7, 11, 20)),
    ("late August", P, month(8, 21, 31)),
    ("in late February 2023", O, month(2, 21, 28, 2023)),
    ("mid-June", O, month(6, 11, 20)),
    ("this August", P, month(8, 1, 31)),
    ("planned for August", P, month(8, 1, 31)),
    ("called off in July", C, month(7, 1, 31)),
    ("held it June 28 to July 2", P, (date(2024, 6, 28), date(2024, 7, 2), "day")),
    ("held it 28 June - 2 July", P, (date(2024, 6, 28), date(2024, 7, 2), "day")),
    ("from December 30 to January 2, 2025", P, (date(2024, 12, 30), date(2025, 1, 2), "day")),
    ("held it on 18/19 June", O, day(6, 18, 19)),
    ("on June 18 last year", O, day(6, 18, year=2023)),
    ("the 26th", O, day(6, 26)),
    ("the 28th in Seoul", P, day(6, 28)),
    ("on the 26th of next month", P, day(7, 26)),
    ("two days ago", O, day(6, 24)),
    ("3 days ago", O, day(6, 23)),
    ("next Tuesday", P, day(7, 2)),
    ("last Friday", O, day(6, 21)),
    ("this Friday", P, day(6, 28)),
    ("on Monday and Tuesday", O, day(6, 24, 25)),
    ("Monday to Wednesday", P, (date(2024, 7, 1), date(2024, 7, 3), "day")),
    ("this weekend", P, day(6, 29, 30)),
    ("last weekend", O, day(6, 22, 23)),
    ("next year", P, whole(2025)),
    ("in 2025", P, whole(2025)),
    ("after Monday's launch", O, day(6, 24)),
    ("after the June 18 launch", O, day(6, 18)),
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
    ("said on the 26th", O),
    ("said today", O),
    ("issued a statement on June 18", O),
    ("on Wednesday said it fired a missile", O),
    ("next Wednesday", P),
    ("next Friday", P),
    ("last Tuesday", O),
    ("next weekend", P),
    ("the 26th summit", P),
    ("since June 18", O),
    ("since last year", O),
    ("the first since 2017", O),
    ("by the end of this month", P),
    ("two weeks ago", O),
    ("within 3 days", P),
    ("11 days ago", O),
    ("in 1850", O),
    ("2025 missiles", P),
    ("yesterday", P),
    ("tomorrow", O),
    ("to meet in May 2023", P),
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


SETTLED_ELSEWHERE = [
    ("ko", "북한, 지난 24일 탄도미사일 발사", O, day(6, 24)),
    ("ko", "오는 26일 정상회담", P, day(6, 26)),
    ("ko", "오는 5일 정상회담", P, day(7, 5)),
    ("ko", "북한이 26일 미사일을 쐈다", O, day(6, 26)),
    ("ko", "북한이 28일 미사일을 쐈다", O, day(5, 28)),
    ("ko", "6월 18일 정상회담", O, day(6, 18)),
    ("ko", "6월 18∼19일 정상회담", O, day(6, 18, 19)),
    ("ko", "6월 18일부터 19일까지 정상회담", O, day(6, 18, 19)),
    ("ko", "18일(화)∼19일(수) 정상회담", O, day(6, 18, 19)),
    ("ko", "6월 28일∼7월 2일 훈련", P, (date(2024, 6, 28), date(2024, 7, 2), "day")),
    ("ko", "2018년 6월 12일 정상회담", O, day(6, 12, year=2018)),
    ("ko", "지난해 8월 18일 정상회담", O, day(8, 18, year=2023)),
    ("ko", "다음 달 훈련", P, month(7, 1, 31)),
    ("ko", "다음달 10일 훈련", P, day(7, 10)),
    ("ko", "이달 말 훈련", P, month(6, 21)),
    ("ko", "내달 초 훈련", P, month(7, 1, 10)),
    ("ko", "8월 중순 훈련", P, month(8, 11, 20)),
    ("ko", "8월 훈련", P, month(8, 1, 31)),
    ("ko", "지난 3월 훈련", O, month(3, 1, 31)),
    ("ko", "내년 6월 훈련", P, month(6, year=2025)),
    ("ko", "오늘 정상회담", P, day(6, 26)),
    ("ko", "어제 정상회담", O, day(6, 25)),
    ("ko", "내일 정상회담", P, day(6, 27)),
    ("ko", "이틀 전에 미사일 발사", O, day(6, 24)),
    ("ko", "3일 전에 미사일 발사", O, day(6, 23)),
    ("ko", "수요일 정상회담", O, day(6, 26)),
    ("ko", "오는 금요일 정상회담", P, day(6, 28)),
    ("ko", "다음 주 화요일 정상회담", P, day(7, 2)),
    ("ko", "다음 주 정상회담", P, day(7, 1, 7)),
    ("ko", "내년 정상회담", P, whole(2025)),
    ("ko", "２６일 정상회담", O, day(6, 26)),
    ("zh", "朝鲜6月18日发射导弹", O, day(6, 18)),
    ("zh", "6月18号峰会", O, day(6, 18)),
    ("zh", "18日至19日举行峰会", O, day(6, 18, 19)),
    ("zh", "6月18日、19日峰会", O, day(6, 18, 19)),
    ("zh", "本月18日峰会", O, day(6, 18)),
    ("zh", "本月底军演", P, month(6, 21)),
    ("zh", "下月军演", P, month(7, 1, 31)),
    ("zh", "下个月初军演", P, month(7, 1, 10)),
    ("zh", "八月下旬军演", P, month(8, 21, 31)),
    ("zh", "明年峰会", P, whole(2025)),
    ("zh", "明年3月峰会", P, month(3, 1, 31, 2025)),
    ("zh", "2018年6月12日峰会", O, day(6, 12, year=2018)),
    ("zh", "昨天发射", O, day(6, 25)),
    ("zh", "两天前发射", O, day(6, 24)),
    ("zh", "3天前发射", O, day(6, 23)),
    ("zh", "周三发射", O, day(6, 26)),
    ("zh", "星期三發射", O, day(6, 26)),
    ("zh", "上周三發射", O, day(6, 19)),
    ("zh", "下周五峰会", P, day(7, 5)),
    ("zh", "上周发射", O, day(6, 17, 23)),
    ("zh", "上周末发射", O, day(6, 22, 23)),
    ("ja", "26日に発射", O, day(6, 26)),
    ("ja", "２６日（水）に発射", O, day(6, 26)),
    ("ja", "６月１８日から１９日まで会談", O, day(6, 18, 19)),
    ("ja", "今日、会談", P, day(6, 26)),
    ("ja", "昨日、会談", O, day(6, 25)),
    ("ja", "来月の訓練", P, month(7, 1, 31)),
    ("ja", "来月3日に会談", P, day(7, 3)),
    ("ja", "今月末に訓練", P, month(6, 21)),
    ("ja", "来週の会談", P, day(7, 1, 7)),
    ("ja", "来週の火曜日に会談", P, day(7, 2)),
    ("ja", "水曜日に発射", O, day(6, 26)),
    ("ja", "8月上旬に訓練", P, month(8, 1, 10)),
    ("ja", "来年の会談", P, whole(2025)),
    ("ja", "去年8月の訓練", O, month(8, 1, 31, 2023)),
]


@pytest.mark.parametrize(("language", "text", "status", "expected"), SETTLED_ELSEWHERE)
def test_words_of_time_are_resolved_where_no_space_sets_them_apart(
    language: str, text: str, status: Status, expected: tuple[object, ...]
) -> None:
    time = told(language, text, status)
    assert time is not None
    assert (time.start, time.end, time.precision) == expected


OPEN_ELSEWHERE = [
    ("ko", "26일간 훈련", O),
    ("ko", "사흘째 훈련, 5일째", O),
    ("ko", "3일 만에 미사일 발사", O),
    ("ko", "5년 만에 정상회담", O),
    ("ko", "3개월 훈련", O),
    ("ko", "2017년 이후 첫 미사일 발사", O),
    ("ko", "이달 말까지 훈련", P),
    ("ko", "합참은 26일 북한이 미사일을 쐈다고 밝혔다", O),
    ("ko", "26일 밝혔다", O),
    ("ko", "총리가 26일 정상회담을 희망한다고 밝혔다", P),
    ("ko", "2박 3일 정상회담", O),
    ("ko", "6·15 정상회담", O),
    ("zh", "神舟18号发射", O),
    ("zh", "18日内发射", O),
    ("zh", "3年来首次峰会", O),
    ("zh", "2017年以来首次峰会", O),
    ("zh", "韩军26日说朝鲜发射导弹", O),
    ("zh", "上千人", O),
    ("zh", "3个月", O),
    ("ja", "3日間の訓練", O),
    ("ja", "5日ぶりの発射", O),
    ("ja", "3日連続", O),
    ("ja", "2017年以来の会談", O),
    ("ja", "韓国軍は26日、北朝鮮がミサイルを撃ったと発表した", O),
]


@pytest.mark.parametrize(("language", "text", "status"), OPEN_ELSEWHERE)
def test_what_is_not_settled_is_absent_where_no_space_sets_words_apart(
    language: str, text: str, status: Status
) -> None:
    assert told(language, text, status) is None


def test_people_counted_behind_a_month_are_no_day_of_it() -> None:
    time = told("ko", "6월 18명 훈련", O)
    assert time is not None
    assert time.precision == "month"


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


NEAR = [
    ("en", "the summit opens next month, after a drill in May", "summit", P, date(2024, 7, 1)),
    ("en", "since the missile test in 2017 it fired a missile on June 18", "missile on", O, None),
    ("en", "Thursday talks on a missile launched at dawn on the 24th", "mis", O, date(2024, 6, 24)),
    ("ko", "8월 훈련에 앞서 26일 정상회담", "정상", P, date(2024, 6, 26)),
    ("ko", "26일 미사일 발사, 18일 회담", "미사일", O, date(2024, 6, 26)),
    ("zh", "18日峰会，26日发射导弹", "导弹", O, date(2024, 6, 26)),
    ("zh", "朝中社26日报道，25日发射导弹", "导弹", O, date(2024, 6, 25)),
    ("ja", "18日に会談、26日にミサイル発射", "ミサイル", O, date(2024, 6, 26)),
]


@pytest.mark.parametrize(("language", "text", "at", "status", "start"), NEAR)
def test_the_time_beside_the_trigger_wins(
    language: str, text: str, at: str, status: Status, start: date | None
) -> None:
    time = told(language, text, status, at=at)
    assert time is not None
    assert time.start == (start or date(2024, 6, 18))


@pytest.mark.parametrize(
    ("language", "text", "at"),
    [
        ("en", "on Wednesday officials told reporters of a missile", "missile"),
        ("zh", "韩军26日在首尔说朝鲜发射导弹", "导弹"),
    ],
)
def test_a_time_that_a_word_of_telling_parts_from_the_trigger_is_that_of_telling(
    language: str, text: str, at: str
) -> None:
    assert told(language, text, O, at=at) is None


def test_a_year_is_told_only_where_nothing_finer_is() -> None:
    time = told("ko", "올해 첫 미사일, 6월 18일 발사", O, at="미사일")
    assert time is not None
    assert time.precision == "day"


PIECES = [
    "",
    "26",
    "６",
    "2024",
    "99999",
    "May",
    "June",
    "on",
    "the",
    "said",
    "next",
    "Friday",
    "-",
]
PIECES += ["end", "of", "month", "26일", "월", "지난", "다음 달", "말", "18日", "至", "下", "周三"]
PIECES += ["来週", "水曜", "(水)", "(", ")", "²", "٣", "\u200b", "\U0001f680", "since", "days ago"]


@settings(max_examples=200, deadline=None)
@given(
    language=st.sampled_from(["en", "ko", "zh", "ja"]),
    text=st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join),
    status=st.sampled_from(Status),
    published=st.none() | st.dates(),
)
def test_no_text_raises(language: str, text: str, status: Status, published: date | None) -> None:
    lexicon = load(language)
    read = sentences.sentence(text, lexicon)
    time = event_time(read, 0, lexicon.calendar, status=status, published=published)
    assert time is None or time.start <= time.end


DOCUMENT = lexicon_file.parse((lexicons.FOLDER / "en.yaml").read_bytes())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("day_first", "yes"),
        ("dashes", ["-"]),
        ("joins", "and"),
        ("joins", [True]),
        ("months", {"june": 13}),
        ("months", ["june"]),
        ("weekdays", {"monday": 7}),
        ("days", {"today": "now"}),
        ("shifts", {"last": True}),
        ("towards", {"next": 2}),
        ("units", {"week": "fortnight"}),
        ("periods", {"mañana": 1}),
        ("periods", {"mañana": [1, "day"]}),
        ("parts", {"early": [10, 1]}),
        ("ago", ["!"]),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_key(key: str, value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["calendar"][key] = value
    with pytest.raises(ValueError, match=rf"^calendar\.{key}[^\n]*: expected [^\n]*$"):
        lexicons.build(document)


def test_a_word_of_two_kinds_is_refused() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["calendar"]["of"].append("and")
    with pytest.raises(ValueError, match="calendar: 'and' stands in two of its keys"):
        lexicons.build(document)
