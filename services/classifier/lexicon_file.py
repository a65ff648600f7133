"""How a file of `lexicon/` is read: its YAML, the parts of its schema, what is told of faults.

The schema itself stands where each section is put into an index: `lexicons`, `calendars`,
`gazetteers`, `roles`.
"""

from collections.abc import Hashable, Iterator
from typing import Annotated, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.common import Country

_WORD: Final = r"[\p{L}\p{N}]"
_ENDING: Final = rf"^$|{_WORD}"
_SHOWN: Final = 40  # characters of what stands in the wrong place
_EXPECTED: Final = {
    "string_type": "text (quote it)",  # YAML reads `no` as false
    "int_type": "a whole number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "too_short": "a phrase at least",
    "too_long": "a pair",
}
_PATTERNS: Final = {_WORD: "a word", _ENDING: "an ending"}


class Part(BaseModel):
    """A mapping of the file: its keys are exactly these. A field's description shows in editors."""

    # Deferred, so that no part is compiled but as a part of the whole.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _text(pattern: str) -> Any:
    # To editors it is told loosely: some dialects of regular expressions know no letters but ASCII.
    return Field(pattern=pattern, json_schema_extra={"pattern": pattern.replace(_WORD, r"\S")})


Phrase = Annotated[str, _text(_WORD)]
"""A word or phrase: it has a letter or a digit."""
Ending = Annotated[str, _text(_ENDING)]
"""What stands behind a number; "" for nothing."""
Phrases = list[Phrase]
Named = dict[Phrase, Annotated[list[Phrase], Field(min_length=1)]]
"""Ways of writing each name, by the name as it is reported."""
Value = TypeVar("Value")
ByCountry = Annotated[
    dict[Country, Value], Field(json_schema_extra={"additionalProperties": False})
]


class _Loader(yaml.CSafeLoader):  # the one in C is ten times faster
    """Refuses a key that stands twice in a mapping; YAML's own loader keeps the last unsaid."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            keys = set()
            for key, _ in node.value:
                if key.value in keys:
                    raise yaml.MarkedYAMLError(
                        problem=f"{key.value!r} stands twice in its mapping",
                        problem_mark=key.start_mark,
                    )
                keys.add(key.value)
        return mapping


def parse(content: bytes) -> Any:
    """Return what the YAML of a file holds. Raises ValueError naming the line."""
    try:
        return yaml.load(content, _Loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{where}{getattr(error, 'problem', None) or error}") from None


def faults(error: ValidationError) -> Iterator[str]:
    """Yield each fault: its path in the file, what was expected there, and what was found."""
    for fault in error.errors(include_url=False):
        path = "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}"
            for part in fault["loc"]
            if part != "[key]"
        )
        yield f"{path.removeprefix('.') or 'the lexicon'}: {_told(dict(fault))}"


def _told(fault: dict[str, Any]) -> str:
    match fault["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is no key that belongs here"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "string_pattern_mismatch":
            expected = _PATTERNS.get(fault["ctx"]["pattern"], "a country's two capitals")
        case kind:
            expected = _EXPECTED.get(kind) or fault["msg"].removeprefix("Input should be ")
    found = repr(fault["input"])
    shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
    return f"expected {expected}, not {shown}"
