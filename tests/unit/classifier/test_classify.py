"""The classifier as a whole: what a report carries, what it reads, and hostile text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.common import Purpose
from schemas.news import NewsItem
from schemas.report import MAX_BODY_BYTES, MAX_TITLE, Origin, Report, parse_report
from services.classifier import languages, model
from services.classifier.classify import Classifier, load
from services.classifier.evidence import MAX_SPAN
from services.classifier.lexicons import Entry, Lexicon

NOW = datetime(2024, 6, 27, tzinfo=UTC)
CLASSIFIER = load()
Said = Callable[..., list[Report]]

FRAGMENTS = (
    *("North Korea", "missiles", "fires", "Putin", "meets", "Kim", "summit", "U.S.", "drills"),
    *("military", "balloons", "trash", "border", "on", "the", "26th", "June", "18-19", "next"),
    *("month", "Wednesday", "Freedom Edge", "Ulchi", "G7", "leaders", "planned", "cancels", "."),
    *(
        "! ",
        "\n",
        "\x00",
        "\u200b",
        "\u202eevil",
        "\U0001f680",
        "\uff27\uff12\uff10",
        "İstanbul",
        '"' * 50,
    ),
)


def check(item: NewsItem, found: list[Report]) -> None:
    """Assert what every report promises."""
    for report in found:
        assert 1 <= len(report.evidence) <= 8
        for span in report.evidence:
            field: str = getattr(report.item, span.field)
            assert field[span.start : span.end] == span.text
            assert 0 < len(span.text) <= MAX_SPAN
    assert [r.prominence for r in found] == sorted(r.prominence for r in found)
    assert len({report.id for report in found}) == len(found)
    if found:
        assert parse_report(found[0].model_dump_json().encode()) == found[0]


def classified(item: NewsItem) -> list[Report]:
    return CLASSIFIER.reports(item, ingested_at=NOW, classified_at=NOW)


moments = st.one_of(
    st.none(),
    st.dates(),
    st.datetimes(timezones=st.just(timezone(timedelta(hours=-12)))).filter(
        lambda moment: date(1, 1, 3) < moment.date() < date(9999, 12, 29)
    ),
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=60).map(" ".join),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=texts, body=texts, published=moments)
def test_any_text_gives_verbatim_bounded_evidence(
    title: str, body: str, published: datetime | date | None
) -> None:
    item = NewsItem(id="1", title=title, body=body, language="en", published_at=published)
    check(item, classified(item))


LOUD = "North Korea fires a missile. "
HOSTILE = {
    "lone control characters": "\x07",
    "a NUL amid words": "North Korea fires\x00 a missile",
    "an emoji": "\U0001f680",
    "zero-width characters": "\u200b\u200d\ufeff",
    "right-to-left text": "\u202eKorea North missile fires\u202c صاروخ",
    "one megabyte without a space": "x" * 2**20,
    "one megabyte of triggers": "missile fired " * 75_000,
    "ten thousand categories of nonsense": "missile summit balloon drill Ulchi G7 fires " * 10_000,
    "deep nesting of quotes": '"“' * 50_000 + LOUD + "”" * 50_000,
    "a headline repeated": LOUD * 20_000,
    "spaces alone": "missile fired" + " " * 2**20,
    "full stops alone": "missile fired" + "." * 2**20,
    "letters with full stops": "a." * 2**19 + " missile fired",
    "breaks alone": "! \n" * 100_000,
    "abbreviations alone": "U. S. " * 50_000 + "missile fired",
    "digits alone": "1st 2nd " * 50_000 + "missile fired",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["title", "body"])
@pytest.mark.timeout(20)
def test_hostile_text_gives_a_small_report_or_none(field: str, text: str) -> None:
    item = NewsItem(**{"id": "1", "title": "News", "language": "en"} | {field: text})
    found = classified(item)
    check(item, found)
    small = [report.model_copy(update={"item": None}) for report in found]
    assert sum(len(repr(report)) for report in small) < 32_000


Begins: TypeAlias = tuple[Sequence[Entry], Mapping[str, Sequence[Entry]]]


class Counted(Mapping[str, Begins]):
    """A lexicon's entries that count how often they are asked."""

    def __init__(self, entries: Mapping[str, Begins]) -> None:
        self.entries, self.asked = entries, 0

    def __getitem__(self, word: str) -> Begins:
        self.asked += 1
        return self.entries[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


@pytest.mark.parametrize("field", ["title", "body"])
def test_work_grows_with_the_text_and_ends_with_its_head(field: str, lexicon: Lexicon) -> None:
    def asked(repeated: int) -> int:
        counted = Counted(lexicon.begins)
        item = NewsItem(**{"id": "1", "title": "News", "language": "en"} | {field: LOUD * repeated})
        found = Classifier({"en": replace(lexicon, begins=counted)}.get, model.load()).reports(
            item, ingested_at=NOW, classified_at=NOW
        )
        assert found
        return counted.asked

    assert asked(100) <= 2 * asked(50) + 10
    assert asked(20_000) == asked(10_000)


def test_a_long_title_is_read_to_its_head_only(reports: Said) -> None:
    assert reports("word " * (MAX_TITLE // 5 - 10) + LOUD)
    assert not reports("word " * (MAX_TITLE // 5 + 10) + LOUD)


def test_evidence_in_a_long_body_holds_in_the_report_s_head(reports: Said) -> None:
    inside = reports("News", "é " * (MAX_BODY_BYTES // 3 - 100) + ". " + LOUD)
    assert [span.text.strip() for r in inside for span in r.evidence] == [LOUD.strip()]
    assert not reports("News", "é " * (MAX_BODY_BYTES // 3 + 100) + ". " + LOUD)


def test_a_report_says_where_and_when_it_comes_from() -> None:
    origin = Origin(topic="news.items", partition=2, offset=7)
    item = NewsItem(id="1", title=LOUD, purpose=Purpose.CANARY)
    (report,) = CLASSIFIER.reports(
        item, ingested_at=NOW, classified_at=NOW + timedelta(seconds=1), origin=origin
    )
    assert (report.origin, report.purpose) == (origin, Purpose.CANARY)
    assert report.classified_at - report.ingested_at == timedelta(seconds=1)


def test_the_same_item_has_the_same_report_ids(reports: Said) -> None:
    assert [r.id for r in reports(LOUD)] == [r.id for r in reports(LOUD)]
    assert [r.id for r in reports(LOUD)] != [r.id for r in reports(LOUD, id="2")]


@pytest.mark.parametrize(
    ("body", "prominence"),
    [
        (f"One. {LOUD}Three. Four. Five. Six. ", "main"),
        (f"One. Two. {LOUD}Four. Five. Six. ", "mention"),
        (f"One. Two. {LOUD}Four.\nFive. Six. ", "main"),
        (f"One. Two. Three. Four. {LOUD}", "main"),
        (f"One. Two. Three. Four. Five. Six. {LOUD}{LOUD}", "mention"),
    ],
    ids=[
        "the second sentence",
        "the third sentence",
        "the third sentence of a first paragraph",
        "an abstract's last sentence",
        "deep in the body",
    ],
)
def test_what_stands_below_the_lead_is_a_mention(body: str, prominence: str, reports: Said) -> None:
    assert [report.prominence for report in reports("News", body)] == [prominence]


def test_main_reports_come_before_mentions(reports: Said) -> None:
    found = reports("Putin and Xi hold summit", f"One. Two. Three. Four. Five. {LOUD}")
    assert [(r.category, r.prominence) for r in found] == [
        ("summit", "main"),
        ("missile_launch", "mention"),
    ]


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en_US", "und", "mul", "", None])
def test_english_is_read_by_its_tag_or_without_one(tag: str | None, reports: Said) -> None:
    assert reports(LOUD, language=tag)


@pytest.mark.parametrize("tag", ["de", "xx-nobody", "english"])
def test_a_language_without_a_lexicon_reports_nothing(tag: str, reports: Said) -> None:
    assert not reports(LOUD, language=tag)


@pytest.mark.parametrize(
    ("said", "text", "language"),
    [
        ("ko-KR", "missile", "ko"),
        ("zh_Hans", "missile", "zh"),
        ("DE", "Rakete", "de"),
        (None, "missile fired", "en"),
        (None, "", "en"),
        (None, "123", "en"),
        ("und", "북한, 미사일 missile", "ko"),
        ("", "北朝鮮のミサイル", "ja"),
        ("mul", "朝鲜发射导弹", "zh"),
        (None, "Ракета запущена", "und"),
    ],
)
def test_a_language_is_what_the_tag_says_else_what_the_script_shows(
    said: str | None, text: str, language: str
) -> None:
    assert languages.of(said, text) == language


def test_loading_twice_gives_the_same_reports() -> None:
    fields: dict[str, Any] = {"ingested_at": NOW, "classified_at": NOW}
    item = NewsItem(id="1", title=LOUD)
    assert load().reports(item, **fields) == CLASSIFIER.reports(item, **fields)
