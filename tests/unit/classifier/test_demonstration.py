"""The demonstration feed: one article with all four categories among ordinary news."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from schemas.news import NewsItem, parse_item
from schemas.report import Report
from services.classifier.classify import load, version

FEED = files("services.cli").joinpath("demo", "feed.jsonl").read_bytes()
ITEMS = {item.id: item for item in map(parse_item, FEED.splitlines())}
STORY = "demo-013"
NOW = datetime(2024, 6, 27, 0, 1, tzinfo=UTC)


def classified(item: NewsItem) -> list[Report]:
    return load().reports(item, ingested_at=NOW, classified_at=NOW)


def test_the_story_reports_four_categories_as_its_main_matter() -> None:
    said = [(r.category, r.status, r.prominence, r.names) for r in classified(ITEMS[STORY])]
    assert said == [
        ("missile_launch", "occurred", "main", ()),
        ("balloon_launch", "occurred", "main", ()),
        ("summit", "occurred", "main", ()),
        ("exercise", "planned", "main", ("Freedom Edge",)),
        ("exercise", "planned", "main", ("Ulchi Freedom Guardian",)),
    ]


def test_the_story_tells_when_each_event_is() -> None:
    times = [r.event_time for r in classified(ITEMS[STORY])]
    assert [(t.start, t.end, t.precision) for t in times if t] == [
        (date(2024, 6, 26), date(2024, 6, 26), "day"),
        (date(2024, 6, 24), date(2024, 6, 25), "day"),
        (date(2024, 6, 18), date(2024, 6, 19), "day"),
        (date(2024, 6, 21), date(2024, 6, 30), "month"),
        (date(2024, 8, 1), date(2024, 8, 31), "month"),
    ]


def test_the_story_tells_whose_act_each_event_is() -> None:
    actors = {r.category: [a.name for a in r.actors] for r in classified(ITEMS[STORY])}
    assert actors["missile_launch"] == actors["balloon_launch"] == ["North Korea"]
    assert actors["summit"] == ["Vladimir Putin", "Kim Jong Un"]


def test_each_report_of_the_story_has_an_id_of_its_own_and_the_version() -> None:
    found = classified(ITEMS[STORY])
    assert len({report.id for report in found}) == len(found)
    assert {report.classifier_version for report in found} == {version()}


@pytest.mark.parametrize(
    "item", [i for i in ITEMS.values() if i.id != STORY], ids=lambda i: i.title
)
def test_ordinary_news_reports_nothing(item: NewsItem) -> None:
    assert classified(item) == []
