"""NewsItem: what comes in."""

from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema, model_validator

from schemas.common import Moment, Purpose, Record

NEWS_ITEM_TYPE: Final = "news.item.v1"
MAX_ITEM_BYTES: Final = 1024 * 1024  # of JSON, as received


def _absent_if_empty(value: Any) -> Any:
    return None if value == "" else value


Text: TypeAlias = Annotated[
    str,
    BeforeValidator(lambda value: "" if value is None else value),
    WithJsonSchema({"type": ["string", "null"]}),
]


class NewsItem(Record):
    """One news item: a headline, an article, or both. One of the two texts is not empty."""

    id: Annotated[str, Field(min_length=1, max_length=1024, description="unique within its source")]
    title: Annotated[
        Text, Field(description="the headline; empty where only the text is known")
    ] = ""
    body: Annotated[
        Text, Field(description="the article's text; empty where only the title is known")
    ] = ""
    url: str | None = None
    source: Annotated[str | None, Field(description="the publisher, as a reader would name it")] = (
        None
    )
    language: Annotated[str | None, Field(description="BCP 47; absent: detected")] = None
    published_at: Annotated[
        Moment | None,
        BeforeValidator(_absent_if_empty),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string", "format": "date-time"},
                    {"type": "string", "format": "date"},
                    {"const": ""},
                    {"type": "null"},
                ],
                "description": "RFC 3339 with its offset, which is kept; or a date; or absent",
            }
        ),
    ] = None
    purpose: Purpose = Purpose.LIVE

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if not (self.title or self.body):
            raise ValueError("an item needs a title or a body")
        return self


_ITEM: Final = TypeAdapter(NewsItem)


def parse_item(raw: bytes | None) -> NewsItem:
    """Return the item that `raw` JSON holds.

    Raises ValueError (pydantic's ValidationError is one) where it is absent, too large, no
    JSON, or of another shape.
    """
    if raw is None:
        raise ValueError("the record has no value")
    if len(raw) > MAX_ITEM_BYTES:
        raise ValueError(f"{len(raw)} bytes: an item has at most {MAX_ITEM_BYTES}")
    return _ITEM.validate_json(raw)
