from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.common import parse_moment
from schemas.news import MAX_ITEM_BYTES, parse_item
from schemas.report import (
    MAX_BODY_BYTES,
    Span,
    body_head,
    carried,
    parse_report,
    report_id,
    report_key,
)
from schemas.topics import classified
from tests.support.builders import item, report


def raw(**fields: Any) -> bytes:
    return orjson.dumps({"id": "1", "title": "t"} | fields)


def test_a_title_alone_is_enough() -> None:
    parsed = parse_item(raw())
    assert (parsed.body, parsed.source, parsed.published_at, parsed.purpose) == (
        "",
        None,
        None,
        "live",
    )


@pytest.mark.parametrize(
    "fields", [{}, {"title": ""}, {"title": None}], ids=["absent", "empty", "null"]
)
def test_a_body_alone_is_enough(fields: dict[str, object]) -> None:
    parsed = parse_item(orjson.dumps({"id": "1", "body": "b"} | fields))
    assert (parsed.title, parsed.body) == ("", "b")


@pytest.mark.parametrize("title", ["", None])
@pytest.mark.parametrize("body", ["", None])
def test_one_of_title_and_body_is_not_empty(title: str | None, body: str | None) -> None:
    with pytest.raises(ValueError, match="a title or a body"):
        parse_item(raw(title=title, body=body))


def test_fields_that_are_not_known_are_ignored() -> None:
    assert parse_item(raw(sentiment=0.4)).id == "1"


def test_a_null_body_is_an_empty_one() -> None:
    assert parse_item(raw(body=None)).body == ""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-06-19T10:00:00+09:00", datetime.fromisoformat("2024-06-19T10:00:00+09:00")),
        ("2024-06-19t10:00:00.123456789z", datetime(2024, 6, 19, 10, 0, 0, 123456, UTC)),
        ("2024-06-19 10:00:00Z", datetime(2024, 6, 19, 10, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-06-19", date(2024, 6, 19)),
        ("2024-02-29", date(2024, 2, 29)),
        ("9999-12-31", date(9999, 12, 31)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_a_publication_keeps_its_offset_or_is_a_date(
    value: str | None, moment: datetime | date | None
) -> None:
    published = parse_item(raw(published_at=value)).published_at
    assert published == moment
    assert type(published) is type(moment)
    if isinstance(moment, datetime) and isinstance(published, datetime):
        assert published.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2024", id="a bare year"),
        pytest.param(2024, id="a number"),
        pytest.param(1718798400, id="Unix seconds"),
        pytest.param(True, id="a boolean"),
        pytest.param("2024-06-19T10:00:00", id="no offset"),
        pytest.param("2024-06-19T10:00+09:00", id="no seconds"),
        pytest.param("2024-13-01", id="no such month"),
        pytest.param("2023-02-29", id="no such day"),
        pytest.param("19 June 2024", id="prose"),
        pytest.param("\u0662\u0660\u0662\u0664-06-19", id="digits of another script"),
        pytest.param("9999-12-31T23:59:59-10:00", id="beyond the calendar in UTC"),
        pytest.param("0001-01-01T00:00:00+10:00", id="before the calendar in UTC"),
    ],
)
def test_any_other_publication_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="published_at"):
        parse_item(raw(published_at=value))


def test_a_moment_without_an_offset_is_refused_as_an_object_too() -> None:
    with pytest.raises(ValueError, match="offset"):
        parse_moment(datetime(2024, 6, 19))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="a tombstone"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"id": "1"}', id="neither title nor body"),
        pytest.param(b'{"id": 1, "title": "t"}', id="an id that is a number"),
        pytest.param(b'{"id": "1", "title": "\\ud800"}', id="half a surrogate"),
        pytest.param(b'{"id": "1", "title": "\xff"}', id="no UTF-8"),
        pytest.param(raw(purpose="Live"), id="a purpose that nobody knows"),
    ],
)
def test_what_is_no_item_is_refused(value: bytes | None) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_item(value)


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
def test_an_item_has_at_most_a_mebibyte(extra: int, fits: bool) -> None:
    value = raw(body="x" * (MAX_ITEM_BYTES + extra - len(raw(body=""))))
    if fits:
        assert parse_item(value).id == "1"
    else:
        with pytest.raises(ValueError, match="1048577 bytes"):
            parse_item(value)


@given(st.text(max_size=40), st.integers(0, 3))
def test_a_report_carries_the_head_of_a_body_cut_between_characters(end: str, width: int) -> None:
    body = "x" * (MAX_BODY_BYTES - width) + end
    head = body_head(body)
    assert body.startswith(head)
    assert len(head.encode()) <= MAX_BODY_BYTES
    assert head == body or len(head.encode()) > MAX_BODY_BYTES - 4


def test_a_cut_body_is_marked() -> None:
    assert carried(item(body="x" * MAX_BODY_BYTES)).body_truncated is False
    assert carried(item(body="x" * (MAX_BODY_BYTES + 1))).body_truncated is True


def test_a_report_s_id_follows_from_source_item_category_and_ordinal() -> None:
    ids = {
        report_id(item(), "summit", 0),
        report_id(item(), "summit", 1),
        report_id(item(), "exercise", 0),
        report_id(item(id="item-2"), "summit", 0),
        report_id(item(source="Other Wire"), "summit", 0),
        report_id(item(source=None), "summit", 0),
    }
    assert len(ids) == 6
    assert report_id(item(title="another", body="text"), "summit", 0) in ids
    assert str(report_id(item(), "summit", 0)) == "0c679382-7d40-5bbb-bea5-2cb076e6bd3d"


@pytest.mark.parametrize(
    "published",
    ["2024-06-19T10:00:00+09:00", "2024-06-19T00:00:00Z", "2024-06-19", None],
)
def test_a_report_survives_the_wire(published: str | None) -> None:
    told = report(of=item(published_at=published))
    assert parse_report(told.model_dump_json().encode()) == told


def test_a_report_of_an_item_without_a_title_survives_the_wire() -> None:
    span = Span(field="body", start=0, end=4, text="Text")
    told = report(of=item(title="", body="Text"), evidence=(span,))
    assert parse_report(told.model_dump_json().encode()) == told


def test_a_report_of_a_fifth_category_is_read() -> None:
    told = orjson.loads(report().model_dump_json()) | {"category": "coup", "status": "rumoured"}
    assert parse_report(orjson.dumps(told)).category == "coup"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"evidence": []}, id="no evidence"),
        pytest.param({"category": "a\0b"}, id="a category that PostgreSQL cannot keep"),
        pytest.param({"confidence": 1.1}, id="more than sure"),
        pytest.param({"ingested_at": "2024-06-19T10:00:00"}, id="a time without an offset"),
    ],
)
def test_what_is_no_report_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_report(orjson.dumps(orjson.loads(report().model_dump_json()) | fields))


def test_reports_are_keyed_by_category_and_country() -> None:
    assert report_key(report()) == b"missile_launch:KP"
    assert report_key(report(actors=())) == b"missile_launch:"


def test_a_category_s_topic_has_dashes() -> None:
    assert classified("missile_launch") == "news.classified.missile-launch"


def test_a_leap_second_is_no_later_than_its_minute() -> None:
    moment = parse_moment("2016-12-31T23:59:60Z")
    assert isinstance(moment, datetime)
    assert moment + timedelta(seconds=1) == datetime(2017, 1, 1, tzinfo=UTC)
