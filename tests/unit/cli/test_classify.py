import json
from pathlib import Path
from typing import Any

import pytest

from schemas.news import MAX_ITEM_BYTES
from schemas.report import Report
from services.classifier.classify import load
from services.cli import classify
from tests.support import builders

FIRED = "North Korea fires a ballistic missile into the sea"


def item(**fields: Any) -> bytes:
    return json.dumps({"id": "a", "title": FIRED, **fields}).encode()


def classified(path: Path, content: bytes, capsysbinary: Any) -> list[dict[str, Any]]:
    path.write_bytes(content)
    classify.run(str(path))
    return [json.loads(line) for line in capsysbinary.readouterr().out.split(b"\n")[:-1]]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed.jsonl"


def test_an_event_has_a_reports_fields_but_the_items(feed: Path, capsysbinary: Any) -> None:
    [answer] = classified(feed, item(), capsysbinary)
    assert list(answer) == ["id", "events"]
    assert answer["id"] == "a"
    [event] = answer["events"]
    assert set(event) == set(Report.model_fields) - {"item"}
    assert (event["category"], event["status"]) == ("missile_launch", "occurred")


def test_a_body_alone_is_classified(feed: Path, capsysbinary: Any) -> None:
    content = json.dumps({"id": "a", "title": None, "body": FIRED}).encode()
    [answer] = classified(feed, content, capsysbinary)
    [event] = answer["events"]
    assert [(span["field"], span["text"]) for span in event["evidence"]] == [("body", FIRED)]


def test_main_events_come_before_mentions(feed: Path, capsysbinary: Any) -> None:
    body = (
        "One. Two. Three. Four. Five. "
        "North Korea also sent balloons laden with rubbish over the border on Monday."
    )
    [answer] = classified(feed, item(body=body), capsysbinary)
    order = [event["prominence"] for event in answer["events"]]
    assert set(order) == {"main", "mention"}
    assert order == sorted(order)


def test_there_is_one_line_for_each_line_in_order(feed: Path, capsysbinary: Any) -> None:
    names = [f"item-{number}" for number in range(5_000)]
    content = b"\n".join(item(id=name, title="Rain") for name in names)
    answers = classified(feed, content, capsysbinary)
    assert answers == [{"id": name, "events": []} for name in names]


def test_a_line_separator_inside_an_item_ends_nothing(feed: Path, capsysbinary: Any) -> None:
    title = f"{FIRED}\u2028and\x85more"
    content = json.dumps({"id": "a", "title": title}, ensure_ascii=False).encode() + b"\r\n"
    [answer] = classified(feed, content, capsysbinary)
    assert [event["category"] for event in answer["events"]] == ["missile_launch"]


@pytest.mark.parametrize(
    ("bad", "name", "says"),
    [
        pytest.param(b"", None, "empty line", id="empty"),
        pytest.param(b"  \r", None, "empty line", id="blank"),
        pytest.param(b"no", None, "Invalid JSON", id="no JSON"),
        pytest.param(b"\xff", None, "Invalid JSON", id="no UTF-8"),
        pytest.param(b"[]", None, "object", id="no object"),
        pytest.param(b'{"id":"b"}', "b", "a title or a body", id="no text"),
        pytest.param(b'{"id":7,"title":"x"}', None, "id", id="id is no text"),
        pytest.param(b'{"id":"b","title":"x","published_at":2024}', "b", "published_at", id="year"),
        pytest.param(rb'{"id":"b","title":"\ud800"}', None, "escape", id="half a surrogate"),
        pytest.param(
            b'{"id":"b","title":"' + b"x" * MAX_ITEM_BYTES + b'"}', "b", "at most", id="large"
        ),
    ],
)
def test_a_bad_line_says_why_and_the_rest_goes_on(
    feed: Path, capsysbinary: Any, bad: bytes, name: str | None, says: str
) -> None:
    content = b"\n".join([item(id="before"), bad, item(id="after")])
    before, answer, after = classified(feed, content, capsysbinary)
    assert (before["id"], after["id"]) == ("before", "after")
    assert list(answer) == ["id", "line", "error"]
    assert (answer["id"], answer["line"]) == (name, 2)
    assert says in answer["error"]
    assert len(answer["error"]) < 300


def test_lines_are_counted_over_several_reads(feed: Path, capsysbinary: Any) -> None:
    content = item(body="x" * 200_000) + b"\nno\n" + item(body="x" * 200_000) + b"\nno"
    answers = classified(feed, content, capsysbinary)
    assert [answer.get("line") for answer in answers] == [None, 2, None, 4]


def test_nothing_in_is_nothing_out(feed: Path, capsysbinary: Any) -> None:
    assert classified(feed, b"", capsysbinary) == []


def test_a_fault_of_ours_spoils_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier = load()

    def fail(*_: object, **__: object) -> list[Report]:
        raise RuntimeError("planted")

    monkeypatch.setattr(classifier, "reports", fail)
    answer = json.loads(classify.answer(classifier, builders.item().model_dump_json().encode(), 3))
    assert (answer["id"], answer["line"]) == ("item-1", 3)
    assert "fault" in answer["error"]
    assert "planted" in capsys.readouterr().err
