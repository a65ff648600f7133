"""Writes what is generated from models: JSON Schemas and the AsyncAPI document.

`make schemas` runs it; a test says when it should have been.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import yaml

from schemas import topics
from schemas.alert import ALERT_TYPE, Alert
from schemas.common import Record
from schemas.news import NEWS_ITEM_TYPE, NewsItem
from schemas.report import REPORT_TYPE, Category, Report
from services.classifier.lexicons import LexiconFile
from services.runtime.dead_letters import PREFIX

ROOT: Final = Path(__file__).parents[2]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LEXICON: Final = Path("services/classifier/lexicon/lexicon.schema.json")
RECORDS: Final[dict[str, type[Record]]] = {
    NEWS_ITEM_TYPE: NewsItem,
    REPORT_TYPE: Report,
    ALERT_TYPE: Alert,
}

OPERATIONS: Final = (
    ("classify", "receive", (topics.ITEMS,)),
    ("report", "send", topics.CLASSIFIED),
    ("correlate", "receive", topics.CLASSIFIED),
    ("alert", "send", (topics.ALERTS,)),
    ("park", "send", (topics.ITEMS_DEAD_LETTER, topics.CLASSIFIED_DEAD_LETTER)),
)
"""What the services do with the topics."""


def generated() -> dict[Path, str]:
    """Return the text of every generated file by its path from the root."""
    schemas = {
        Path("schemas/jsonschema") / f"{name}.json": json_schema(name, record)
        for name, record in RECORDS.items()
    }
    schemas[LEXICON] = {"$schema": DIALECT, **LexiconFile.model_json_schema()}
    files = {
        path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for path, schema in schemas.items()
    }
    document = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=100)
    return files | {Path("schemas/asyncapi.yaml"): document}


def json_schema(name: str, record: type[Record]) -> dict[str, Any]:
    """Return a record's JSON Schema, draft 2020-12."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:watchfloor:{name}",
        **record.model_json_schema(),
    }


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: every topic, who writes it, who reads it."""
    channels = {
        topics.ITEMS: ("News items. Any producer writes them.", NEWS_ITEM_TYPE),
        **{
            topics.classified(category): (f"Reports of category {category}.", REPORT_TYPE)
            for category in Category
        },
        topics.ALERTS: ("Alerts, in order within an incident.", ALERT_TYPE),
        topics.ITEMS_DEAD_LETTER: ("Items that could not be classified.", None),
        topics.CLASSIFIED_DEAD_LETTER: ("Reports that could not be taken in.", None),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Watchfloor",
            "version": version("watchfloor"),
            "description": "Records are CloudEvents 1.0 in binary mode; structured mode and plain "
            "JSON are accepted on news.items and the classified topics.",
        },
        "defaultContentType": "application/json",
        "channels": {
            topic: {
                "address": topic,
                "description": told,
                "messages": {"record": {"$ref": f"#/components/messages/{name or 'parked'}"}},
                "bindings": {
                    "kafka": {
                        "topicConfiguration": {"max.message.bytes": topics.MAX_MESSAGE_BYTES[topic]}
                    }
                },
            }
            for topic, (told, name) in channels.items()
        },
        "operations": {
            f"{verb}.{topic}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic}"},
                "messages": [{"$ref": f"#/channels/{topic}/messages/record"}],
            }
            for verb, action, names in OPERATIONS
            for topic in names
        },
        "components": {
            "messages": {
                **{name: _message(name) for name in RECORDS},
                "parked": {
                    "name": "parked",
                    "summary": f"A record as it was; headers {PREFIX}* say why it is here.",
                },
            }
        },
    }


def _message(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {
                "ce_type": {"type": "string", "const": name},
                **{
                    attribute: {"type": "string"}
                    for attribute in (
                        "ce_specversion",
                        "ce_id",
                        "ce_source",
                        "ce_time",
                        "ce_dataschema",
                        "ce_subject",
                        "ce_correlationid",
                        "ce_purpose",
                    )
                },
            },
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./jsonschema/{name}.json"},
        },
    }


def main() -> None:
    """Write every generated file."""
    for path, text in generated().items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text)
        print(path)  # noqa: T201 (a command's output)


if __name__ == "__main__":
    main()
