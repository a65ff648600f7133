"""A military drill, war game or manoeuvre, alone or with allies."""

from collections.abc import Sequence
from typing import Final

from schemas.report import Category, Status
from services.classifier.actors import participants
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

# How often each kind of rule was right on our labelled headlines, rounded.
CERTAIN: Final = 0.9
LIKELY: Final = 0.8


def judge(sentence: Sentence, setting: Setting) -> list[Finding]:  # noqa: ARG001 (as its siblings)
    """Return the exercises that the sentence reports: each by its name, if any."""
    clear, bare = sentence.hits.get(Tag.EXERCISE, ()), sentence.hits.get(Tag.DRILL, ())
    if Tag.BACKGROUND in sentence.hits or not (clear or (bare and _military(sentence))):
        return []
    triggers = sorted({*clear, *bare})
    said = status(sentence, triggers, happened=Tag.DONE, plans=(Tag.PLAN,))
    strength = CERTAIN if clear else LIKELY
    named: dict[str, list[int]] = {}
    for at, _, name in sentence.names:
        if at in clear:
            named.setdefault(name, []).append(at)
    if not named:
        return [_finding(sentence, triggers, (), said, strength)]
    return [_finding(sentence, at, (name,), said, strength) for name, at in named.items()]


def _military(sentence: Sentence) -> bool:
    """Return whether a bare "drill" is a soldiers' one."""
    if Tag.EXERCISE_NOT in sentence.hits:
        return False
    return Tag.MILITARY in sentence.hits or len(sentence.mentions) > 1


def _finding(
    sentence: Sentence,
    triggers: Sequence[int],
    names: tuple[str, ...],
    status: Status,
    strength: float,
) -> Finding:
    return Finding(
        Category.EXERCISE, status, strength, sentence, triggers, participants(sentence), names
    )
