"""A lexicon of a few invented and common words, and a model that is sure of everything."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from schemas.report import Category, Status
from services.classifier import lexicons
from services.classifier.evidence import Sentence, pieces, read
from services.classifier.lexicons import Lexicon, Tag
from services.classifier.model import Linear, Model

_WORDS: Final[dict[str, list[str]]] = {
    "missile": ["missile", "missiles", "rocket"],
    "missile_done": ["fired", "fires", "hit"],
    "balloon": ["balloon", "balloons"],
    "summit": ["summit"],
    "meet": ["meets", "meet"],
    "title": ["president"],
    "exercise": ["war games"],
    "drill": ["drill", "drills"],
    "military": ["army"],
    "plan": ["will", "plans"],
    "cancel": ["cancelled"],
    "towards": ["at", "in"],
    "from": ["from"],
}
_REPLACED: Final[dict[str, Any]] = {
    "language": "en",
    "spaced": True,
    "names": {
        "exercise": {"Iron Gate": ["iron gate"], "Blue Tide": ["blue tide"]},
        "missile": {"Pike-2": ["pike 2"]},
    },
    "countries": {
        "KP": {"name": "North Korea", "also": [], "capital": ["pyongyang"]},
        "RU": {"name": "Russia", "also": ["russian"], "capital": ["moscow"]},
        "US": {"name": "United States", "also": ["US"], "capital": ["washington"]},
    },
    "groups": {"Raiders": ["raiders"]},
    "leaders": {"KP": {"Kim Jong Un": ["kim"]}, "RU": {"Vladimir Putin": ["putin"]}},
}

SURE: Final = Model(
    {category: Linear(1, {}) for category in Category},
    {
        Status.PLANNED: Linear(-1, {"+plan": 2}),
        Status.CALLED_OFF: Linear(-1, {"+cancel": 3}),
    },
    (1, 0),
)
"""A model that takes every trigger for an event, and words of plan or cancelling for a status."""


@cache
def lexicon() -> Lexicon:
    """Return a small English lexicon, with the packaged roles, times and places."""
    source = files("services.classifier").joinpath("lexicon", "en.yaml").read_bytes()
    document = yaml.load(source, yaml.CSafeLoader)
    words = {str(tag): _WORDS.get(tag, []) for tag in Tag}
    return lexicons.build({**document, **_REPLACED, "words": words})


def sentence(text: str, field: Any = "title") -> Sentence:
    """Return a text, which has to be one sentence, as it is read with the small lexicon."""
    (piece,) = pieces(field, text, lexicon().wording)
    return read(piece, lexicon())
