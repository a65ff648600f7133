"""The generated files are current, and what was ever written can still be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.topics import MAX_MESSAGE_BYTES
from services.classifier import lexicon_file
from tests.contract.generate import LEXICON, RECORDS, ROOT, asyncapi, generated, json_schema

LEXICONS = sorted((ROOT / LEXICON).parent.glob("*.yaml"))
SAMPLES = sorted((ROOT / "tests" / "data" / "samples").glob("*.json"))


def record_of(sample: Path) -> str:
    return next(name for name in RECORDS if sample.name.startswith(name))


@pytest.mark.parametrize("path", list(generated()), ids=str)
def test_a_generated_file_is_current(path: Path) -> None:
    assert (ROOT / path).read_text() == generated()[path], "run `make schemas` and commit"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_of_an_earlier_version_is_read(sample: Path) -> None:
    name = record_of(sample)
    Draft202012Validator(json_schema(name, RECORDS[name])).validate(json.loads(sample.read_text()))
    RECORDS[name].model_validate_json(sample.read_text())


def test_every_record_has_a_sample() -> None:
    assert {record_of(sample) for sample in SAMPLES} == set(RECORDS)


@pytest.mark.parametrize("name", RECORDS)
def test_fields_that_are_not_known_are_let_in(name: str) -> None:
    def closed(schema: Any) -> bool:
        if isinstance(schema, dict):
            return schema.get("additionalProperties") is False or any(map(closed, schema.values()))
        return isinstance(schema, list) and any(map(closed, schema))

    assert not closed(json_schema(name, RECORDS[name]))


@pytest.mark.parametrize("name", RECORDS)
def test_only_what_was_always_required_is(name: str) -> None:
    """A field that is added is optional: requiring it would refuse what was written before."""
    required = {
        "news.item.v1": ["id"],
        "news.classified.v1": [
            "id",
            "item",
            "category",
            "status",
            "prominence",
            "confidence",
            "evidence",
            "classifier_version",
            "ingested_at",
            "classified_at",
        ],
        "news.alert.v1": [
            "id",
            "incident_id",
            "revision",
            "kind",
            "reason",
            "category",
            "status",
            "severity",
            "headline",
            "evidence",
            "sources",
            "source_count",
            "freshness",
            "expires_at",
        ],
    }
    assert json_schema(name, RECORDS[name])["required"] == required[name]


def test_the_asyncapi_document_has_every_topic() -> None:
    document = asyncapi()
    assert set(document["channels"]) == set(MAX_MESSAGE_BYTES)
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert used == {f"#/channels/{topic}" for topic in MAX_MESSAGE_BYTES}


def test_the_asyncapi_document_s_references_lead_somewhere() -> None:
    document = asyncapi()

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            found = [node["$ref"]] if "$ref" in node else []
            return found + [ref for value in node.values() for ref in references(value)]
        return (
            [ref for value in node for ref in references(value)] if isinstance(node, list) else []
        )

    for reference in references(document):
        if reference.startswith("./"):
            assert (ROOT / "schemas" / reference).is_file()
            continue
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node


@pytest.mark.parametrize("path", LEXICONS, ids=lambda path: path.stem)
def test_an_editor_finds_no_fault_with_a_lexicon(path: Path) -> None:
    schema = json.loads((ROOT / LEXICON).read_text())
    Draft202012Validator(schema).validate(lexicon_file.parse(path.read_bytes()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("words/missile", ["rocket", False]),
        ("words/missile", [""]),
        ("words/mizzile", []),
        ("names/mizzile", {}),
        ("leaders/prk", {}),
        ("leaders/KP", {"Kim": []}),
        ("countries/KP", {"name": "North Korea"}),
        ("calendar/months", {"June": 13}),
        ("places/seas", {}),
    ],
)
def test_an_editor_finds_a_fault_in_a_lexicon(path: str, value: Any) -> None:
    document = lexicon_file.parse(LEXICONS[0].read_bytes())
    section, key = path.split("/")
    document[section][key] = value
    schema = json.loads((ROOT / LEXICON).read_text())
    assert not Draft202012Validator(schema).is_valid(document)
