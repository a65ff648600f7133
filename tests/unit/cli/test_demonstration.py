import json
from pathlib import Path
from typing import Final

import pytest

from schemas.report import Category
from services.cli import demonstration
from services.notifier.subscriptions import Subscription

EVERYTHING: Final = Subscription.model_validate({"channel": "inbox", "max_age": "none"})


def test_it_expects_an_alert_of_every_category() -> None:
    prepared = demonstration.prepare("run", EVERYTHING)
    assert {said.split()[0] for said in prepared.expected.values()} == set(Category)


def test_two_runs_tell_of_the_same_events_by_items_of_their_own() -> None:
    one, other = (demonstration.prepare(run, EVERYTHING) for run in ("one", "other"))
    assert list(one.expected.values()) == list(other.expected.values())
    names = [json.loads(line)["id"] for line in (*one.lines, *other.lines)]
    assert len(set(names)) == len(names) > 20


def test_an_alert_that_the_subscription_suppresses_is_not_expected() -> None:
    narrow = EVERYTHING.model_copy(update={"status": ("planned",)})
    with pytest.raises(ValueError, match="shows no balloon_launch, missile_launch, summit"):
        demonstration.prepare("run", narrow)


def test_a_feed_without_one_of_the_categories_is_no_demonstration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text('{"id":"a","title":"North Korea fires a ballistic missile into the sea"}\n')
    monkeypatch.setattr(demonstration, "FEED", str(feed))
    with pytest.raises(ValueError, match="shows no balloon_launch, exercise, summit"):
        demonstration.prepare("run", EVERYTHING)
