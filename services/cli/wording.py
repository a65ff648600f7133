"""The names of the classifier's features in a reader's words; `features.py` says what each is."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from schemas.report import Category
from services.classifier.features import END, REACHES, START, TITLE
from services.classifier.lexicons import LEADER

_Wording: TypeAlias = Callable[[re.Match[str]], str]

_NAMED: Final[Mapping[str, str]] = {
    START: "the start",
    END: "the end",
    "#": "a number",
    LEADER: "a leader",
    "@state": "a state",
    "@capital": "a capital",
    "@group": "an armed group",
}
_WHOLE: Final[Mapping[str, str]] = {
    "=day ahead": "its day is after that of publication",
    "=day past": "its day is before that of publication",
    "=day here": "its day is that of publication",
    "leader and another state": "a leader, and a state that is not theirs",
}


def wording(feature: str) -> str:
    """Return what a feature is; kinds of word stand in capitals: `+plan` is PLAN."""
    if feature in _WHOLE:
        return _WHOLE[feature]
    for form, words in _FORMS:
        match = form.fullmatch(feature)
        if match:
            return words(match)
    return _words(feature)


def kind(name: str) -> str:
    """Return what a kind of word or name is called: PLAN, "a leader", "a named missile"."""
    return _NAMED.get(name) or (f"a named {name[1:]}" if name[0] == "@" else name.upper())


def _words(side_by_side: str) -> str:
    symbols = side_by_side.split(" ")
    named = [symbol in _NAMED or symbol[0] == "@" for symbol in symbols]
    if not any(named):
        said = side_by_side.replace("#", "…")  # a number, whichever
        return f"“{said.replace('_', ' ' if side_by_side.isascii() else '')}”"
    told = zip(symbols, named, strict=True)
    return " then ".join(kind(symbol) if is_kind else _words(symbol) for symbol, is_kind in told)


def _relation(match: re.Match[str]) -> str:
    reach = int(match[2])
    near = f"up to {reach}" if reach < REACHES[-1] else f"more than {REACHES[-2]}"
    return f"{kind(match[1])}, {near} word{'s' * (reach > 1)} {match[3]} the trigger"


def _beside(match: re.Match[str]) -> str:
    words = match[2].replace("#", "…")  # a number, whichever
    return f"“{words}” shortly {'before' if match[1] == '<' else 'after'} the trigger"


_FORMS: Final[tuple[tuple[re.Pattern[str], _Wording], ...]] = (
    (re.compile(rf"{TITLE}(.+)"), lambda m: f"in the headline, {wording(m[1])}"),
    (re.compile(rf"=of ({'|'.join(Category)})"), lambda m: f"it is of {m[1]}"),
    (re.compile(r"=(.+)"), lambda m: f"read as: {m[1].replace('=', ' ')}"),
    (re.compile(r"\w+=.+"), lambda m: m[0].replace("=", ": ")),
    (re.compile(r"\+(.+)"), lambda m: kind(m[1])),
    (re.compile(r"(\S+) (\d+) (before|after)"), _relation),
    (re.compile(r"([<>]) (.+)"), _beside),
    (re.compile(r"\S+(?:>\S+)+"), lambda m: " … ".join(map(kind, m[0].split(">")))),
)
